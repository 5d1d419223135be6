import type { DangerIdea } from './danger-lexicon.ts'

/** A place in the phrases of one language while they are added. */
export interface PhraseDraft {
  /** Phrases that begin alike share their places: the next slot as it was written, and where it leads. */
  shared: Map<string, PhraseDraft>
  next: Map<number, PhraseDraft[]>
  /** Where some words may be left out. */
  gap: PhraseDraft | null
  ideas: DangerIdea[]
}

/** The same once all phrases are in: what goes on alike is one place, which halves the memory of eighteen languages. */
export interface Phrases {
  /** Where each atom leads. Null where no phrase goes on. */
  next: ReadonlyMap<number, readonly Phrases[]> | null
  gap: Phrases | null
  /** What the words up to here say. */
  ideas: readonly DangerIdea[]
}

export function newDraft(): PhraseDraft {
  return { shared: new Map(), next: new Map(), gap: null, ideas: [] }
}

/** Lets words lead from one place to another. */
export function connect(from: PhraseDraft, word: readonly number[], to: PhraseDraft): void {
  let place = from
  word.forEach((atom, at) => {
    const next = at === word.length - 1 ? to : newDraft()
    const known = place.next.get(atom)
    if (known === undefined) place.next.set(atom, [next])
    else known.push(next)
    place = next
  })
}

/** Joins places from which everything goes on alike, from the ends of the phrases to their beginnings. */
export function joinPhrases(root: PhraseDraft): Phrases {
  const ids = new Map<Phrases, number>()
  const byContent = new Map<string, Phrases>()
  const lists = new Map<string, readonly Phrases[]>()
  const ideaLists = new Map<string, readonly DangerIdea[]>()
  const done = new Map<PhraseDraft, Phrases>()

  const share = <Item>(known: Map<string, readonly Item[]>, key: string, items: Item[]): readonly Item[] => {
    const list = known.get(key) ?? [...items]
    known.set(key, list)
    return list
  }

  const join = (draft: PhraseDraft): Phrases => {
    const joined = done.get(draft)
    if (joined !== undefined) return joined
    const gap = draft.gap && join(draft.gap)
    const next = new Map<number, readonly Phrases[]>()
    let content = `${draft.ideas.join()} ${gap && ids.get(gap)}`
    for (const [atom, drafts] of draft.next) {
      const places = [...new Set(drafts.map(join))]
      const key = places.map((place) => ids.get(place)).join()
      next.set(atom, share(lists, key, places))
      content += ` ${atom}:${key}`
    }
    let place = byContent.get(content)
    if (place === undefined) {
      const ideas = share(ideaLists, draft.ideas.join(), draft.ideas)
      place = { next: next.size === 0 ? null : next, gap, ideas }
      ids.set(place, ids.size)
      byContent.set(content, place)
    }
    done.set(draft, place)
    return place
  }
  return join(root)
}

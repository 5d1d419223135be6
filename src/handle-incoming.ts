import { advocateTurn } from './advocate-turn.ts'
import type { RunningBundle } from './flow/assemble-flow.ts'
import { isSurge } from './handoff/bundle-pages.ts'
import { isAwaitingCode } from './handoff/confirm-number.ts'
import { onCall } from './handoff/on-call.ts'
import { type Reach, reachAfter, unreachable } from './handoff/reach.ts'
import { personOf, type Rota, type RotaChannel } from './handoff/rota.ts'
import type { AdvocateWords } from './handoff/words.ts'
import type { PersonState } from './person-state.ts'
import { personTurn } from './person-turn.ts'
import type { CaseRow, Store, TurnCommit, Work } from './store/store.ts'
import type { TurnWorld } from './turn-world.ts'
import type { AdvocateId, CaseCode, ConversationId } from './types.ts'

/** What the worker needs; built in main.ts. */
export interface Shell {
  store: Store
  now: () => number
  random: () => number
  timeScale: number
  isDemonstration: boolean
  /** On what this installation can page; SMS alone when left out. */
  pageWays?: readonly RotaChannel[]
  words: AdvocateWords
  /** The published bundle with this id, or the newest. */
  bundleOf(id: string | null): Promise<RunningBundle>
  /** The rota in force; an empty one before the first import. */
  rota(): Promise<Rota>
  runTurn: TurnWorld['runTurn']
  /** A translator for one round, whose texts share one time limit. */
  translator?: (() => NonNullable<TurnWorld['translate']>) | undefined
  onTurn?(work: Work, turn: TurnCommit): void
  /** Hears of every turn that is in the database. */
  onCommitted?(turn: TurnCommit): void
  onFailure(work: Work, error: unknown): void
}

const atOnce = 64

/**
 * Does what there is to do: messages, advocates' answers, failed deliveries and what time has brought, each
 * conversation by itself and in order, all of a round in one commit.
 *
 * @returns how many conversations it worked on; call again while it is more than 0
 */
export async function workOnce(shell: Shell): Promise<number> {
  const { store, now } = shell
  const claimed = await store.claimWork(atOnce, now())
  if (claimed.length === 0) return 0
  const rota = await shell.rota()
  const reach = await reachOf(store)
  const bundleOf = onceARound(shell.bundleOf)
  const untaken = await watchUntaken(shell, claimed)
  const translate = shell.translator?.()
  const turns: TurnCommit[] = []
  const { levels } = (await bundleOf(null)).dialogs
  const onShift = onCall(rota, { line: 1, at: now() }).length
  const isSurgeWith = (id: ConversationId) => isSurge(untaken.size + (untaken.has(id) ? 0 : 1), onShift, levels)
  for (const work of claimed) {
    try {
      if (isErasureDue(work, now())) {
        await store.eraseConversation(work.id, now())
        continue
      }
      const state = work.state as PersonState | null
      const bundle = await bundleOf(work.kind === 'person' ? (state?.dialog.bundle ?? null) : null)
      const gone = unreachable(rota, reach)
      const world = { ...worldOf(shell, bundle, rota), isSurge: isSurgeWith(work.id), unreachable: gone, translate }
      const turn =
        work.kind === 'advocate'
          ? await turnOfAdvocate(shell, work, world)
          : withoutTextsTo(gone, await personTurn(work, world))
      noteTurn(untaken, turn)
      turns.push(turn)
      shell.onTurn?.(work, turn)
    } catch (error) {
      // One conversation that cannot be worked out must not hold up the others: it is tried again, then shown to a human.
      shell.onFailure(work, error)
      await store.releaseWork(work, error instanceof Error ? error.name : 'unknown')
    }
  }
  if (turns.length > 0) {
    const { refused } = await store.commitTurns(turns)
    for (const turn of turns.filter(({ conversation }) => !refused.includes(conversation))) {
      shell.onCommitted?.(turn)
      if ((turn.state as Partial<PersonState>).forgetNow) await store.forgetMessages(turn.conversation, now())
    }
  }
  return claimed.length
}

/**
 * A shift that changed hands is stored before the turn: should the turn have to be done again, the same change is
 * written twice, which is the same rota. So is a STOP or a START.
 */
async function turnOfAdvocate(shell: Shell, work: Work, world: TurnWorld): Promise<TurnCommit> {
  const { store } = shell
  const { commit, rota, reach } = await advocateTurn(work, world, store)
  if (rota !== null) await store.writeDocument('rota', rota, world.now)
  if (reach === null)
    return withoutTextsTo(
      world.unreachable.filter((id) => !isOwnCode(world, work, id)),
      commit,
    )
  const after = reachAfter(await reachOf(store), reach.phone, reach.isStopped)
  await store.writeDocument('reach', after, world.now)
  return withoutTextsTo(unreachable(world.rota, after), commit)
}

/** The one thing that goes to somebody whose number is not confirmed is what their own conversation says about that. */
function isOwnCode({ rota }: TurnWorld, work: Work, id: AdvocateId): boolean {
  const person = personOf(rota, id)
  return id === work.advocate && person !== null && isAwaitingCode(person)
}

async function reachOf(store: Store): Promise<Reach> {
  return (await store.readDocument<Reach>('reach'))?.body ?? { stopped: [] }
}

/** Whoever sent STOP is written to by nobody; the carrier would refuse it, and count it against us. */
function withoutTextsTo(gone: readonly AdvocateId[], turn: TurnCommit): TurnCommit {
  if (gone.length === 0) return turn
  return { ...turn, send: turn.send.filter(({ to }) => !('advocate' in to && gone.includes(to.advocate))) }
}

/**
 * Where a P1 waits for a human. Read from the database at most every few seconds, since a burst is no time for counting
 * with every message; in between the turns of this process keep it right, so that the case with which a surge begins is
 * seen as such whatever comes in the same moment.
 */
async function watchUntaken(shell: Shell, claimed: Work[]): Promise<Set<ConversationId>> {
  const seen = untakenSeen.get(shell.store)
  if (seen && Math.abs(shell.now() - seen.at) < surgeLookMs) return seen.untaken
  if (!claimed.some(({ kind, events }) => kind === 'person' && events.length > 0)) return seen?.untaken ?? new Set()
  const untaken = new Set((await shell.store.openCases()).filter(isUntakenP1).map(({ conversation }) => conversation))
  untakenSeen.set(shell.store, { at: shell.now(), untaken })
  return untaken
}

function noteTurn(untaken: Set<ConversationId>, turn: TurnCommit): void {
  if (turn.case !== null && isUntakenP1(turn.case)) untaken.add(turn.conversation)
  else untaken.delete(turn.conversation)
}

const isUntakenP1 = ({ level, status }: CaseRow): boolean => level === 'P1' && status === 'open'
const surgeLookMs = 5_000
const untakenSeen = new WeakMap<Store, { at: number; untaken: Set<ConversationId> }>()

function worldOf(shell: Shell, bundle: RunningBundle, rota: Rota): Omit<TurnWorld, 'isSurge' | 'unreachable'> {
  const drawIndex = (count: number) => Math.floor(shell.random() * count)
  return {
    bundle,
    rota,
    words: shell.words,
    now: shell.now(),
    timeScale: shell.timeScale,
    isDemonstration: shell.isDemonstration,
    pageWays: shell.pageWays ?? ['sms'],
    drawIndex,
    isCaseCode: async (code) => (await shell.store.findCase(code)) !== null,
    tryCaseWord: (word, from) => shell.store.tryCaseWord({ word, from, limits: caseWordLimits }, shell.now()),
    runTurn: shell.runTurn,
    drawCode: () => Array.from({ length: 4 }, () => codeLetters[drawIndex(codeLetters.length)]).join('') as CaseCode,
  }
}

/** Which bundle is in force is asked once for all conversations of a round that began with the same one. */
function onceARound(bundleOf: Shell['bundleOf']): Shell['bundleOf'] {
  const found = new Map<string | null, Promise<RunningBundle>>()
  return (id) => {
    const known = found.get(id) ?? bundleOf(id)
    found.set(id, known)
    return known
  }
}

/** A person who mistypes has a few tries; all phones together have so few that guessing does not pay. */
const caseWordLimits = { onePhone: 5, allPhones: 20 }

/** No vowels, so that no code is a word; nothing that looks like something else. */
const codeLetters = '23456789BCDFGHJKMNPQRTVWXZ'

/** The person asked to be erased and nothing has come since. */
function isErasureDue(work: Work, now: number): boolean {
  const eraseAt = work.kind === 'person' ? (work.state as PersonState | null)?.eraseAt : null
  return eraseAt != null && eraseAt <= now && work.events.length === 0
}

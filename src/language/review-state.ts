import type { LocaleTexts, Review } from './locale-schema.ts'

/** `missing`: the language lacks the text. `stale`: the English changed since it was translated. */
export type ReviewState = 'missing' | 'draft' | 'reviewed' | 'stale'

/**
 * How far one text of a language has come.
 *
 * Stale wins over reviewed: what the reviewer stood for was a translation of another sentence. A reviewed text that was
 * edited afterwards is a draft again.
 *
 * @param english - the masters, by namespace and key
 */
export function reviewState(
  english: LocaleTexts,
  locale: LocaleTexts,
  review: Review,
  { namespace, key }: { namespace: string; key: string },
): ReviewState {
  const text = locale[namespace]?.[key]
  if (text === undefined || text.trim() === '') return 'missing'
  const master = english[namespace]?.[key]
  if (master === undefined || review.source[namespace]?.[key] !== textHash(master)) return 'stale'
  const own = review.texts[`${namespace}.${key}`]
  if (own === undefined) return review.state
  if (own.state === 'reviewed' && own.text !== undefined && own.text !== textHash(text)) return 'draft'
  return own.state
}

/** How many texts of a language are in each state, for the console and for the publish gate. */
export function countReviewStates(
  english: LocaleTexts,
  locale: LocaleTexts,
  review: Review,
): Record<ReviewState, number> {
  const counts: Record<ReviewState, number> = { missing: 0, draft: 0, reviewed: 0, stale: 0 }
  for (const namespace of Object.keys(review.source))
    for (const key of Object.keys(english[namespace] ?? {}))
      counts[reviewState(english, locale, review, { namespace, key })]++
  return counts
}

/** The hashes of the English masters, as `source` of a review file holds them once all texts follow them. */
export function sourceHashes(english: LocaleTexts, namespaces: readonly string[]): Review['source'] {
  return Object.fromEntries(
    namespaces.map((namespace) => [
      namespace,
      Object.fromEntries(Object.entries(english[namespace] ?? {}).map(([key, text]) => [key, textHash(text)])),
    ]),
  )
}

/**
 * Eight hexadecimal digits that change when the text does.
 *
 * FNV-1a over UTF-16 code units: it tells an edit from no edit, nobody has to be kept from forging one.
 *
 * @example
 * textHash('') // '811c9dc5'
 */
export function textHash(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0
  return hash.toString(16).padStart(8, '0')
}

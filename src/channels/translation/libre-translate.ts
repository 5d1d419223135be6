import { z } from 'zod'

/** Another language's words for a text, or null where the translator failed, was late, or does not know the pair. */
export type Translate = (text: string, from: string, to: string) => Promise<string | null>

/** Where the translator is; a server of one's own, since it reads what people in danger write. */
export interface TranslatorSettings {
  /** Without a trailing slash. */
  url: string
  apiKey: string | null
}

/** Longest that a round of the worker waits for all its translations together: pages of the same round wait with it. */
const waitMsMax = 3_000
/** After a failure the translator is left alone for so long. */
const restMs = 60_000

const answerSchema = z.object({ translatedText: z.string() })

/**
 * A translator that speaks LibreTranslate's HTTP interface (`POST /translate`).
 *
 * @param report - a failure, without what was to be translated
 * @returns one `Translate` for each round of the worker, whose time limit all its texts share
 */
export function libreTranslate(options: {
  settings: TranslatorSettings
  now: () => number
  report: () => void
  waitMs?: number
}): () => Translate {
  const { settings, now, report, waitMs = waitMsMax } = options
  let restUntil = 0
  return () => {
    let limit: AbortSignal | null = null
    return async (text, from, to) => {
      if (now() < restUntil) return null
      limit ??= AbortSignal.timeout(waitMs)
      try {
        const response = await fetch(`${settings.url}/translate`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            q: text,
            source: from,
            target: to,
            format: 'text',
            ...(settings.apiKey !== null && { api_key: settings.apiKey }),
          }),
          signal: limit,
          redirect: 'error',
        })
        // 400 is a pair of languages that it does not have, which says nothing about the next pair.
        if (response.status === 400) return null
        const answer = response.ok ? answerSchema.safeParse(await response.json()) : null
        if (answer?.success) return answer.data.translatedText
      } catch {
        // Unreachable, late, or no JSON: the error may quote the text, so it goes no further.
      }
      restUntil = now() + restMs
      report()
      return null
    }
  }
}

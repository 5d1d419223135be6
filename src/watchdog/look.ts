import { z } from 'zod'

/** What `/readyz` tells a watchdog; see http/readiness.ts. */
const readiness = z.object({
  ok: z.boolean(),
  database: z.boolean(),
  worker: z.enum(['ok', 'silent', 'elsewhere']),
  sender: z.enum(['ok', 'silent', 'elsewhere']),
  inboxAgeSeconds: z.number(),
  dueLateSeconds: z.number(),
})

/**
 * Asks a server how it gets on.
 *
 * @param url - of its `/readyz`
 * @returns what is wrong, in words; null when all is well
 */
export async function lookAt(url: string, options: { waitMs: number; lateSeconds: number }): Promise<string | null> {
  const { waitMs, lateSeconds } = options
  let response: Response
  let body: unknown
  try {
    response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(waitMs) })
    body = await response.json()
  } catch (error) {
    const isSlow = error instanceof Error && error.name === 'TimeoutError'
    return isSlow ? `it gives no answer within ${Math.round(waitMs / 1000)} s` : 'nobody answers'
  }
  const read = readiness.safeParse(body)
  if (!read.success) return `something else answers (${response.status})`
  const { database, worker, sender, inboxAgeSeconds, dueLateSeconds, ok } = read.data
  if (!database) return 'its database takes no writes; the disk may be full'
  if (worker === 'silent') return 'its worker is silent'
  if (sender === 'silent') return 'it sends nothing'
  if (inboxAgeSeconds > lateSeconds) return `a message waits since ${inWords(inboxAgeSeconds)}`
  if (dueLateSeconds > lateSeconds) return `escalations are late by ${inWords(dueLateSeconds)}; sending may be held`
  return ok ? null : 'it says that it is not ready'
}

const inWords = (seconds: number) => (seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`)

import type { Twilio } from 'twilio'
import type { OutboxMessage } from '../../store/store.ts'
import { writeTwilioAddress } from './twilio-address.ts'

export type Reconciled =
  | { kind: 'sent'; providerId: string; status: string; code: number | null }
  | { kind: 'not_sent' }
  /** Twilio could not be asked. */
  | { kind: 'unknown' }

/**
 * Asks Twilio whether a message went out although its answer was lost.
 *
 * There is no idempotency key on sending, so the text, the address and the time have to do.
 *
 * @param isAnother - whether the provider's id is known to belong to another message of ours with the same words
 */
export async function reconcile(
  client: Twilio,
  message: OutboxMessage,
  isAnother: (sid: string) => boolean,
): Promise<Reconciled> {
  let listed: Awaited<ReturnType<typeof client.messages.list>>
  try {
    listed = await client.messages.list({ to: writeTwilioAddress(message.address), pageSize: listMax, limit: listMax })
  } catch {
    return { kind: 'unknown' }
  }
  const sent = listed
    .filter(({ direction }) => direction !== 'inbound')
    .filter(({ sid }) => !isAnother(sid))
    // Trial accounts put words before the text.
    .filter(({ body }) => sameWords(body ?? '').endsWith(sameWords(message.text)))
    .filter(({ dateCreated }) => dateCreated === null || dateCreated.getTime() >= message.at - clockDifferenceMs)
    .sort((a, b) => (a.dateCreated?.getTime() ?? 0) - (b.dateCreated?.getTime() ?? 0))
    .at(0)
  if (sent === undefined) return { kind: 'not_sent' }
  return { kind: 'sent', providerId: sent.sid, status: sent.status, code: sent.errorCode ?? null }
}

/** One address gets a few messages an hour; what is older than 50 is no answer to the question. */
const listMax = 50

/** Twilio's dates are whole seconds, and its clock is not ours. */
const clockDifferenceMs = 5_000

const sameWords = (text: string) => text.replace(/\r\n?/g, '\n').trim()

import type { Store } from '../../store/store.ts'
import type { FormParameters } from './read-form.ts'
import { mediaKind, readInboundMessage } from './read-inbound.ts'
import { createTwilioClient, type HttpClient } from './send.ts'
import { writeTwilioAddress } from './twilio-address.ts'
import type { TwilioSettings } from './twilio-settings.ts'

export interface ReadBackParts {
  settings: TwilioSettings
  store: Pick<Store, 'acceptInbound'>
  now: () => number
  timeoutMs?: number
  httpClient?: HttpClient
}

export interface ReadBackResult {
  /** How many messages the inbox lacked. */
  found: number
  /** Hand it to the next call as `since`. */
  readUntil: number
}

/**
 * Finds texts whose webhook never reached us: Twilio gives up after 15 seconds, but keeps the message in its list.
 *
 * Lists what came to our numbers since `since` and puts into the inbox what it lacks. Has no timer: call it every
 * minute and at start. What came in the last half minute is left to its webhook, which knows more, such as which
 * button was tapped. Reading the same time again does no harm, since the inbox knows every message id.
 *
 * @param since - at start a day back when this installation has run before, else now: messages from before it ran
 *   are not ours to answer
 * @throws TwilioError when Twilio cannot be asked; then `since` stays as it was
 */
export function createReadBack(parts: ReadBackParts): (since: number) => Promise<ReadBackResult> {
  const { settings, store, now } = parts
  const client = createTwilioClient(settings, parts)
  const known = new Set<string>()

  return async function readBack(since) {
    const until = now() - webhookWaitMs
    let found = 0
    for (const to of ourAddresses(settings)) {
      const listed = await client.messages.list({
        to,
        dateSentAfter: new Date(since - overlapMs),
        pageSize: 100,
        limit: 1000,
      })
      // Newest first in the list; the inbox takes them in the order in which they were written.
      for (const message of listed.reverse()) {
        const sentAt = (message.dateSent ?? message.dateCreated)?.getTime() ?? 0
        if (message.direction !== 'inbound' || known.has(message.sid)) continue
        if (sentAt < since - overlapMs || sentAt > until) continue
        const form: FormParameters = {
          AccountSid: settings.accountSid,
          MessageSid: message.sid,
          From: message.from ?? '',
          To: message.to ?? '',
          Body: message.body ?? '',
        }
        const inbound = readInboundMessage(form, settings, sentAt)
        if (inbound.ok) {
          inbound.event.payload.media.push(...(await mediaOf(message.sid, Number(message.numMedia ?? '0'))))
          if ((await store.acceptInbound(inbound.event)) === 'stored') found += 1
        }
        remember(message.sid)
      }
    }
    return { found, readUntil: Math.max(since, until) }
  }

  async function mediaOf(sid: string, count: number): Promise<{ kind: string; url?: string }[]> {
    if (!(count > 0)) return []
    const media = await client.messages(sid).media.list({ limit: 10 })
    return media.map((one) => ({
      kind: mediaKind(one.contentType ?? ''),
      url: `https://api.twilio.com/2010-04-01/Accounts/${settings.accountSid}/Messages/${sid}/Media/${one.sid}`,
    }))
  }

  /** Spares the database what the overlap brings again and again. */
  function remember(sid: string): void {
    known.add(sid)
    if (known.size > 10_000) known.delete(known.values().next().value!)
  }
}

/** Twilio's own tries end after 15 s; until then the webhook may still come. */
const webhookWaitMs = 30_000

/** Twilio's clock is not ours, and its list shows a message a little after its date. */
const overlapMs = 10 * 60_000

function ourAddresses({ smsFrom, whatsappFrom }: TwilioSettings): string[] {
  return [
    ...(smsFrom === null ? [] : [writeTwilioAddress({ channel: 'sms', value: smsFrom })]),
    ...(whatsappFrom === null ? [] : [writeTwilioAddress({ channel: 'whatsapp', value: whatsappFrom })]),
  ]
}

import { type Context, Hono } from 'hono'
import { answerCall, type SpokenNotice } from '../channels/twilio/answer-call.ts'
import { type FormParameters, readForm } from '../channels/twilio/read-form.ts'
import { readInboundCall, readInboundMessage } from '../channels/twilio/read-inbound.ts'
import { readReceipt } from '../channels/twilio/read-receipt.ts'
import type { TwilioSettings } from '../channels/twilio/twilio-settings.ts'
import { isSignedByTwilio } from '../channels/twilio/verify-signature.ts'
import type { NewInbound, Store } from '../store/store.ts'
import type { Log, LogReason } from './log.ts'
import { readBody } from './read-body.ts'
import { requestTarget } from './request-target.ts'

export interface TwilioHookParts {
  store: Pick<Store, 'acceptInbound' | 'recordReceipt'>
  twilio: TwilioSettings
  log: Log
  now: () => number
  /** What a caller hears, in the order of speaking. */
  spokenNotices: () => SpokenNotice[]
  /** How long the database may take before Twilio is asked to try again. */
  storeWaitMs?: number
}

/**
 * The three addresses that Twilio posts to.
 *
 * Each checks the signature, stores what came, and answers: no flow step, no sending, nothing that could take long.
 * 200 means stored for good. 503 asks Twilio to try again, which it does when the webhook is set to `#rp=all`.
 */
export function twilioHooks(parts: TwilioHookParts): Hono {
  const { store, twilio, log, now, storeWaitMs = storeWaitMsMax } = parts
  const hooks = new Hono()

  const refuse = (c: Context, status: 400 | 403 | 413 | 415, reason: LogReason) => {
    log.warn('request_refused', { route: c.req.path, status, reason })
    // What is left of a body that was not read must not be taken for the next request.
    if (status === 413 || reason === 'signature_missing') c.header('connection', 'close')
    return c.text('', status)
  }

  /** What a signed form says, or the answer that refuses it. */
  async function signedForm(c: Context): Promise<FormParameters | Response> {
    const signature = c.req.header('x-twilio-signature')
    if (!signature) return refuse(c, 403, 'signature_missing')
    if (!/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(c.req.header('content-type') ?? '')) {
      return refuse(c, 415, 'content_type')
    }
    const body = await readBody(c.req.raw, bodyBytesMax)
    if (body === null) return refuse(c, 413, 'body_too_large')
    const form = readForm(body)
    if (!form.ok) return refuse(c, 400, form.reason)
    const request = { signature, target: requestTarget(c), parameters: form.parameters }
    return isSignedByTwilio(request, twilio) ? form.parameters : refuse(c, 403, 'signature')
  }

  async function accept(c: Context, event: NewInbound, answer: () => Response): Promise<Response> {
    try {
      const outcome = await withinMs(store.acceptInbound(event), storeWaitMs)
      const { providerId, from } = event
      log.info(outcome === 'stored' ? 'inbound_stored' : 'inbound_duplicate', { providerId, channel: from.channel })
      return answer()
    } catch (error) {
      return tryAgain(c, error)
    }
  }

  const tryAgain = (c: Context, error: unknown) => {
    const reason = error instanceof TooSlow ? 'store_slow' : 'store'
    log.error('request_failed', { route: c.req.path, status: 503, reason, error })
    return c.text('', 503)
  }

  hooks.post('/hooks/twilio/message', async (c) => {
    const form = await signedForm(c)
    if (form instanceof Response) return form
    const inbound = readInboundMessage(form, twilio, now())
    if (!inbound.ok) return refuse(c, inbound.reason === 'account' ? 403 : 400, inbound.reason)
    return accept(c, inbound.event, () => xml(c, '<Response/>'))
  })

  hooks.post('/hooks/twilio/voice', async (c) => {
    const form = await signedForm(c)
    if (form instanceof Response) return form
    const inbound = readInboundCall(form, twilio, now())
    if (!inbound.ok) return refuse(c, inbound.reason === 'account' ? 403 : 400, inbound.reason)
    return accept(c, inbound.event, () => xml(c, answerCall(parts.spokenNotices())))
  })

  hooks.post('/hooks/twilio/status', async (c) => {
    const form = await signedForm(c)
    if (form instanceof Response) return form
    const read = readReceipt(form, c.req.query('effect') ?? null, twilio)
    if (!read.ok) return refuse(c, read.reason === 'account' ? 403 : 400, read.reason)
    try {
      await withinMs(store.recordReceipt(read.receipt, now()), storeWaitMs)
    } catch (error) {
      return tryAgain(c, error)
    }
    const { providerId, status: state, code, effectId } = read.receipt
    log.info('receipt_stored', { providerId, state, code, effectId: effectId ?? undefined })
    return c.body(null, 204)
  })

  return hooks
}

/** 1,600 characters, each percent-encoded as four bytes of UTF-8, are 20 kB; the rest of a webhook is some 3 kB. */
export const bodyBytesMax = 64 * 1024

/** Twilio waits 15 s in all; an answer after that is not heard, and a 503 before it brings another try. */
const storeWaitMsMax = 10_000

const xml = (c: Context, document: string) => c.body(document, 200, { 'content-type': 'text/xml; charset=utf-8' })

class TooSlow extends Error {
  override name = 'TooSlow'
}

function withinMs<T>(work: Promise<T>, limitMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new TooSlow(`not done within ${limitMs} ms`)), limitMs)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

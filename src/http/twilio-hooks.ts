import { answerCall, type SpokenNotice } from '../channels/twilio/answer-call.ts'
import { askForKey, keyPath } from '../channels/twilio/page-call.ts'
import { type FormParameters, readForm } from '../channels/twilio/read-form.ts'
import { type InboundResult, readInboundCall, readInboundMessage, readKey } from '../channels/twilio/read-inbound.ts'
import { alsoOf, readReceipt } from '../channels/twilio/read-receipt.ts'
import type { TwilioSettings } from '../channels/twilio/twilio-settings.ts'
import { isSignedByTwilio } from '../channels/twilio/verify-signature.ts'
import type { CallLookUp } from '../connect-call.ts'
import type { NewInbound, Store } from '../store/store.ts'
import type { CaseCode, Language } from '../types.ts'
import { type CallWord, callHooks } from './call-hooks.ts'
import type { Hook, HookAnswer, Hooks } from './hook.ts'
import type { Log, LogReason } from './log.ts'

export interface TwilioHookParts {
  store: Pick<Store, 'acceptInbound' | 'recordReceipt'>
  twilio: TwilioSettings
  log: Log
  now: () => number
  /** What a caller hears, in the order of speaking. */
  spokenNotices: () => SpokenNotice[]
  /** A text of `locales/…/advocate.json`, for whoever is rung. */
  callWords?: (language: Language, key: CallWord) => string
  /** Who is connected with whom; without it nobody is. */
  calls?: CallLookUp
  /** How long the database may take before Twilio is asked to try again. */
  storeWaitMs?: number
}

/**
 * The addresses that Twilio posts to.
 *
 * Each checks the signature, stores what came, and answers: no flow step, no sending, nothing that could take long.
 * 200 means stored for good. 503 asks Twilio to try again, which it does when the webhook is set to `#rp=all`.
 */
export function twilioHooks(parts: TwilioHookParts): Hooks {
  const { store, twilio, log, now, storeWaitMs = storeWaitMsMax, callWords = () => '', calls = nobody } = parts

  const refuse = (route: string, status: 400 | 403 | 413 | 415, reason: LogReason): HookAnswer => {
    log.warn('request_refused', { route, status, reason })
    // What is left of a body that was not read must not be taken for the next request.
    return { ...plain(status), closes: status === 413 || reason === 'signature_missing' }
  }

  /** A webhook that gives the form to `answer` once its signature was checked. */
  const signed =
    (route: string, answer: (form: FormParameters, target: string) => HookAnswer | Promise<HookAnswer>): Hook =>
    async (request) => {
      const signature = request.header('x-twilio-signature')
      if (!signature) return refuse(route, 403, 'signature_missing')
      if (!/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(request.header('content-type') ?? '')) {
        return refuse(route, 415, 'content_type')
      }
      const body = await request.body(bodyBytesMax)
      if (body === null) return refuse(route, 413, 'body_too_large')
      const form = readForm(body)
      if (!form.ok) return refuse(route, 400, form.reason)
      const { parameters } = form
      const { target } = request
      if (!isSignedByTwilio({ signature, target, parameters }, twilio)) return refuse(route, 403, 'signature')
      return answer(parameters, target)
    }

  async function accept(route: string, event: NewInbound, answer: () => HookAnswer): Promise<HookAnswer> {
    try {
      const outcome = await withinMs(store.acceptInbound(event), storeWaitMs)
      const { providerId, from } = event
      log.info(outcome === 'stored' ? 'inbound_stored' : 'inbound_duplicate', { providerId, channel: from.channel })
      return answer()
    } catch (error) {
      return tryAgain(route, error)
    }
  }

  const tryAgain = (route: string, error: unknown): HookAnswer => {
    const reason = error instanceof TooSlow ? 'store_slow' : 'store'
    log.error('request_failed', { route, status: 503, reason, error })
    return plain(503)
  }

  const inbound = (
    route: string,
    read: (form: FormParameters, own: TwilioSettings, at: number) => InboundResult,
    answer: () => HookAnswer,
  ): Hook =>
    signed(route, (form) => {
      const result = read(form, twilio, now())
      if (!result.ok) return refuse(route, result.reason === 'account' ? 403 : 400, result.reason)
      return accept(route, result.event, answer)
    })

  return {
    ...callHooks({ twilio, now, calls, callWords, signed, accept, refuse, tryAgain, xml }),
    [paths.message]: inbound(paths.message, readInboundMessage, () => xml('<Response/>')),
    [paths.voice]: inbound(paths.voice, readInboundCall, () => xml(answerCall(parts.spokenNotices()))),
    [keyPath]: signed(keyPath, async (form, target) => {
      const query = new URL(target, 'http://any').searchParams
      const read = readKey(form, query, twilio, now())
      if (!read.ok) return refuse(keyPath, read.reason === 'account' ? 403 : 400, read.reason)
      const language = query.get('language') ?? ''
      const words = callWords(language, 'call_keys')
      const again = xml(askForKey({ language, code: query.get('code') as CaseCode, words }, twilio.publicUrl))
      if (read.event === null) return again
      const thanks = xml(answerCall([{ language, text: callWords(language, 'call_thanks') }]))
      const answer = await accept(keyPath, read.event, () => thanks)
      // On a 503 a voice of Twilio's would tell them of an error; they can press once more instead.
      return answer.status === 200 ? answer : again
    }),
    [paths.status]: signed(paths.status, async (form, target) => {
      const query = new URL(target, 'http://any').searchParams
      const read = readReceipt(form, query.get('effect'), twilio)
      if (!read.ok) return refuse(paths.status, read.reason === 'account' ? 403 : 400, read.reason)
      try {
        // A text that went out for several pages brings one receipt for all of them.
        const receipts = [read.receipt, ...alsoOf(read.receipt, query.getAll('also'))]
        await withinMs(Promise.all(receipts.map((receipt) => store.recordReceipt(receipt, now()))), storeWaitMs)
      } catch (error) {
        return tryAgain(paths.status, error)
      }
      const { providerId, status: state, code, effectId } = read.receipt
      log.info('receipt_stored', { providerId, state, code, effectId: effectId ?? undefined })
      return { status: 204, contentType: null, text: '' }
    }),
  }
}

const paths = { message: '/hooks/twilio/message', voice: '/hooks/twilio/voice', status: '/hooks/twilio/status' }

const nobody: CallLookUp = { numberFor: async () => null, callerOf: async () => null }

/** 1,600 characters, each percent-encoded as four bytes of UTF-8, are 20 kB; the rest of a webhook is some 3 kB. */
export const bodyBytesMax = 64 * 1024

/** Twilio waits 15 s in all; an answer after that is not heard, and a 503 before it brings another try. */
const storeWaitMsMax = 10_000

const xml = (text: string): HookAnswer => ({ status: 200, contentType: 'text/xml; charset=utf-8', text })
const plain = (status: number): HookAnswer => ({ status, contentType: 'text/plain; charset=UTF-8', text: '' })

class TooSlow extends Error {
  override name = 'TooSlow'
}

function withinMs<T>(work: Promise<T>, limitMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new TooSlow(`not done within ${limitMs} ms`)), limitMs)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

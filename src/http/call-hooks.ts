import { answerCall } from '../channels/twilio/answer-call.ts'
import { answeredPath, connectPerson, overPath, wasAnswered } from '../channels/twilio/connect-person.ts'
import { askForKey, connectPath } from '../channels/twilio/page-call.ts'
import type { FormParameters } from '../channels/twilio/read-form.ts'
import { type OwnCall, readOwnCall } from '../channels/twilio/read-inbound.ts'
import type { TwilioSettings } from '../channels/twilio/twilio-settings.ts'
import type { CallLookUp } from '../connect-call.ts'
import { type CallNews, writeCallNews } from '../handoff/call-person.ts'
import type { NewInbound } from '../store/store.ts'
import type { Language } from '../types.ts'
import type { Hook, HookAnswer } from './hook.ts'
import type { LogReason } from './log.ts'

/** Texts of `locales/…/advocate.json` that are read to whoever is rung. */
export type CallWord = 'call_thanks' | 'call_keys' | 'call_connect_keys' | 'call_refused'

export interface CallHookParts {
  twilio: TwilioSettings
  now: () => number
  calls: CallLookUp
  callWords: (language: Language, key: CallWord) => string
  signed: (route: string, answer: (form: FormParameters, target: string) => HookAnswer | Promise<HookAnswer>) => Hook
  accept: (route: string, event: NewInbound, answer: () => HookAnswer) => Promise<HookAnswer>
  refuse: (route: string, status: 400 | 403, reason: LogReason) => HookAnswer
  tryAgain: (route: string, error: unknown) => HookAnswer
  xml: (text: string) => HookAnswer
}

/**
 * The addresses that Twilio posts to while an advocate is connected with a person. The person's number is in no address
 * and no event: it is looked up when the key is pressed, and stands only in the answer to Twilio.
 */
export function callHooks(parts: CallHookParts): Record<string, Hook> {
  const { twilio, now, calls, callWords, xml } = parts

  const onCall = (route: string, answer: (call: OwnCall, query: URLSearchParams) => Promise<HookAnswer>): Hook =>
    parts.signed(route, async (form, target) => {
      const query = new URL(target, 'http://any').searchParams
      const read = readOwnCall(form, query, twilio)
      if (!read.ok) return parts.refuse(route, read.reason === 'account' ? 403 : 400, read.reason)
      try {
        return await answer(read.call, query)
      } catch (error) {
        return parts.tryAgain(route, error)
      }
    })

  /** What became of the call, as the advocate's phone would tell it: the case decides in the order in which it comes. */
  const news = (call: OwnCall, what: CallNews, advocateNumber: string): NewInbound => ({
    providerId: call.callSid,
    from: { channel: 'voice', value: advocateNumber },
    to: { channel: 'voice', value: call.caller },
    at: now(),
    payload: { text: writeCallNews(call.code, what), media: [] },
  })

  return {
    [connectPath]: onCall(connectPath, async (call, query) => {
      const language = query.get('language') ?? ''
      if (call.digits !== '1') {
        const words = callWords(language, 'call_connect_keys')
        return xml(askForKey({ language, code: call.code, words, connects: true }, twilio.publicUrl))
      }
      const number = await calls.numberFor(call.code, call.rung)
      if (number !== null) return xml(connectPerson({ number, from: call.caller, code: call.code }, twilio.publicUrl))
      const words = xml(answerCall([{ language, text: callWords(language, 'call_refused') }]))
      return parts.accept(connectPath, news(call, 'refused', call.rung), () => words)
    }),
    // Of the call to the person: `rung` is their number, so whoever rings is looked up.
    [answeredPath]: onCall(answeredPath, async (call) => {
      const advocate = await calls.callerOf(call.code)
      return advocate === null
        ? noContent
        : parts.accept(answeredPath, news(call, 'answered', advocate), () => noContent)
    }),
    [overPath]: onCall(overPath, (call) =>
      parts.accept(overPath, news(call, wasAnswered(call.dialStatus) ? 'over' : 'not_answered', call.rung), () =>
        xml('<Response><Hangup/></Response>'),
      ),
    ),
  }
}

const noContent: HookAnswer = { status: 204, contentType: null, text: '' }

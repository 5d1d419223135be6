import { franc } from 'franc'
import i18next from 'i18next'
import { SegmentedMessage } from 'sms-segments-calculator'
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js'
import { isSignedByTwilio } from '../src/channels/twilio/verify-signature.ts'
import type { RunningBundle } from '../src/flow/assemble-flow.ts'
import { newConversation } from '../src/flow/conversation.ts'
import { renderReply } from '../src/flow/render-reply.ts'
import { countSegments } from '../src/language/count-segments.ts'
import { sign } from '../test/twilio/sign.ts'
import { interleaved, type Measured, microsecondsEach } from './measure.ts'
import { startedAt } from './triage.ts'
import { account, hookPath } from './webhooks.ts'

export interface Group {
  title: string
  measured: Measured[]
}

const text = 'Hola, necesito ayuda, no tengo donde dormir y mi hija tiene fiebre desde ayer'

/** Pieces that a turn is made of, each against what others use for it: microseconds. Ours comes first in each group. */
export async function measureSmallParts(bundle: RunningBundle, rounds: number): Promise<Group[]> {
  const groups: [title: string, parts: [name: string, once: () => unknown][]][] = [
    [
      'Language of one sentence',
      [['Puente', () => bundle.flow.ears.detect(text, {})], ['franc', () => franc(text)], ...(await cld2())],
    ],
    ['Danger in one sentence', [['Puente', () => bundle.flow.ears.scanDanger(text, 'es')]]],
    ['Words of one question', await texts(bundle)],
    [
      'Segments of one SMS',
      [
        ['Puente', () => countSegments(text)],
        ['sms-segments-calculator', () => new SegmentedMessage(text, 'auto', true).segmentsCount],
      ],
    ],
    ['Check of one signature', signatures()],
  ]
  const done: Group[] = []
  for (const [title, parts] of groups) {
    const contenders = parts.map(([name, once]) => ({ name, round: () => microsecondsEach(once, 1, 60) }))
    done.push({ title, measured: await interleaved(contenders, rounds) })
  }
  return done
}

async function texts(bundle: RunningBundle): Promise<[string, () => unknown][]> {
  const conversation = { ...newConversation('b', bundle.flow.data.sos.path, 'sms' as const), language: 'es' }
  const reply = { parts: [{ kind: 'question' as const, id: bundle.flow.data.first_question }] }
  const { languages } = bundle.dialogs
  const rendering = { texts: bundle.texts, languages, now: startedAt, word: null, isDemonstration: false }
  const question = renderReply(bundle.flow, conversation, reply, rendering)!
  const resources = { es: { questions: { first: question } } }
  const translate = await i18next
    .createInstance()
    .init({ lng: 'es', resources, ns: 'questions', defaultNS: 'questions' })
  return [
    ['Puente, with plain letters for SMS', () => renderReply(bundle.flow, conversation, reply, rendering)],
    ['i18next', () => translate('first')],
  ]
}

function signatures(): [string, () => unknown][] {
  const parameters = { From: '+528681000001', To: account.smsFrom, Body: text, MessageSid: `SM${'0'.repeat(32)}` }
  const url = account.publicUrl + hookPath
  const signature = sign(account.authTokens[0]!, url, parameters)
  return [
    ['Puente', () => isSignedByTwilio({ signature, target: hookPath, parameters }, account)],
    ["Twilio's library alone", () => validateRequest(account.authTokens[0]!, signature, url, parameters)],
  ]
}

/** CLD2 is compiled when it is installed; where there is no compiler it is left out. */
async function cld2(): Promise<[string, () => unknown][]> {
  try {
    const { default: cld } = (await import('cld')) as { default: { detect(text: string): Promise<unknown> } }
    return [['CLD2', () => cld.detect(text)]]
  } catch {
    return []
  }
}

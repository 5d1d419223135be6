import { loadBundle } from '../src/commands/load-bundle.ts'
import type { RunningBundle } from '../src/flow/assemble-flow.ts'
import { newConversation } from '../src/flow/conversation.ts'
import { takeTurn } from '../src/flow/take-turn.ts'
import { projectRoot } from '../src/project-root.ts'
import type { EventId, IncomingMessage } from '../src/types.ts'

/** Answers of an adult without any need, by the question they answer: the longest way that stays quiet. */
const quietAnswers: Record<string, string> = {
  E1: '2',
  CONS: '1',
  AGE: '30',
  MED: '2',
  PREG: '3',
  KIDS: '4',
  SAFE1: '1',
  TH: '4',
  TR1: '2',
  TR2: '3',
  SH: '3',
}

export function loadShipped(): RunningBundle {
  const bundle = loadBundle(process, projectRoot)
  if (bundle === null) throw new Error('The shipped dialogs could not be read.')
  return bundle
}

export const startedAt = Date.UTC(2026, 0, 5, 18)

export function messageAt(text: string, at: number): IncomingMessage {
  return { id: 'SM1' as EventId, at, channel: 'sms', text, media: [] }
}

/**
 * Plays a triage through the shipped protocol and notes what was answered, so that a measured run has nothing to look
 * up.
 *
 * @param count - how many answers
 */
export function answersOfTriage({ flow }: RunningBundle, count: number): string[] {
  const answers: string[] = []
  let text = 'hola'
  let conversation = newConversation(flow.bundle, flow.data.sos.path, 'sms')
  for (let now = startedAt; ; now += 10_000) {
    conversation = takeTurn(flow, conversation, messageAt(text, now), now).conversation
    if (answers.length === count) return answers
    const open = conversation.open?.question
    if (open === undefined) throw new Error(`The triage ended after ${answers.length} answers.`)
    text = quietAnswers[open] ?? '1'
    answers.push(text)
  }
}

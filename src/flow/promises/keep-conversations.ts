import type { Problem } from '../../problem.ts'
import { isAtLeast } from '../../triage/condition.ts'
import type { QuestionId } from '../../types.ts'
import { labelsFor, type Subject } from '../check/subject.ts'
import type { Flow } from '../compile-flow.ts'
import { messageOf, type Said } from '../prove/said.ts'
import { beginning, NOW } from '../prove/walk.ts'
import { sayAnswer } from '../say-answer.ts'
import { takeTurn } from '../take-turn.ts'
import type { Turn } from '../turn.ts'
import type { PromisedConversation, Promises } from './promises-schema.ts'

/** Plays the promised conversations: what is asked, when a human is paged, what is said. */
export function keepConversations(subject: Subject, flow: Flow): Problem[] {
  const { promises } = subject
  if (!promises) return []
  return promises.conversations.flatMap((promised) => {
    const differences = play(flow, promises, promised)
    if (differences.length === 0) return []
    const { file, path, message } = differences[0]!
    const more = differences.slice(1).map((other) => other.message)
    return [
      subject.point(
        file,
        path,
        'promises/conversation',
        [
          `"${promised.story}": ${message}`,
          ...more,
          `The conversation: ${sayConversation(subject, promised)}.`,
          'What was promised stands in dialogs/promises.yaml under conversations.',
        ].join('\n'),
        'key',
      ),
    ]
  })
}

interface Difference {
  file: string
  path: (string | number)[]
  message: string
}

function play(flow: Flow, promises: Promises, promised: PromisedConversation): Difference[] {
  const differences: Difference[] = []
  const known = new Set(Object.keys(promises.questions))
  const asked: QuestionId[] = []
  const said: string[] = []
  const given = new Map(Object.entries(promised.answers))
  let alert: number | null = null
  let messages = 0
  let conversation = beginning(flow)
  const send = (one: Said, counts: boolean): Turn => {
    const turn = takeTurn(flow, conversation, messageOf(one, NOW), NOW)
    conversation = turn.conversation
    if (counts) messages++
    if (alert === null && turn.alerts.length > 0) alert = messages
    for (const part of turn.replies.flatMap(({ parts }) => parts)) {
      if (part.kind === 'text' && part.id in promises.texts) said.push(part.id)
      if (part.kind === 'question' && known.has(part.id)) asked.push(part.id)
    }
    return turn
  }
  send({ kind: 'hello' }, true)
  for (let round = 0; round < 120; round++) {
    const open = conversation.open?.question
    if (open === undefined) break
    const answer = given.get(open)
    if (answer === undefined) {
      if (known.has(open)) break
      // A question of the coordinator's own stands in between; the promise says nothing of it.
      send({ kind: 'skip' }, false)
      if (conversation.open?.question === open) send({ kind: 'noise' }, false)
      if (conversation.open?.question === open) send({ kind: 'noise' }, false)
      continue
    }
    given.delete(open)
    send(saidOf(flow, open, answer), true)
  }
  const isTwice = asked.filter((question, index) => asked.indexOf(question) === index)
  const flowFile = (path: (string | number)[], message: string) =>
    differences.push({ file: 'dialogs/intake.yaml', path, message })
  if (isTwice.join() !== promised.asks.join()) {
    const index = promised.asks.findIndex((question, at) => isTwice[at] !== question)
    const wanted = index < 0 ? undefined : promised.asks[index]
    const came = isTwice[index < 0 ? promised.asks.length : index]
    flowFile(
      ['paths'],
      wanted === undefined
        ? `after ${promised.asks.at(-1)} also ${came} is asked; nothing more should be.`
        : `${wanted} should be asked${index > 0 ? ` after ${promised.asks[index - 1]}` : ' first'}; ${came ? `${came} is asked instead` : `the path ends there (${conversation.ended ?? 'without a question'})`}.`,
    )
  }
  if (promised.alert !== null && (alert === null || alert > promised.alert))
    differences.push({
      file: 'dialogs/rules.yaml',
      path: ['flags'],
      message: `a human should be paged with message ${promised.alert} of the person; ${alert === null ? 'nobody is' : `it happens with message ${alert}`}.`,
    })
  if (promised.alert === null && alert !== null)
    differences.push({
      file: 'dialogs/rules.yaml',
      path: ['flags'],
      message: `nobody should be woken; a human is paged with message ${alert}.`,
    })
  if (!isAtLeast(conversation.level, promised.level))
    differences.push({
      file: 'dialogs/rules.yaml',
      path: ['flags'],
      message: `the case should be ${promised.level} at least; it is ${conversation.level}.`,
    })
  const missing = (promised.roles ?? []).filter((role) => !conversation.roles.includes(role))
  if (missing.length > 0)
    differences.push({
      file: 'dialogs/rules.yaml',
      path: ['flags'],
      message: `${missing.join(' and ')} should be asked; the case has ${conversation.roles.join(', ')}.`,
    })
  if (said.join() !== promised.says.join())
    differences.push({
      file: 'dialogs/texts.yaml',
      path: ['closing'],
      message: `these texts should be sent: ${promised.says.join(', ') || 'none'}; sent are: ${said.join(', ') || 'none'}.`,
    })
  return differences
}

function saidOf(flow: Flow, question: QuestionId, answer: string | number | string[]): Said {
  if (answer === 'SKIP') return { kind: 'skip' }
  if (answer === 'PERSON' || answer === 'SOS') return { kind: 'word', word: answer === 'SOS' ? 'sos' : 'person' }
  if (answer === '0') return { kind: 'word', word: 'stop' }
  if (typeof answer === 'string' && flow.questions[question]?.answer === 'many')
    return { kind: 'answer', answer: [answer] }
  return { kind: 'answer', answer }
}

function sayConversation(subject: Subject, { answers }: PromisedConversation): string {
  const { questions } = subject.dialogs.flow
  const labels = labelsFor(subject)
  return Object.entries(answers)
    .map(([id, answer]) => `${id}: ${sayAnswer(id, questions[id], answer, labels)}`)
    .join('; ')
}

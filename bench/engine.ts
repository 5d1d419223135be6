import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunningBundle } from '../src/flow/assemble-flow.ts'
import { type Conversation, newConversation } from '../src/flow/conversation.ts'
import { takeTurn } from '../src/flow/take-turn.ts'
import { projectRoot } from '../src/project-root.ts'
import { interleaved, type Measured, microsecondsEach } from './measure.ts'
import { newReducerJson, reduceJson } from './peers/reducer.ts'
import { playWaterfall, waterfallBot } from './peers/waterfall.ts'
import { newXstateJson, xstateTurn } from './peers/xstate-triage.ts'
import { answersOfTriage, messageAt, startedAt } from './triage.ts'

/** One turn of a triage of twelve questions, the state as JSON in and out: microseconds a turn. Ours comes first. */
export async function measureEngine(bundle: RunningBundle, rounds: number): Promise<Measured[]> {
  const answers = answersOfTriage(bundle, 12)
  const begin = stateAfterHello(bundle)
  const newReducer = newReducerJson()
  const newXstate = newXstateJson()
  const choices = waterfallBot('choice')
  const texts = waterfallBot('text')
  // The waterfall needs a message to begin with; the last answer ends it, so that the next run begins anew.
  const whole = ['hola', ...answers]
  let run = 0
  return interleaved(
    [
      {
        name: 'Puente, the whole shipped protocol',
        round: () => microsecondsEach(() => playOurs(bundle, begin, answers), answers.length),
      },
      {
        name: 'reducer written by hand, rules in code',
        round: () => microsecondsEach(() => answers.reduce(reduceJson, newReducer), answers.length),
      },
      {
        name: 'XState',
        round: () => microsecondsEach(() => answers.reduce(xstateTurn, newXstate), answers.length),
      },
      {
        name: 'botbuilder waterfall, choice prompts',
        round: () => microsecondsEach(() => playWaterfall(choices, `c${run++ % 100}`, whole), whole.length),
      },
      {
        name: 'botbuilder waterfall, text prompts (reads nothing)',
        round: () => microsecondsEach(() => playWaterfall(texts, `c${run++ % 100}`, whole), whole.length),
      },
    ],
    rounds,
  )
}

/** A first message in the person's own words: language, danger scan, first question. Microseconds a message. */
export async function measureFreeText({ flow }: RunningBundle, rounds: number): Promise<Measured[]> {
  const begin = JSON.stringify(newConversation(flow.bundle, flow.data.sos.path, 'sms'))
  const first = (text: string) =>
    JSON.stringify(
      takeTurn(flow, JSON.parse(begin) as Conversation, messageAt(text, startedAt), startedAt).conversation,
    )
  const texts = ownWords()
  let next = 0
  const some = () => {
    for (let n = 0; n < textsAtOnce; n++) first(texts[next++ % texts.length]!)
  }
  const round = () => microsecondsEach(some, textsAtOnce)
  return interleaved([{ name: 'Puente, first message in own words', round }], rounds)
}

const textsAtOnce = 60

/**
 * What people write of danger and of none, in eighteen languages in turn: thousands of texts, so that words come back
 * as often as they do from people, and no more.
 */
function ownWords(): string[] {
  const folder = join(projectRoot, 'test/danger/unseen')
  const byLanguage = readdirSync(folder).map((file) => {
    const [, ...lines] = readFileSync(join(folder, file), 'utf8').trimEnd().split('\n')
    return lines.map((line) => line.split('\t')[3]!)
  })
  return byLanguage[0]!.flatMap((_, at) => byLanguage.flatMap((texts) => texts[at] ?? []))
}

function stateAfterHello({ flow }: RunningBundle): string {
  const fresh = newConversation(flow.bundle, flow.data.sos.path, 'sms')
  return JSON.stringify(takeTurn(flow, fresh, messageAt('hola', startedAt), startedAt).conversation)
}

function playOurs({ flow }: RunningBundle, begin: string, answers: string[]): string {
  let json = begin
  let now = startedAt
  for (const text of answers) {
    now += 10_000
    json = JSON.stringify(takeTurn(flow, JSON.parse(json) as Conversation, messageAt(text, now), now).conversation)
  }
  return json
}

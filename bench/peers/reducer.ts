/** The twelve questions of the peers. */
export const questions = ['E1', 'CONS', 'AGE', 'MED', 'PREG', 'KIDS', 'SAFE1', 'TH', 'TR1', 'TR2', 'SH', 'LOC'] as const

/**
 * What somebody would write by hand for one fixed triage of twelve questions: no languages, no rules as data, no
 * second try, no texts that come once. The fastest that such a turn can be in this language.
 */
interface ReducerState {
  step: number
  messages: number
  answers: Record<string, number>
  flags: string[]
  level: 'P1' | 'P2' | 'P3' | 'P4'
  sent: string[]
}

export function newReducerJson(): string {
  const state: ReducerState = { step: 0, messages: 0, answers: {}, flags: [], level: 'P4', sent: [] }
  return JSON.stringify(state)
}

/** One turn, with the state as JSON in and out, as a database gives and takes it. */
export function reduceJson(json: string, text: string): string {
  return JSON.stringify(reduce(JSON.parse(json) as ReducerState, text))
}

function reduce(state: ReducerState, text: string): ReducerState {
  const question = questions[state.step]
  const messages = state.messages + 1
  if (question === undefined) return { ...state, messages }
  const value = Number.parseInt(text.trim(), 10)
  if (!(value >= 0 && value <= (question === 'AGE' ? 120 : 9)))
    return { ...state, messages, sent: [...state.sent, `again ${question}`] }
  const answers = { ...state.answers, [question]: value }
  const flags = flagsOf(answers)
  const level = flags.includes('emergency') ? 'P1' : flags.length > 1 ? 'P2' : flags.length === 1 ? 'P3' : 'P4'
  const step = state.step + 1
  return { step, messages, answers, flags, level, sent: [...state.sent, questions[step] ?? `closing ${level}`] }
}

function flagsOf(answers: Record<string, number>): string[] {
  const flags: string[] = []
  if (answers.E1 === 1) flags.push('emergency')
  if (answers.AGE !== undefined && answers.AGE < 18) flags.push('child')
  if (answers.MED === 1) flags.push('medical')
  if (answers.PREG === 1) flags.push('pregnant')
  if (answers.KIDS === 1) flags.push('small_child')
  if (answers.SAFE1 === 2) flags.push('unsafe_phone')
  if (answers.TH === 1) flags.push('threat')
  if (answers.TR1 === 1 || answers.TR2 === 1) flags.push('held')
  if (answers.SH === 1) flags.push('no_shelter')
  return flags
}

import type { RunningBundle } from './flow/assemble-flow.ts'
import type { Conversation } from './flow/conversation.ts'
import type { Rota } from './handoff/rota.ts'
import { personOf } from './handoff/rota.ts'
import { fillText } from './language/texts.ts'
import type { PersonState } from './person-state.ts'
import type { TurnCommit, Work } from './store/store.ts'
import type { Level } from './types.ts'

/** One line of what happened, in plain words, for whoever looks at the simulated phones. */
export interface StoryLine {
  at: number
  kind: 'language' | 'answer' | 'danger' | 'level' | 'page' | 'taken' | 'quiet' | 'time' | 'end'
  text: string
  level?: Level
  /** Behind the line, such as which words of the person's text were heard. */
  detail?: string
}

/**
 * Tells a turn: what was understood, what followed from it, who was asked. Compares the conversation before and after,
 * so that the story can say nothing that did not happen.
 */
export function tellTurn(bundle: RunningBundle, rota: Rota, work: Work, turn: TurnCommit, now: number): StoryLine[] {
  const after = turn.state as PersonState
  const before = work.state as PersonState | null
  const lines: StoryLine[] = []
  const add = (kind: StoryLine['kind'], text: string, more: Partial<StoryLine> = {}) =>
    lines.push({ at: now, kind, text, ...more })
  const was = before?.dialog ?? null
  const is = after.dialog
  if (is.language !== null && is.language !== was?.language) {
    const name = bundle.dialogs.languages.find(({ id }) => id === is.language)?.name ?? is.language
    const belief = is.belief[is.language]
    const sure =
      belief !== undefined && Number.isFinite(belief) && belief <= 1 ? `, ${Math.round(belief * 100)} % sure` : ''
    add('language', `Understood: ${name}${sure}`)
  } else if (is.language === null && is.messages > 0 && was?.language == null)
    add('language', 'Not sure of the language, so it asks')
  for (const question in is.answers)
    if (was === null || JSON.stringify(was.answers[question]) !== JSON.stringify(is.answers[question]))
      add('answer', `${bundle.flow.questions[question]?.title ?? question}: ${answerWords(bundle, question, is)}`)
  const heard = is.because.slice(was?.because.length ?? 0)
  if (Object.keys(is.danger).length > Object.keys(was?.danger ?? {}).length)
    add('danger', `The words suggest: ${Object.keys(is.danger).join(', ')}`, { detail: heard.join('; ') })
  const flags = Object.keys(is.flags).filter((flag) => was?.flags[flag] === undefined)
  if (is.level !== (was?.level ?? 'P4') || (flags.length > 0 && is.level !== 'P4'))
    add('level', `${is.level}: ${flags.map((flag) => flagWords(bundle, flag)).join(', ') || 'as before'}`, {
      level: is.level,
    })
  for (const message of turn.send) {
    if (!('advocate' in message.to) || message.priority !== 0) continue
    const person = personOf(rota, message.to.advocate)
    if (person) add('page', `Paged ${person.name}${message.repeat ? ' again' : ''} (${person.roles.join(', ')})`)
  }
  for (const { advocate, takenAt } of after.handoff?.takers ?? [])
    if (!before?.handoff?.takers.some((taker) => taker.advocate === advocate)) {
      const since = is.firstAlertAt === null ? '' : ` after ${minutes(takenAt - is.firstAlertAt)}`
      add('taken', `${personOf(rota, advocate)?.name ?? 'Somebody'} took it${since}`)
    }
  if (is.ended !== null && is.ended !== (was?.ended ?? null)) add('end', endWords[is.ended] ?? 'The questions are over')
  return lines
}

const endWords: Record<string, string> = {
  done: 'The questions are over',
  stopped: '0 was sent: nothing more goes to this phone',
  captive: 'Quiet: the person may be watched. A human reads along',
  phone_unsafe: 'Others may read this phone: nothing is written first',
  language_barrier: 'No shared language yet: an interpreter is asked',
  unclear: 'Not understood: a human is asked',
  changed_writer: 'Somebody else may be writing: no more is said',
}

function answerWords(bundle: RunningBundle, question: string, dialog: Conversation): string {
  const answer = dialog.answers[question]
  if (answer === null || answer === undefined) return 'skipped'
  if (answer === false) return 'left open'
  const labels = [answer]
    .flat()
    .map((option) => fillText(bundle.texts, 'en', 'options', `${question}.${option}`) ?? String(option))
  return labels.join(', ')
}

const flagWords = (bundle: RunningBundle, flag: string): string => fillText(bundle.texts, 'en', 'flags', flag) ?? flag

const minutes = (ms: number): string => {
  const whole = Math.max(0, Math.round(ms / 60_000))
  return whole === 0 ? 'less than a minute' : `${whole} min`
}

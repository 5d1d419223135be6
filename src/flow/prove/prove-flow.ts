import { type ConditionData, compileCondition, isAtLeast } from '../../triage/condition.ts'
import { contactOf } from '../../triage/rules.ts'
import type { Level, QuestionId, RoleId } from '../../types.ts'
import type { Flow } from '../compile-flow.ts'
import type { Conversation } from '../conversation.ts'
import { promisedLevel, promisedRoles, togetherCondition } from '../promises/promised-conditions.ts'
import type { Promises } from '../promises/promises-schema.ts'
import type { Dialogs } from '../read-bundle.ts'
import { type OptionLabels, sayAnswer } from '../say-answer.ts'
import { takeTurn } from '../take-turn.ts'
import type { Turn } from '../turn.ts'
import { allConditions } from './all-conditions.ts'
import { answerClasses } from './answer-classes.ts'
import { messageOf, type Said, sayIt } from './said.ts'
import { stateKeys } from './state-key.ts'
import { beginning, type Move, NOW, type Walk, walk } from './walk.ts'

/** A promise or a property that a conversation breaks; the first one found is the shortest. */
export interface Counterexample {
  code: string
  /** What it is about, one per flag, step or promise. */
  subject: string
  message: string
  conversation: string[]
}

/** What the walk came to; plain data. */
export interface ProofResult {
  states: number
  turns: number
  isComplete: boolean
  broken: Counterexample[]
}

/** The same with the walk itself. */
export interface Proof extends ProofResult {
  walk: Walk
}

/**
 * Proves properties 1 to 3 of the publish gate by walking every conversation that can be told apart: every path ends and
 * every step is reached; whoever the promises rate is paged at the message at which it was known, with the roles that
 * they name; nothing is sent where silence is safety.
 *
 * @param labels - the words of options, for whoever reads a conversation that breaks something
 */
export function proveFlow(flow: Flow, dialogs: Dialogs, promises: Promises | null, labels: OptionLabels = {}): Proof {
  const conditions = allConditions(dialogs, promises)
  const classes = new Map(
    Object.entries(flow.questions).map(([id, question]) => [id, answerClasses(id, question, conditions)]),
  )
  const found = new Map<string, { one: Omit<Counterexample, 'conversation'>; state: number; said: Said }>()
  const reached = new Set<string>()
  const properties = [...ALWAYS, ...(promises ? promisedProperties(flow, promises) : [])]
  const look = (move: Move, state: number) => {
    const { conversation } = move.turn
    if (conversation.open) reached.add(`${conversation.path} ${conversation.open.step}`)
    for (const property of properties) {
      const broken = property(flow, move)
      if (broken === null) continue
      const key = `${broken.code} ${broken.subject}`
      if (!found.has(key)) found.set(key, { one: broken, state, said: move.said })
    }
  }
  const walked = walk(flow, classes, stateKeys(flow, dialogs, promises, classes), look)
  const broken = [...found.values()].map(({ one, state, said }) => ({
    ...one,
    conversation: tell(flow, [...walked.trailTo(state), said], labels),
  }))
  if (walked.isComplete) broken.push(...unreached(flow, reached))
  return { states: walked.states, turns: walked.turns, isComplete: walked.isComplete, broken, walk: walked }
}

type Broken = Omit<Counterexample, 'conversation'>
type Property = (flow: Flow, move: Move) => Broken | null

/** Hold for every flow, whatever is promised. */
const ALWAYS: Property[] = [goesOn, moves, pagesWhatItRates]

/** A turn ends in a question, a reason for the end, or silence that a reason explains. */
function goesOn(_flow: Flow, { from, said, turn }: Move): Broken | null {
  const { conversation, replies } = turn
  if (conversation.ended !== null) return null
  if (conversation.open === null)
    return {
      code: 'proof/dead-end',
      subject: from.open?.question ?? 'start',
      message: `After ${sayIt(said)} nothing is asked and the path does not end.\nThe person would wait for ever.`,
    }
  if (replies.length === 0)
    return {
      code: 'proof/no-answer',
      subject: conversation.open.question,
      message: `After ${sayIt(said)} nothing is sent, although ${conversation.open.question} is open.\nThe person would wait for ever.`,
    }
  return null
}

/** An answer that fits leaves its question behind; two that do not fit leave it, too. */
function moves(_flow: Flow, { from, said, turn }: Move): Broken | null {
  const { conversation } = turn
  const before = from.open
  if (before === null || conversation.open === null || conversation.open.question !== before.question) return null
  if (conversation.path !== from.path) return null
  const isStuck = said.kind === 'answer' || (said.kind === 'noise' && conversation.open.tries <= before.tries)
  if (!isStuck) return null
  return {
    code: 'proof/loop',
    subject: before.question,
    message: `${before.question} is asked again after ${sayIt(said)}.\nThe person would go round for ever, and no human would see it.`,
  }
}

/** Whoever the rules themselves rate P1 or P2 has been paged with this message. */
function pagesWhatItRates(_flow: Flow, { from, turn }: Move): Broken | null {
  const { level, paged } = turn.conversation
  if (!isAtLeast(level, 'P2') || (paged !== null && isAtLeast(paged.level, level))) return null
  return {
    code: 'proof/not-paged',
    subject: from.open?.question ?? 'start',
    message: `The case is ${level} and nobody has been paged.\nA person in danger would wait for nobody.`,
  }
}

function promisedProperties(flow: Flow, promises: Promises): Property[] {
  const compile = (data: ConditionData) => compileCondition(data, flow.rules.context)
  const cases = promises.cases
    .map((promised) => ({ promised, level: promisedLevel(promises, promised) }))
    .filter(({ promised, level }) => isAtLeast(level, 'P2') && promised.event === undefined)
    .map(({ promised, level }) => ({
      holds: compile(togetherCondition(flow.data, promised.answers)),
      flags: [promised.flag ?? []].flat(),
      roles: promisedRoles(promises, promised),
      level,
      name: Object.keys(promised.answers).join(' and '),
    }))
  const keepsCases: Property = (_flow, { turn, facts }) => {
    const { conversation } = turn
    for (const { holds, flags, roles, level, name } of cases) {
      if (!holds(facts)) continue
      const subject = flags[0] ?? name
      const what = flags.length > 0 ? flags.join(' or ') : name
      if (flags.length > 0 && !flags.some((id) => conversation.flags[id] !== undefined))
        return {
          code: 'proof/promise',
          subject,
          message: `Whoever answers so is promised ${what} (${level}); with these rules it is not raised.\n${delay(level)}`,
        }
      const missed = notPaged(conversation, level, roles)
      if (missed !== null)
        return {
          code: 'proof/promise',
          subject,
          message: `Whoever answers so is promised ${what} (${level}); ${missed}.\n${delay(level)}`,
        }
    }
    return null
  }
  const keepsTogether: Property = (_flow, { turn }) => {
    const { flags, level } = turn.conversation
    for (const one of promises.together) {
      const partner = one.any?.find((id) => flags[id] !== undefined)
      if (
        !one.all.every((id) => flags[id] !== undefined) ||
        (one.any && partner === undefined) ||
        isAtLeast(level, one.level)
      )
        continue
      return {
        code: 'proof/promise',
        subject: one.id,
        message: `${[...one.all, partner].filter((id) => id !== undefined).join(' and ')} together are promised to be ${one.level} (${one.id}); the case stays ${level}.\n${delay(one.level)}`,
      }
    }
    return null
  }
  const unless = new Map(promises.quiet.map((one) => [one.flag, one.unless ? compile(one.unless) : () => false]))
  const keepsQuiet: Property = (_flow, { from, turn, facts }) => {
    const { conversation } = turn
    for (const { flag, may_say, later } of promises.quiet) {
      const isNew = conversation.flags[flag] !== undefined && from.flags[flag] === undefined
      if (isNew && !unless.get(flag)!(facts)) {
        const said = forbidden(turn, may_say)
        // Another silence may come first, such as 0 at the question who can read the phone.
        if (said !== null)
          return {
            code: 'proof/not-silent',
            subject: flag,
            message: `${flag} is raised, and ${said} is sent.\nWhoever holds the phone would read it.`,
          }
        if (conversation.ended === null)
          return {
            code: 'proof/not-silent',
            subject: flag,
            message: `${flag} is raised, and the path goes on.\nWhoever holds the phone would read the next question.`,
          }
        if (STRICTNESS[conversation.later] < STRICTNESS[later])
          return {
            code: 'proof/not-silent',
            subject: flag,
            message: `${flag} is promised to end with later: ${later}; here a later message meets "${conversation.later}".\nThe next message could bring an answer that somebody else reads.`,
          }
      }
    }
    if (from.ended !== null && from.later === 'nothing' && turn.replies.length > 0)
      return {
        code: 'proof/not-silent',
        subject: from.ended,
        message: `After the end "${from.ended}" something is sent again.\nWhoever holds the phone would read it.`,
      }
    return null
  }
  const keepsAnyTime: Property = (_flow, { from, said, turn }) => {
    if (from.ended !== null) return null
    const { conversation } = turn
    for (const one of promises.at_any_time) {
      const isMeant =
        (one.word !== undefined && said.kind === 'word' && said.word === one.word) ||
        (said.kind === 'danger' &&
          ((one.danger !== undefined && said.category === one.danger) ||
            (one.captive === true && said.captive === true) ||
            (one.changed_writer === true && said.changedWriter === true))) ||
        (one.voice === true && said.kind === 'voice')
      if (!isMeant) continue
      const subject = one.word ?? one.danger ?? (one.captive ? 'captive' : one.voice ? 'voice' : 'changed_writer')
      if (one.level !== undefined) {
        const missed = notPaged(conversation, one.level, one.roles ?? [])
        if (missed !== null)
          return {
            code: 'proof/at-any-time',
            subject,
            message: `${sayIt(said)} is promised to page at ${one.level} at any time; ${missed}.\n${delay(one.level)}`,
          }
      }
      const words =
        one.may_say === undefined || (conversation.ended === null && one.word === 'stop' && isNumberZero(flow, from))
          ? null
          : forbidden(turn, one.may_say)
      if (words !== null)
        return {
          code: 'proof/at-any-time',
          subject,
          message: `After ${sayIt(said)} ${words} is sent.\nWhoever holds the phone would read it.`,
        }
    }
    return null
  }
  const contacts = promises.contact.map(({ way, when }) => ({ way, holds: compile(when) }))
  const mayNudge = compile(promises.nudge_only_when)
  const mayBeSafe = compile(promises.phone_is_safe_only_when)
  const keepsContact: Property = (_flow, { turn, facts }) => {
    const { conversation } = turn
    for (const { way, holds } of contacts) {
      if (!holds(facts)) continue
      const own = contactOf(flow.rules, facts)
      if (own !== way) {
        const why =
          Object.keys(conversation.flags)
            .filter((id) => promises.quiet.some(({ flag }) => flag === id))
            .join(', ') || 'this choice'
        return {
          code: 'proof/contact',
          subject: way,
          message: `With ${why} the way to reach the person is promised to be "${way}"; here it is "${own}".\nA message or a call could reach whoever holds the phone.`,
        }
      }
    }
    if (flow.isPhoneSafe(facts) && !mayBeSafe(facts))
      return {
        code: 'proof/contact',
        subject: 'phone',
        message:
          'The phone counts as safe here, although nobody said that only they read it.\nA call could reach whoever holds the phone.',
      }
    if (conversation.ended === null && flow.nudges.some(({ when }) => when(facts)) && !mayNudge(facts))
      return {
        code: 'proof/nudge',
        subject: 'nudges',
        message:
          'The bot may write first here while the person is silent; that is promised only where it cannot harm.\nA message could appear in front of whoever hurts them.',
      }
    return null
  }
  return [keepsCases, keepsTogether, keepsQuiet, keepsAnyTime, keepsContact]
}

const STRICTNESS = { language: 0, case: 0, first_question: 1, nothing: 2 } as const

/** 0 is the answer to the open question and not a stop. */
const isNumberZero = (flow: Flow, { open }: Conversation): boolean =>
  open !== null && flow.questions[open.question]?.zero?.stops === false

function notPaged({ paged, level }: Conversation, wanted: Level, roles: readonly RoleId[]): string | null {
  if (!isAtLeast(level, wanted)) return `the case is ${level}`
  if (paged === null) return 'nobody is paged'
  const missing = roles.filter((role) => !paged.roles.includes(role))
  return missing.length > 0 ? `nobody of ${missing.join(' and ')} is paged` : null
}

/** The first part of the replies that is not among the allowed texts. */
function forbidden({ replies }: Turn, allowed: readonly string[]): string | null {
  for (const part of replies.flatMap(({ parts }) => parts)) {
    if (part.kind === 'text' && allowed.includes(part.id)) continue
    return part.kind === 'language_choice' ? 'a choice of languages' : part.id
  }
  return null
}

function unreached(flow: Flow, reached: ReadonlySet<string>): Counterexample[] {
  const never: Counterexample[] = []
  for (const [path, { steps }] of Object.entries(flow.paths))
    for (const [index, { question }] of steps.entries()) {
      if (reached.has(`${path} ${index}`)) continue
      // The same question may stand there twice, for two ways to it.
      if (steps.some((other, at) => other.question === question && reached.has(`${path} ${at}`))) continue
      if (path !== flow.data.sos.path && index === 0) continue
      never.push({
        code: 'proof/never-reached',
        subject: `${path} ${index} ${question}`,
        message: `No conversation ever comes to ${question} in the path "${path}".\nWhat it would find out stays unknown.`,
        conversation: [],
      })
    }
  return never
}

const delay = (level: Level): string =>
  level === 'P1'
    ? 'A person whose life may be in danger would wait.'
    : 'A person in serious danger would wait until somebody reads the list.'

/** A conversation as a person and the bot have it, one line each. */
function tell(flow: Flow, trail: readonly Said[], labels: OptionLabels): string[] {
  const lines: string[] = []
  let conversation = beginning(flow)
  for (const said of trail) {
    const open = conversation.open?.question
    const isChosen = said.kind === 'answer' && open !== undefined
    const words = isChosen ? sayAnswer(open, flow.questions[open], said.answer, labels) : sayIt(said)
    lines.push(`They: ${words}`)
    const turn = takeTurn(flow, conversation, messageOf(said, NOW), NOW)
    conversation = turn.conversation
    const own = turn.replies
      .flatMap(({ parts }) => parts)
      .map((part) =>
        part.kind === 'language_choice'
          ? 'languages'
          : part.kind === 'question'
            ? `${part.id} (${titleOf(flow, part.id)})`
            : part.id,
      )
    const pages = turn.alerts.map(({ level, roles }) => `pages ${roles.join(', ')} at ${level}`)
    lines.push(`We:   ${[...own, ...pages].join('; ') || '(nothing)'}`)
  }
  return lines
}

const titleOf = (flow: Flow, question: QuestionId): string => flow.questions[question]?.title ?? ''

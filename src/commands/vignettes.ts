import { readFileSync } from 'node:fs'
import type { RunningBundle } from '../flow/assemble-flow.ts'
import { type Conversation, newConversation } from '../flow/conversation.ts'
import { renderReply } from '../flow/render-reply.ts'
import { takeTurn } from '../flow/take-turn.ts'
import { factsFor, type Turn } from '../flow/turn.ts'
import { countSegments } from '../language/count-segments.ts'
import { isWritten } from '../language/texts.ts'
import { contactOf } from '../triage/rules.ts'
import type { Channel, EventId, Language } from '../types.ts'
import type { CommandIo } from './io.ts'
import { loadBundle } from './load-bundle.ts'

const help = `puente vignettes FILE

Plays structured cases through the real flows. FILE has one JSON object a line: id, lang, channel, answers (question id to
answer; several digits joined by commas; a list for several tries) and, where known, expected_flags, expected_urgency,
expected_roles, expected_contact, alert_at_message.

Prints one JSON line a case: id, flags, urgency, roles, contact, alert_at_message, asked, segments, ok. Differences go to
standard error. Ends with 1 when any expectation is missed.

  puente vignettes cases.jsonl
  puente vignettes cases.jsonl | tail -n 1
`

interface Vignette {
  id: string
  lang: string
  channel?: Channel
  answers: Record<string, string | number | (string | number)[]>
  expected_flags?: string[]
  expected_urgency?: string
  expected_roles?: string[]
  expected_contact?: string
  alert_at_message?: number | null
}

/** `puente vignettes`: every case through the engine that answers people, differences told one by one. */
export async function vignettes(args: string[], io: CommandIo): Promise<number> {
  const [file] = args
  if (file === undefined || args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return file === undefined ? 2 : 0
  }
  const bundle = loadBundle(io)
  if (bundle === null) return 2
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    io.stderr.write(`${file} cannot be read. Give the path of a file with one JSON object a line.\n`)
    return 2
  }
  let missed = 0
  let played = 0
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    let vignette: Vignette
    try {
      vignette = JSON.parse(line) as Vignette
      if (typeof vignette.answers !== 'object' || vignette.answers === null) throw new Error('answers')
    } catch {
      io.stderr.write(`${file}:${index + 1}: this line is not a case: a JSON object with "answers" was expected.\n`)
      missed++
      continue
    }
    const { result, differences } = playVignette(bundle, vignette)
    played++
    if (!result.ok) missed++
    for (const difference of differences) io.stderr.write(`${vignette.id}: ${difference}\n`)
    io.stdout.write(`${JSON.stringify(result)}\n`)
  }
  io.stderr.write(`${played - missed} of ${played} cases came out as expected\n`)
  return missed > 0 ? 1 : 0
}

/** What a case came to. `segments` is null where the language has no texts. */
interface VignetteResult {
  id: string
  flags: string[]
  urgency: string
  roles: string[]
  contact: string
  alert_at_message: number | null
  asked: string[]
  segments: number | null
  ok: boolean
}

/** Plays one case: a greeting, then the answers, each when its question is asked. */
export function playVignette(
  bundle: RunningBundle,
  vignette: Vignette,
): { result: VignetteResult; differences: string[] } {
  const { flow, texts, dialogs } = bundle
  const written: Language = vignette.lang === 'und' ? flow.data.bridge_languages[0]! : vignette.lang
  // The case's language counts as detected and written.
  const ears = { ...flow.ears, isWritten: () => true }
  const playing = { ...flow, ears }
  const channel = vignette.channel ?? 'sms'
  let conversation: Conversation = { ...newConversation(flow.bundle, 'intake', channel), language: written }
  const given = new Map(
    Object.entries(vignette.answers).map(([question, answer]) => [question, [answer].flat().map(String)]),
  )
  const differences: string[] = []
  const now = Date.UTC(2026, 0, 5, 18)
  let segments: number | null = isWritten(texts, written) ? 0 : null
  let clock = now
  const send = (text: string): Turn => {
    clock += 30_000
    const message = { id: `v${clock}` as EventId, at: clock, channel, text, media: [] }
    const turn = takeTurn(playing, conversation, message, clock)
    conversation = turn.conversation
    for (const reply of turn.replies) {
      const rendering = { texts, languages: dialogs.languages, now: clock, word: null, isDemonstration: false }
      const said = renderReply(playing, conversation, reply, rendering)
      if (said !== null && segments !== null) segments += countSegments(said)
    }
    return turn
  }
  send('.')
  for (let step = 0; step < 100; step++) {
    const open = conversation.open?.question
    if (open === undefined) break
    const listed = flow.questions[open]!.listed_as ?? open
    const next = given.get(listed)?.shift()
    if (next === undefined) {
      differences.push(`${listed} was asked, but the case has no answer to it`)
      break
    }
    send(next)
  }
  for (const [question, left] of given)
    if (left.length > 0) differences.push(`${question} was not asked, although the case answers it`)
  const facts = factsFor(flow, conversation)
  const result: VignetteResult = {
    id: vignette.id,
    flags: Object.keys(conversation.flags).sort(),
    urgency: conversation.level,
    roles: [...conversation.roles].sort(),
    contact: contactOf(flow.rules, facts),
    alert_at_message: conversation.firstAlertMessage,
    asked: conversation.asked,
    segments,
    ok: false,
  }
  const compare = (what: string, expected: unknown, actual: unknown) => {
    if (expected === undefined) return
    if (JSON.stringify(expected) !== JSON.stringify(actual))
      differences.push(`${what} was ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`)
  }
  compare('flags', vignette.expected_flags && [...vignette.expected_flags].sort(), result.flags)
  compare('urgency', vignette.expected_urgency, result.urgency)
  compare('roles', vignette.expected_roles && [...vignette.expected_roles].sort(), result.roles)
  compare('contact', vignette.expected_contact, result.contact)
  compare('alert_at_message', vignette.alert_at_message, result.alert_at_message)
  result.ok = differences.length === 0
  return { result, differences }
}

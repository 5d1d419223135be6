import type { PersonState } from '../person-state.ts'
import type { DatabaseRows, OutboxRow } from '../store/inspect-rows.ts'
import type { Level } from '../types.ts'
import type { TurnRecord } from './turn-record.ts'

/** One broken promise of reliability.md section 2, or of its measures. */
export interface Violation {
  invariant: string
  /** An id of ours or the provider's, or a conversation: whose history explains it. */
  subject: string
  at: number
  because: string
}

/** Everything the checker looks at: the database, the wire, and where they were seen, the turns. */
export interface Evidence {
  rows: DatabaseRows
  /** Decrypted states of the persons' conversations. */
  states: ReadonlyMap<string, PersonState>
  /** What phones wrote, whether or not its webhook came. */
  written: { sid: string; from: string; body: string; at: number }[]
  /** Every try of a webhook about it; `status` null when no answer came. */
  webhooks: { sid: string; at: number; status: number | null }[]
  /** What the provider took from us. */
  sent: {
    sid: string
    to: string
    body: string
    at: number
    effect: string | null
    isRepeat: boolean
    /** Whether the answer was written down: a process that dies over it (F1), or whose database fails, cannot know. */
    isKnown: boolean
  }[]
  /** Committed turns in order; null where they cannot be seen, as from outside a process. */
  turns: TurnRecord[] | null
  /** Messages that the provider no longer has, because we asked it to erase them. */
  erasedAtProvider: ReadonlySet<string>
  /** When something was broken, so that lateness may have its reason. */
  outages: { from: number; until: number }[]
  /** When a machine's clock was set back: how much of a wait was over by then, nobody can know afterwards. */
  clockSetBackAt: number[]
  /** Numbers of the rota to ids. */
  advocates: ReadonlyMap<string, string>
  /** How the texts begin that say that a human has the case. */
  takenTexts: readonly string[]
  isAuditWhole: boolean
  /** Everything was healed and had time: what is unfinished now stays so. */
  isQuiet: boolean
  timeScale: number
  now: number
}

export const invariants: Record<string, (evidence: Evidence) => Violation[]> = {
  I1: answeredOnce,
  I2: nothingFromNowhere,
  I3: oneTurnEach,
  I4: noQuestionLost,
  I5: urgentIsOwned,
  I6: takenByAHuman,
  I8: oneDeliveryEach,
  I9: escalatesInTime,
  I10: silentAfterStop,
  I11: insideTheWindow,
  I12: failureIsSeen,
  I14: noFalseHope,
  I15: auditIsWhole,
  I17: erasedIsGone,
}

/** Checks everything that can be seen; an empty list means that every promise was kept. */
export function checkInvariants(evidence: Evidence): Violation[] {
  return Object.values(invariants).flatMap((check) => check(evidence))
}

const broken = (invariant: string, subject: string, at: number, because: string): Violation => ({
  invariant,
  subject,
  at,
  because,
})

function answeredOnce({ rows, webhooks, written, isQuiet, now }: Evidence): Violation[] {
  const events = new Map(rows.events.map((event) => [event.id, event]))
  const found: Violation[] = []
  const accepted = new Set(webhooks.filter(({ status }) => isOk(status)).map(({ sid }) => sid))
  for (const sid of accepted)
    if (!events.has(sid)) found.push(broken('I1', sid, now, 'it was answered with 2xx and is not in the database'))
  if (!isQuiet) return found
  for (const { sid, at } of written)
    if (!events.has(sid)) found.push(broken('M9', sid, at, 'it was written, its webhook was lost, and nobody found it'))
  for (const { id, status, has_failure, at, conversation } of rows.events) {
    if (status === 'pending') found.push(broken('I1', conversation, at, `event ${id} was never worked on`))
    if (status === 'parked' && Number(has_failure) === 0)
      found.push(broken('I1', conversation, at, `event ${id} was set aside without a reason`))
  }
  return found
}

const isOk = (status: number | null) => status !== null && status >= 200 && status < 300

function nothingFromNowhere({ rows, written }: Evidence): Violation[] {
  const known = new Set(written.map(({ sid }) => sid))
  const found: Violation[] = []
  const seen = new Set<string>()
  for (const { id, kind, at } of rows.events) {
    if (kind === 'message' && !known.has(id)) found.push(broken('I2', id, at, 'nobody wrote this message'))
    if (seen.has(id)) found.push(broken('I3', id, at, 'it is in the inbox twice'))
    seen.add(id)
  }
  return found
}

function oneTurnEach({ turns }: Evidence): Violation[] {
  const first = new Map<string, number>()
  const found: Violation[] = []
  for (const { done, at, conversation } of turns ?? [])
    for (const id of done) {
      if (first.has(id)) found.push(broken('I3', conversation, at, `event ${id} had a second turn`))
      first.set(id, at)
    }
  return found
}

function noQuestionLost({ states, rows, isQuiet, now }: Evidence): Violation[] {
  if (!isQuiet) return []
  const outbox = new Map(rows.outbox.map((row) => [row.id, row]))
  const found: Violation[] = []
  for (const [id, { dialog, lastQuestion, eraseAt }] of states) {
    const isHandled = dialog.caseStatus === 'open' || dialog.caseStatus === 'taken' || dialog.isHumanTalking
    if (dialog.ended !== null || dialog.isOptedOut || isHandled || eraseAt !== null || dialog.messages === 0) continue
    if (dialog.open === null) {
      found.push(broken('I4', id, now, 'nothing is asked, nobody has it, and it is not closed'))
      continue
    }
    const question = lastQuestion === null ? undefined : outbox.get(lastQuestion)
    if (question === undefined)
      found.push(broken('I4', id, now, `the question ${dialog.open.question} was never queued`))
    // On WhatsApp nothing may go out after 24 hours (I11), even when the person still waits.
    else if (question.phase === 'cancelled' || (question.phase === 'dropped' && dialog.channel !== 'whatsapp'))
      found.push(broken('I4', id, now, `the question ${dialog.open.question} was ${question.phase}; the person waits`))
  }
  return found
}

function urgentIsOwned({ rows, turns, states, now }: Evidence): Violation[] {
  const found: Violation[] = []
  for (const { case: own, dueAt, conversation, at } of turns ?? [])
    if (own && isUrgent(own.level) && own.isAlerted && own.status === 'open' && dueAt === null)
      found.push(broken('I5', conversation, at, `${own.code} is urgent, nobody has it, and nothing will come`))
  const pending = new Set(
    rows.events.filter(({ status }) => status === 'pending').map(({ conversation }) => conversation),
  )
  const dueOf = new Map(rows.conversations.map(({ id, due_at }) => [id, due_at]))
  for (const { conversation, code, level, status, alert_at } of rows.cases) {
    if (!isUrgent(level) || status !== 'open' || alert_at === null) continue
    if (dueOf.get(conversation) == null && !pending.has(conversation))
      found.push(broken('I5', conversation, now, `${code} is urgent, nobody has it, and nothing will come`))
  }
  for (const [id, { dialog, handoff }] of states)
    if (dialog.firstAlertAt !== null && handoff === null && isUrgent(dialog.level) && dialog.caseStatus !== 'closed')
      found.push(broken('I5', id, now, 'it is urgent and was never handed to anybody'))
  return found
}

const isUrgent = (level: Level) => level === 'P1' || level === 'P2'

function takenByAHuman({ rows, states, written, advocates, now }: Evidence): Violation[] {
  const found: Violation[] = []
  const taken = new Map<string, number>()
  for (const { action, subject, actor, at } of rows.audit)
    if (action === 'taken' || action === 'joined') taken.set(`${subject} ${actor}`, at)
  const wrote = new Map<string, number>()
  for (const { from, at } of written) {
    const id = advocates.get(from.replace('whatsapp:', ''))
    if (id !== undefined && !wrote.has(id)) wrote.set(id, at)
  }
  for (const { conversation, code, status, taken_by } of rows.cases) {
    const takers = JSON.parse(taken_by) as string[]
    if (status === 'taken' && takers.length === 0)
      found.push(broken('I6', conversation, now, `${code} is taken by nobody`))
    if (new Set(takers).size < takers.length) found.push(broken('I6', conversation, now, `${code} has one taker twice`))
    for (const taker of takers) {
      if (!taken.has(`${code} ${taker}`))
        found.push(broken('I6', conversation, now, `no record says how ${taker} took ${code}`))
      if (!wrote.has(taker)) found.push(broken('I6', conversation, now, `${taker} took ${code} and never wrote`))
    }
  }
  for (const [id, { handoff }] of states)
    for (const { advocate, takenAt, via } of handoff?.takers ?? [])
      if (!advocate || !takenAt || !via) found.push(broken('I6', id, now, 'an acknowledgement lacks who, when or how'))
  return found
}

function oneDeliveryEach({ rows, sent }: Evidence): Violation[] {
  const outbox = new Map(rows.outbox.map((row) => [row.id, row]))
  const copies = new Map<string, Evidence['sent']>()
  const found: Violation[] = []
  for (const message of sent) {
    if (message.effect === null) {
      found.push(broken('I8', message.sid, message.at, 'it carries no effect id'))
      continue
    }
    copies.set(message.effect, [...(copies.get(message.effect) ?? []), message])
  }
  for (const [effect, list] of copies) {
    if (list.length < 2) continue
    const row: OutboxRow | undefined = outbox.get(effect)
    const last = list.at(-1)!
    if (row !== undefined && !row.rather_twice)
      found.push(broken('I8', effect, last.at, `it went out ${list.length} times and may go out once`))
    if (list.length > 2)
      found.push(broken('M6', effect, last.at, `${list.length} copies; one more than the first is allowed`))
    for (const [index, copy] of list.entries()) {
      if (index === 0) continue
      if (!copy.isRepeat) found.push(broken('M6', effect, copy.at, 'a second copy is not marked as a repeat'))
      if (list[index - 1]!.isKnown) found.push(broken('I8', effect, copy.at, 'the copy before was known to be out'))
    }
  }
  return found
}

function escalatesInTime(evidence: Evidence): Violation[] {
  const { turns, now } = evidence
  if (turns === null) return []
  const found: Violation[] = []
  const waiting = new Map<string, { due: number }>()
  const asking = new Map<string, { since: number; level: Level; code: string }>()
  const late = (due: number, at: number) => at > afterOutages(evidence, due) + latenessMs
  for (const turn of turns) {
    const { conversation, at, dueAt, case: own, sent } = turn
    const before = waiting.get(conversation)
    if (before && late(before.due, at))
      found.push(broken('I9', conversation, at, `due ${seconds(at - before.due)} s before it was done`))
    if (dueAt === null) waiting.delete(conversation)
    // A wait that was held back by a human, and is over already when the human lets go, is due from then on.
    else waiting.set(conversation, { due: Math.max(dueAt, at) })

    const isAsking = own !== null && isUrgent(own.level) && own.isAlerted && own.status === 'open'
    const asked = asking.get(conversation)
    const hasPaged = sent.some(({ isPage }) => isPage)
    if (asked && asked.code === own?.code && isAsking) {
      const longest = ((asked.level === 'P1' ? 15 : 60) * 60_000) / evidence.timeScale
      if (hasPaged && late(asked.since + longest + lostToClock(evidence, asked.since, longest), at))
        found.push(broken('I5', conversation, at, `nobody was asked for ${seconds(at - asked.since)} s`))
      if (hasPaged || own!.level !== asked.level)
        asking.set(conversation, { since: at, level: own!.level, code: own!.code })
    } else if (isAsking) {
      if (!hasPaged && !asked)
        found.push(broken('M3', conversation, at, `${own!.code} is urgent and nobody is paged with it`))
      asking.set(conversation, { since: at, level: own!.level, code: own!.code })
    } else asking.delete(conversation)
  }
  const kept = new Set(evidence.rows.conversations.map(({ id }) => id))
  for (const [conversation, { since, level }] of asking) {
    const longest = ((level === 'P1' ? 15 : 60) * 60_000) / evidence.timeScale
    if (kept.has(conversation) && late(since + longest + lostToClock(evidence, since, longest), now))
      found.push(broken('I5', conversation, now, `nobody has been asked for ${seconds(now - since)} s`))
  }
  for (const [conversation, { due }] of waiting)
    if (kept.has(conversation) && late(due, now))
      found.push(broken('I9', conversation, now, `due for ${seconds(now - due)} s and not done`))
  return found
}

const latenessMs = 10_000
/** A dead worker's lease ends after 30 s; a failed turn is tried again after a few. */
const recoveryMs = 45_000
const seconds = (ms: number) => Math.round(ms / 1000)

/** When something that was due at `due` can be expected, after the outages that it fell into. */
function afterOutages({ outages }: Evidence, due: number): number {
  let expected = due
  for (const { from, until } of outages)
    if (from - latenessMs <= expected && expected <= until + recoveryMs) expected = until + recoveryMs
  return expected
}

/**
 * "At most 10 s after it (plus outage length)" (I9): of a wait during which the clock was set back, the part before that
 * may be waited for again, since the time at which it began cannot be told any more. Never more than that part.
 */
function lostToClock({ clockSetBackAt }: Evidence, since: number, waitMs: number): number {
  return Math.max(0, ...clockSetBackAt.filter((at) => since < at && at <= since + waitMs).map((at) => at - since))
}

function silentAfterStop({ turns, sent, written, rows }: Evidence): Violation[] {
  const found: Violation[] = []
  const senderOf = new Map(written.map(({ sid, from }) => [sid, from]))
  const stopped = new Map<string, { at: number; conversation: string; what: string }>()
  const spans: { to: string; from: number; until: number; conversation: string; what: string }[] = []
  for (const { done, at, isOptedOut, isStopped, conversation } of turns ?? []) {
    for (const id of done) {
      const from = senderOf.get(id)
      if (from === undefined) continue
      const isSilent = isOptedOut || isStopped
      const open = stopped.get(from)
      if (isSilent && !open) stopped.set(from, { at, conversation, what: isOptedOut ? 'STOP' : '0' })
      else if (!isSilent && open) {
        spans.push({ to: from, from: open.at, until: at, conversation, what: open.what })
        stopped.delete(from)
      }
    }
  }
  for (const [to, { at, conversation, what }] of stopped)
    spans.push({ to, from: at, until: Number.POSITIVE_INFINITY, conversation, what })
  const turnOf = new Map((turns ?? []).flatMap(({ done, at }) => done.map((id) => [id, at] as const)))
  const started = new Map(rows.outbox.map(({ id, at }) => [id, at]))
  for (const { to, at, effect, body } of sent)
    for (const span of spans) {
      // A request that was on its way when the word came cannot be called back.
      if (span.to !== to || at <= span.from + underWayMs || at >= span.until) continue
      const queuedAt = effect === null ? null : started.get(effect)
      // After 0 whoever writes again is answered; after STOP nobody is.
      const answers = effect?.slice(0, effect.lastIndexOf('.r'))
      if (span.what === '0' && answers !== undefined && (turnOf.get(answers) ?? 0) > span.from) continue
      found.push(
        broken(
          'I10',
          span.conversation,
          at,
          `after ${span.what} this went out, queued at ${queuedAt}: ${body.slice(0, 60)}`,
        ),
      )
    }
  return found
}
const underWayMs = 21_000

function insideTheWindow({ sent, written, timeScale }: Evidence): Violation[] {
  if (timeScale !== 1) return []
  const last = new Map<string, number[]>()
  for (const { from, at } of written) if (from.startsWith('whatsapp:')) last.set(from, [...(last.get(from) ?? []), at])
  const found: Violation[] = []
  for (const { to, at, sid, effect } of sent) {
    if (!to.startsWith('whatsapp:')) continue
    const heard = (last.get(to) ?? []).findLast((time) => time <= at)
    if (heard === undefined || at - heard > windowMs)
      found.push(broken('I11', effect ?? sid, at, 'free text on WhatsApp outside its 24 hours'))
  }
  return found
}
const windowMs = 24 * 60 * 60_000

function failureIsSeen({ rows, isQuiet, now }: Evidence): Violation[] {
  if (!isQuiet) return []
  const told = new Set(rows.events.map(({ id }) => id))
  const kept = new Set(rows.conversations.map(({ id }) => id))
  const found: Violation[] = []
  for (const { id, phase, conversation } of rows.outbox) {
    if (phase === 'failed' && kept.has(conversation) && !told.has(`failed:${id}`))
      found.push(broken('I12', conversation, now, `${id} failed for good and the conversation was not told`))
    if (phase === 'waiting') {
      const row = rows.outbox.find((one) => one.id === id)!
      if (row.send_at < now - 10 * 60_000)
        found.push(broken('I12', conversation, row.at, `${id} waits and is not sent`))
    }
  }
  return found
}

function noFalseHope({ sent, turns, takenTexts, advocates, rows }: Evidence): Violation[] {
  const found: Violation[] = []
  const says = (body: string) => takenTexts.some((text) => body.includes(text))
  const takenFirst = new Map<string, number>()
  for (const { conversation, case: own, at } of turns ?? [])
    if (own && own.takenBy.length > 0 && !takenFirst.has(conversation)) takenFirst.set(conversation, at)
  const maker = new Map(rows.outbox.map(({ id, conversation }) => [id, conversation]))
  for (const { to, body, at, effect } of sent) {
    if (advocates.has(to.replace('whatsapp:', '')) || !says(body)) continue
    const conversation = effect === null ? undefined : maker.get(effect)
    if (conversation === undefined) continue
    if (turns !== null && (takenFirst.get(conversation) ?? Number.POSITIVE_INFINITY) > at)
      found.push(broken('I14', conversation, at, 'the person was told that a human read it, and none had'))
  }
  return found
}

function auditIsWhole({ isAuditWhole, now }: Evidence): Violation[] {
  return isAuditWhole ? [] : [broken('I15', 'audit', now, 'the chain of the audit does not verify')]
}

function erasedIsGone({ rows, erasedAtProvider, now }: Evidence): Violation[] {
  const kept = new Set(rows.conversations.map(({ id }) => id))
  const own = new Set(['hash', 'documents'])
  const queued = new Set(rows.provider_erasures.map(({ provider_id }) => provider_id))
  return [
    ...rows.events
      .filter(({ kind, status, id }) => kind === 'message' && status === 'erased' && isSid(id))
      .filter(({ id }) => !erasedAtProvider.has(id) && !queued.has(id))
      .map(({ id }) =>
        broken('I17', id, now, 'it was erased here, the provider has it, and nobody will erase it there'),
      ),
    ...rows.keys
      .filter(({ owner }) => !own.has(owner) && !kept.has(owner))
      .map(({ owner }) => broken('I17', owner, now, 'the conversation was erased and its key is still there')),
    ...rows.outbox
      .filter(({ conversation }) => !kept.has(conversation))
      .map(({ id, conversation }) => broken('I17', conversation, now, `its message ${id} is still there`)),
  ]
}

/** What has another id never was at the provider. */
const isSid = (id: string) => /^[SM]M[0-9a-f]{32}$/i.test(id)

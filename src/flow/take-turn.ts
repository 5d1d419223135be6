import type { GlobalWord } from '../language/answer-words.ts'
import { isAtLeast } from '../triage/condition.ts'
import type { DangerCategory, IncomingMessage, Language, QuestionId } from '../types.ts'
import { dangerAnswer, readAs, skipOf, writeAnswer } from './answer-question.ts'
import type { Flow } from './compile-flow.ts'
import { type Conversation, newConversation } from './conversation.ts'
import { hearFollowUp } from './follow-up.ts'
import { raiseAlerts } from './raise-alerts.ts'
import { hearRecordAnswer, withoutRecordQuestion } from './record-consent.ts'
import { askAgain, askNext, type Outcome, sayTexts, turnPath } from './reply.ts'
import { runOnClocks } from './run-on-clocks.ts'
import { beginDraft, type Draft, keepFlags, mostUrgent, settle, type Turn } from './turn.ts'

/**
 * One message from the person and all that we do about it; pure.
 *
 * The order is that of protocol section 5: who is talking, global words, danger in the person's own words, the answer,
 * flags and level, pages, the reply.
 *
 * @param before - is not changed
 * @param now - milliseconds since 1970
 */
export function takeTurn(flow: Flow, before: Conversation, message: IncomingMessage, now: number): Turn {
  const aside = hearFollowUp(flow, before, message, now) ?? hearRecordAnswer(flow, before, message, now)
  if (aside !== null) return aside
  const goesOn = isOver(before) ? startAfresh(flow, before) : withoutRecordQuestion(flow, before)
  const draft = beginDraft(flow, goesOn, message, now)
  const { conversation } = draft
  const silentMs = conversation.messages === 0 ? 0 : now - conversation.lastMessageAt
  conversation.messages++
  conversation.lastMessageAt = now
  const isOnAnotherChannel = conversation.messages > 1 && conversation.channel !== message.channel
  conversation.channel = message.channel
  conversation.isOptedOut = conversation.optedOutOn.includes(message.channel)
  if (conversation.messages === 1)
    conversation.firstMessageMediaOnly = message.text.trim() === '' && message.media.length > 0
  forgetStaleAnswers(draft, isOnAnotherChannel)
  for (const [question, { value, at }] of Object.entries(runOnClocks(flow, conversation, now))) {
    conversation.answers[question] = value
    conversation.answeredAt = { ...conversation.answeredAt, [question]: at }
  }
  const outcome = hear(draft, silentMs)
  settle(draft)
  const said = turnPath(draft, outcome)
  raiseAlerts(draft)
  writeDown(draft)
  draft.turn.replies = said(draft)
  return draft.turn
}

/** Flags, level and roles of this turn, into the conversation. */
export function writeDown(draft: Draft): void {
  const { conversation, assessment } = draft
  conversation.flags = assessment.flags
  conversation.level = mostUrgent(conversation.level, assessment.level)
  conversation.roles = assessment.roles
}

function hear(draft: Draft, silentMs: number): Outcome {
  const { flow, conversation, message } = draft
  const text = message!.text.trim()
  const word = text === '' ? null : globalWord(draft, text)
  if (conversation.isOptedOut) return hearOptedOut(draft, text, word)
  if (conversation.isHumanTalking) return hearBesideHuman(draft, text, word)
  // An SOS beside words: the words say who is needed.
  if (word?.kind === 'sos' && /\p{L}{2,}.*\s.*\p{L}{2,}/su.test(text)) scan(draft, text)
  const answered = word && hearWord(draft, word, text)
  if (answered) return answered
  const categories = word ? [] : scan(draft, text)
  const isHit = draft.events.has('danger_words')
  hearLanguage(draft, text, word)
  if (text === '' && message!.media.includes('audio')) return hearVoice(draft)
  if (conversation.ended !== null) return hearAfterEnd(draft, text, isHit)
  if (conversation.messages > 1 && silentMs > flow.waitMs(flow.data.forget_after_hours * 60)) {
    startOver(draft, [flow.data.first_question, ...expiring(flow)])
    return askNext
  }
  if (conversation.open === null) return askNext
  return hearAnswer(draft, text, word, categories)
}

/** Words that count at any time when they are the whole message. Null when the word is the answer to the open question. */
function hearWord(draft: Draft, word: GlobalWord, text: string): Outcome | null {
  const { flow, conversation, message, turn } = draft
  const isSilent = conversation.ended !== null && conversation.later === 'nothing'
  switch (word.kind) {
    case 'carrier_stop':
    case 'stop': {
      const open = draft.openQuestion
      const zero = open === null ? undefined : flow.questions[open]!.zero
      if (zero) writeAnswer(draft, open!, zero.counts_as, text)
      draft.events.add('zero')
      if (word.kind === 'carrier_stop') {
        conversation.isOptedOut = true
        conversation.optedOutOn = [...conversation.optedOutOn, message!.channel]
      }
      return sayTexts([])
    }
    case 'carrier_start':
      return conversation.ended === null ? askAgain([]) : null
    case 'sos': {
      draft.events.add('sos')
      if (isSilent) return sayTexts([])
      const { answer, path, ask_anew } = flow.data.sos
      startOver(draft, ask_anew)
      conversation.path = path
      conversation.answers[answer.question] = answer.is
      draft.answered = answer.question
      return askNext
    }
    case 'person':
      draft.events.add('person_word')
      if (draft.before.caseStatus === 'taken') turn.asksForSomeoneElse = true
      if (isSilent) return sayTexts([])
      if (conversation.ended !== null && conversation.later !== 'first_question') reopen(draft)
      return askNext
    case 'erase':
      return hearErase(draft)
    case 'why':
      return isSilent ? sayTexts([]) : askAgain(flow.texts.on_word.why.map((id) => ({ text: id, when: () => true })))
    case 'data':
      return isSilent ? sayTexts([]) : askAgain(flow.onData)
    case 'language_menu':
      if (isSilent) return sayTexts([])
      interpose(draft, flow.data.language_question)
      return askAgain([])
    case 'language':
      conversation.language = word.language
      conversation.languageChoice = null
      if (conversation.open?.question === flow.data.language_question) uncover(draft)
      if (!flow.ears.isWritten(word.language)) draft.events.add('unwritten_language_named')
      if (isSilent) return sayTexts([])
      if (conversation.ended !== null && conversation.later === 'language') reopen(draft)
      conversation.otherLanguage = null
      return conversation.ended === null && conversation.open === null ? askNext : askAgain([])
    case 'skip':
      return conversation.ended !== null || conversation.open !== null ? null : askNext
  }
}

function hearErase(draft: Draft): Outcome {
  const { flow, conversation, turn, now } = draft
  const isSomebodyNeeded = isAtLeast(conversation.level, 'P2') && conversation.caseStatus !== 'closed'
  if (!isSomebodyNeeded) {
    turn.erase = 'now'
    return sayTexts([flow.texts.on_word.erase_now])
  }
  turn.erase = 'later'
  conversation.eraseAt ??= now + flow.waitMs(24 * 60)
  const isQuiet = conversation.ended !== null && conversation.later !== 'case'
  return sayTexts(isQuiet ? [] : [flow.texts.on_word.erase_later])
}

/** After the carrier's STOP nothing goes out, but danger is still heard. */
function hearOptedOut(draft: Draft, text: string, word: GlobalWord | null): Outcome {
  const { flow, conversation } = draft
  if (word?.kind === 'carrier_start') {
    conversation.isOptedOut = false
    conversation.optedOutOn = conversation.optedOutOn.filter((channel) => channel !== conversation.channel)
    conversation.ended = null
    conversation.path = flow.data.sos.path
    startOver(draft, [flow.data.first_question, ...expiring(flow)])
    return askNext
  }
  if (word?.kind === 'sos') draft.events.add('sos')
  if (word?.kind === 'person') draft.events.add('person_word')
  if (!word) scan(draft, text)
  draft.turn.isForTheCase = true
  return sayTexts([])
}

/** While an advocate writes with the person the bot asks nothing; four words are still its own. */
function hearBesideHuman(draft: Draft, text: string, word: GlobalWord | null): Outcome {
  if (word && ['stop', 'carrier_stop', 'erase'].includes(word.kind)) return hearWord(draft, word, text)!
  if (word?.kind === 'sos') draft.events.add('sos')
  if (word?.kind === 'person') {
    draft.events.add('person_word')
    draft.turn.asksForSomeoneElse = true
    return sayTexts([])
  }
  if (!word) scan(draft, text)
  draft.turn.isForTheCase = true
  return sayTexts([])
}

/** A voice note that nobody here can understand is a person to look at, not nothing. */
function hearVoice(draft: Draft): Outcome {
  const { conversation, turn } = draft
  turn.isForTheCase = true
  const { later } = conversation
  if (conversation.ended !== null && later === 'first_question') return askFirst
  if (conversation.ended !== null && (later === 'nothing' || draft.before.caseStatus === 'taken')) return sayTexts([])
  draft.events.add('language_barrier')
  return sayTexts([])
}

/** The path has ended; protocol section 5, returning and late writers. */
function hearAfterEnd(draft: Draft, text: string, isHit: boolean): Outcome {
  const { flow, conversation, turn } = draft
  if (conversation.later === 'nothing') {
    turn.isForTheCase = true
    return sayTexts([])
  }
  if (conversation.later === 'first_question') {
    const first = flow.data.first_question
    const answer = isHit || text === '' ? undefined : readAs(draft, first, text)
    if (answer === undefined) {
      turn.isForTheCase = text !== ''
      return askFirst
    }
    reopen(draft)
    startOver(draft, [first, ...expiring(flow)])
    writeAnswer(draft, first, answer, text)
    return askNext
  }
  turn.isForTheCase = true
  const isReadable = conversation.language !== null && flow.ears.isWritten(conversation.language)
  const isOpenToWords = conversation.ended === 'done' || (conversation.later === 'language' && isReadable)
  if (!isHit || !isOpenToWords) return sayTexts([])
  reopen(draft)
  return askNext
}

function hearAnswer(draft: Draft, text: string, word: GlobalWord | null, categories: DangerCategory[]): Outcome {
  const { flow, conversation, now } = draft
  const { resume_question, nudge_question, language_question, language_offer_question } = flow.data
  const asked = conversation.open!.question
  const isHit = draft.events.has('danger_words')
  if (asked === language_question) return hearLanguageAnswer(draft, text, isHit)
  if (asked === resume_question || asked === nudge_question) {
    const choice = isHit ? undefined : readAs(draft, asked, text)
    uncover(draft)
    if (choice === 'restart') {
      startOver(draft, Object.keys(conversation.answers))
      conversation.path = flow.data.sos.path
      return askNext
    }
    if (choice !== undefined) return askAgain([])
    if (conversation.open === null) return askNext
  }
  if (asked === language_offer_question) {
    const choice = isHit ? undefined : readAs(draft, asked, text)
    const offered = conversation.otherLanguage?.language
    uncover(draft)
    conversation.otherLanguage = null
    if (choice === 'change' && offered !== undefined) conversation.language = offered
    if (choice !== undefined) return conversation.open === null ? askNext : askAgain([])
    if (conversation.open === null) return askNext
  }
  const open = conversation.open!
  const question = open.question
  draft.openQuestion = question
  draft.position = open.step
  let answer =
    word?.kind === 'skip' ? skipOf(flow.questions[question]!) : text === '' ? undefined : readAs(draft, question, text)
  if (isHit) {
    answer = dangerAnswer(flow, question, categories, answer)
    // Whoever writes of danger instead of a digit is not asked the same again: the question is left.
    if (answer === undefined) answer = false
    draft.turn.isForTheCase = true
  }
  if (answer !== undefined) {
    writeAnswer(draft, question, answer, text)
    conversation.open = null
    return askNext
  }
  if (text !== '') draft.turn.isForTheCase = true
  const seen = conversation.otherLanguage?.messages ?? 0
  if (seen >= flow.data.language_offer_after_messages) {
    interpose(draft, language_offer_question)
    return askAgain([])
  }
  if (open.tries === 0 && now - open.at > flow.waitMs(flow.data.resume_after_minutes)) {
    interpose(draft, resume_question)
    return askAgain([])
  }
  return notUnderstood(draft, question)
}

/** Asks once more, then hands the question to a human: not understood is not harmless. */
function notUnderstood(draft: Draft, question: QuestionId): Outcome {
  const { flow, conversation } = draft
  const open = conversation.open!
  const data = flow.questions[question]!
  open.tries++
  if (open.tries < 2 || data.not_understood === undefined)
    return askAgain([{ text: flow.texts.not_understood, when: () => true }])
  if (data.not_understood === 'UNCLEAR') {
    draft.events.add('unclear')
    conversation.unclearRoles = [data.role ?? flow.rules.fallbackRole]
    writeAnswer(draft, question, false, '')
  } else {
    draft.events.add('unread')
    writeAnswer(draft, question, skipOf(data) ?? null, '')
  }
  conversation.open = null
  return askNext
}

function hearLanguageAnswer(draft: Draft, text: string, isHit: boolean): Outcome {
  const { flow, conversation } = draft
  const question = flow.data.language_question
  if (conversation.language !== null && conversation.behind === null && conversation.open?.question !== question)
    return askNext
  const isOther = text === '?' || text === '؟' || text === '？'
  const choice = conversation.languageChoice
  let answer = isHit ? undefined : isOther ? flow.questions[question]!.question_mark : readAs(draft, question, text)
  if (choice && typeof answer === 'string') {
    const digit = flow.questions[question]!.options!.find(({ id }) => id === answer)!.digit
    answer = choice[digit - 1] ?? flow.questions[question]!.question_mark
  }
  if (answer === undefined && conversation.language !== null && isHeardSurely(draft, text)) {
    uncover(draft)
    return conversation.open === null ? askNext : askAgain([])
  }
  if (typeof answer !== 'string') {
    if (isHit) return askAgain([])
    draft.openQuestion = question
    return notUnderstood(draft, question)
  }
  conversation.languageChoice = null
  if (answer === flow.questions[question]!.question_mark) {
    draft.openQuestion = question
    writeAnswer(draft, question, answer, text)
    return sayTexts([])
  }
  conversation.language = answer
  if (!flow.ears.isWritten(answer)) draft.events.add('unwritten_language_named')
  uncover(draft)
  return conversation.open === null ? askNext : askAgain([])
}

const isHeardSurely = (draft: Draft, text: string): boolean => {
  const { flow, conversation } = draft
  const heard = flow.ears.detect(text, { belief: conversation.belief })
  return heard.sure && heard.language === conversation.language
}

/** Learns which language to answer in. A language that was chosen is changed by a word only, or by an offer. */
function hearLanguage(draft: Draft, text: string, word: GlobalWord | null): void {
  const { flow, conversation, message } = draft
  if (text === '' || word !== null) return
  if (conversation.language !== null) {
    noticeOtherLanguage(draft, text)
    return
  }
  const detection = flow.ears.detect(text, { country: message!.country, belief: conversation.belief })
  conversation.belief = flow.ears.updateBelief(conversation.belief, detection)
  if (detection.language !== null && detection.sure) {
    conversation.language = detection.language
    if (!flow.ears.isWritten(detection.language)) draft.events.add('language_barrier')
    return
  }
  // The digits of a menu that was sent must not change their meaning, and a guess out of thin air helps nobody.
  const [best] = detection.candidates
  if (conversation.open !== null || best === undefined || best.probability < likelyEnough) return
  const onMenu = new Set(flow.questions[flow.data.language_question]!.options!.map(({ id }) => id))
  const likely = detection.candidates.filter(({ probability }) => probability >= 0.05).map(({ language }) => language)
  if (likely.length > 0 && likely.some((language) => !onMenu.has(language)))
    conversation.languageChoice = [...new Set<Language>([...likely, ...flow.data.bridge_languages])].slice(0, 5)
}

/** From here on likely languages are offered by name; below it the whole menu is. */
const likelyEnough = 0.35

/** Counts messages in another language than ours. One alone may be a quotation, a name or a neighbour's help. */
function noticeOtherLanguage(draft: Draft, text: string): void {
  const { flow, conversation } = draft
  const { language, sure } = flow.ears.detect(text, {})
  if (language === null || !sure) return
  const isOther = language !== conversation.language && flow.ears.isWritten(language)
  const before = conversation.otherLanguage?.language === language ? conversation.otherLanguage.messages : 0
  conversation.otherLanguage = isOther ? { language, messages: before + 1 } : null
}

/** Looks for danger in the person's own words. A hit pages; it is never lowered by what comes after. */
function scan(draft: Draft, text: string): DangerCategory[] {
  if (text === '') return []
  const { flow, conversation, now } = draft
  const found = flow.ears.scanDanger(text, conversation.language)
  if (found.captive) draft.events.add('captive_words')
  if (found.changedWriter) draft.events.add('changed_writer_words')
  if (!found.urgent && !found.captive) return []
  draft.events.add('danger_words')
  conversation.because = [...conversation.because, ...found.because].slice(-12)
  for (const category of found.categories) conversation.danger[category] ??= now
  draft.heard = found.categories
  return found.categories
}

const askFirst: Outcome = { kind: 'first' }

/** A word that is a whole message, unless it is the answer that the open question waits for. */
function globalWord(draft: Draft, text: string): GlobalWord | null {
  const { flow, conversation } = draft
  const word = flow.ears.readGlobalWord(text, conversation.language)
  const open = conversation.open?.question
  if (word === null || open === undefined) return word
  const data = flow.questions[open]!
  if (word.kind === 'why' && data.question_mark !== undefined && /^\p{P}+$/u.test(text)) return null
  if (word.kind === 'stop' && data.zero?.stops === false && /^\p{Nd}+$/u.test(text)) return null
  return word
}

function startOver(draft: Draft, anew: QuestionId[]): void {
  const { conversation } = draft
  keepFlags(draft)
  for (const question of anew) delete conversation.answers[question]
  conversation.open = null
  conversation.behind = null
  conversation.ended = null
  draft.position = -1
  draft.openQuestion = null
}

function reopen(draft: Draft): void {
  draft.conversation.ended = null
  draft.position = -1
}

function interpose(draft: Draft, question: QuestionId): void {
  const { conversation, now } = draft
  conversation.behind ??= conversation.open
  conversation.open = { question, step: -1, at: now, tries: 0, isSilenceNoted: false }
}

function uncover(draft: Draft): void {
  const { conversation } = draft
  conversation.open = conversation.behind
  conversation.behind = null
  draft.openQuestion = conversation.open?.question ?? null
}

/**
 * Answers that count for some hours only are asked anew after that. So they are on another channel: who can read it is
 * another question, since WhatsApp may be open on somebody's computer.
 */
function forgetStaleAnswers(draft: Draft, isOnAnotherChannel: boolean): void {
  const { flow, conversation, now } = draft
  for (const question in conversation.answeredAt) {
    const hours = flow.questions[question]?.valid_hours
    if (hours === undefined || conversation.answers[question] === undefined) continue
    const isFresh = now - conversation.answeredAt[question]! <= flow.waitMs(hours * 60)
    if (isFresh && !isOnAnotherChannel) continue
    keepFlags(draft)
    delete conversation.answers[question]
  }
}

const expiring = (flow: Flow): QuestionId[] =>
  Object.keys(flow.questions).filter((id) => flow.questions[id]!.valid_hours !== undefined)

const isOver = (conversation: Conversation): boolean =>
  conversation.ended !== null && conversation.caseStatus === 'closed' && conversation.later === 'case'

function startAfresh(flow: Flow, before: Conversation): Conversation {
  const fresh = newConversation(before.bundle, flow.data.sos.path, before.channel)
  const { language, belief, optedOutOn } = before
  return { ...fresh, language, belief, optedOutOn }
}

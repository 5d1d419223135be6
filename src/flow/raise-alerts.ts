import { isAtLeast } from '../triage/condition.ts'
import type { DangerCategory, RoleId } from '../types.ts'
import { type Draft, factsOf, mostUrgent } from './turn.ts'

/**
 * Decides who is to be paged now: at the message at which the level is P1 or P2 for the first time, when it rises to
 * P1, when a role joins that was not paged before, and when the person's words name a danger anew.
 */
export function raiseAlerts(draft: Draft): void {
  const { conversation, assessment, turn, now } = draft
  const level = mostUrgent(conversation.level, assessment.level)
  if (!isAtLeast(level, 'P2')) return
  const { paged } = conversation
  const { wakes } = assessment
  if (paged === null) {
    conversation.firstAlertMessage ??= conversation.messages
    conversation.firstAlertAt ??= now
    turn.alerts.push({ reason: 'first', level, roles: wakes })
    conversation.paged = { level, roles: wakes }
  } else if (level === 'P1' && paged.level === 'P2') {
    turn.alerts.push({ reason: 'rise', level, roles: wakes })
    conversation.paged = { level, roles: joined(paged.roles, wakes) }
  } else {
    const joining = wakes.filter((role) => !paged.roles.includes(role))
    if (joining.length > 0) {
      turn.alerts.push({ reason: 'second_role', level, roles: joining })
      conversation.paged = { level: mostUrgent(level, paged.level), roles: joined(paged.roles, joining) }
    }
    const again = rolesOfNewWords(draft).filter((role) => !joining.includes(role))
    if (again.length > 0) turn.alerts.push({ reason: 'more_words', level, roles: again })
  }
  if (conversation.caseStatus === 'none' || (conversation.caseStatus === 'closed' && turn.alerts.length > 0))
    conversation.caseStatus = 'open'
}

/** Roles of categories that this message named for the first time, or again after the quiet time. */
function rolesOfNewWords(draft: Draft): RoleId[] {
  const { flow, conversation, before, now, events } = draft
  if (!events.has('danger_words')) return []
  const fresh: Partial<Record<DangerCategory, number>> = {}
  for (const key in conversation.danger) {
    const category = key as DangerCategory
    const last = before.danger[category]
    if (last === undefined) fresh[category] = now
    else if (draft.heard.includes(category) && now - last >= flow.waitMs(flow.rules.sameWordsQuietMinutes)) {
      fresh[category] = now
      conversation.danger[category] = now
    }
  }
  const facts = factsOf(draft)
  facts.danger = fresh
  const words = flow.rules.flags.filter(({ events: raisedBy }) => raisedBy.includes('danger_words'))
  return [...new Set(words.flatMap((rule) => rule.rolesFor(facts)))]
}

const joined = (some: RoleId[], others: RoleId[]): RoleId[] => [...new Set([...some, ...others])]

import { withoutWords } from '../flow/conversation.ts'
import { caseLevel, caseRoles, isCaseLive } from '../other-phone.ts'
import { newPersonState } from '../person-state.ts'
import type { CaseRow } from '../store/store.ts'
import { isAtLeast } from '../triage/condition.ts'
import type { Draft } from './draft.ts'

/** Gives the case its code and its word when there is a case for the first time. */
export function openCase(draft: Draft, wasOpen: boolean): void {
  const { state, world } = draft
  if (state.dialog.caseStatus === 'none' || (state.code !== null && (wasOpen || state.dialog.caseStatus === 'closed')))
    return
  const { words } = world.bundle.dialogs.levels
  // Words of a case that is closed are not those of the next one.
  if (state.code !== null) {
    state.said = []
    state.quietWord = null
    if (state.dialog.firstAlertAt !== null) state.dialog = { ...state.dialog, firstAlertAt: world.now }
    state.recordConsent = null
  }
  state.code = world.drawCode()
  state.word = words[world.drawIndex(words.length)]!
  state.cases += 1
  state.openedAt = world.now
  state.handoff = null
}

/** All at once, what was said alone, or when the case is closed. */
export function eraseWhenPossible({ state, world }: Draft, wanted: 'now' | 'words' | 'later'): void {
  state.wantsErasure = true
  // Somebody may be in danger on another phone, of which this one knows nothing.
  const isNeeded = isCaseLive(state) && state.phones.some(({ level }) => isAtLeast(level, 'P2'))
  const what = wanted === 'now' && isNeeded ? 'words' : wanted
  if (what === 'now') {
    const { language, channel, isOptedOut, optedOutOn, sent } = state.dialog
    const fresh = newPersonState(world.bundle, channel)
    const dialog = { ...fresh.dialog, language, isOptedOut, optedOutOn, sent, messages: 1, lastMessageAt: world.now }
    Object.assign(state, { ...fresh, dialog, cases: state.cases, eraseAt: world.now + erasePauseMs })
  }
  if (what !== 'words') return
  state.forgetNow = true
  state.phones = state.phones.map((phone) => ({ ...phone, said: [] }))
  state.notes = []
  state.said = []
  state.recordConsent = null
  state.dialog = withoutWords(state.dialog)
}

/** The case as look-ups need it; null where there is none. */
export function caseRow({ state, work }: Draft): CaseRow | null {
  const { dialog, handoff } = state
  if (state.code === null || dialog.caseStatus === 'none') return null
  return {
    code: state.code,
    conversation: work.id,
    level: caseLevel(state),
    roles: [...new Set([...caseRoles(state), ...(handoff?.addedRoles ?? [])])],
    status: dialog.caseStatus,
    takenBy: handoff?.takers.map(({ advocate }) => advocate) ?? [],
    openedAt: state.openedAt ?? dialog.lastMessageAt,
    alertAt: dialog.firstAlertAt,
  }
}

/** Long enough for the last answer to leave, after which its key is destroyed with all the others'. */
export const erasePauseMs = 20_000

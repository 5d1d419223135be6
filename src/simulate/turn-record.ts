import type { PersonState } from '../person-state.ts'
import type { TurnCommit } from '../store/store.ts'
import type { Level } from '../types.ts'

/** What one committed turn said about its case, kept for the checker. */
export interface TurnRecord {
  at: number
  conversation: string
  done: string[]
  dueAt: number | null
  sent: { id: string; isPage: boolean; isToPerson: boolean; text: string }[]
  /** null without a case. */
  case: {
    code: string
    level: Level
    status: 'open' | 'taken' | 'closed'
    takenBy: string[]
    isAlerted: boolean
  } | null
  isOptedOut: boolean
  isStopped: boolean
}

/**
 * @param at - true time, whatever the node's clock says
 * @param clockAheadMs - by how much the node's clock is ahead of it
 */
export function recordTurn(turn: TurnCommit, at: number, clockAheadMs: number): TurnRecord {
  const dialog = (turn.state as PersonState | null)?.dialog
  return {
    at,
    conversation: turn.conversation,
    done: turn.done,
    dueAt: turn.dueAt === null ? null : turn.dueAt - clockAheadMs,
    sent: turn.send.map(({ id, to, priority, text }) => ({
      id,
      isPage: priority === 0,
      isToPerson: 'conversation' in to,
      text,
    })),
    case: turn.case && {
      code: turn.case.code,
      level: turn.case.level,
      status: turn.case.status,
      takenBy: turn.case.takenBy,
      isAlerted: turn.case.alertAt !== null,
    },
    isOptedOut: dialog?.isOptedOut ?? false,
    isStopped: dialog?.ended === 'stopped',
  }
}

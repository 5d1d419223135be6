import type { RunningBundle } from './flow/assemble-flow.ts'
import type { Rota, RotaChannel } from './handoff/rota.ts'
import type { AdvocateWords } from './handoff/words.ts'
import type { CaseWordTry } from './store/case-word-tries.ts'
import type { WorkEvent } from './store/store.ts'
import type { Address, AdvocateId, CaseCode, ConversationId, Language } from './types.ts'

/** The world as one turn sees it, handed in: no clock and no chance in here. */
export interface TurnWorld {
  bundle: RunningBundle
  rota: Rota
  words: AdvocateWords
  now: number
  timeScale: number
  isDemonstration: boolean
  /** With this one as a P1 there are more untaken ones than the people on call can hold: the coordinator is asked at once. */
  isSurge: boolean
  /** On what this installation can page. */
  pageWays: readonly RotaChannel[]
  /** Who of the rota sent STOP. */
  unreachable: readonly AdvocateId[]
  /** Draws the code of a new case; no two open cases may have the same. */
  drawCode(): CaseCode
  /** Draws one of so many words. */
  drawIndex(count: number): number
  /** Whether there is or was a case with this code. */
  isCaseCode(code: CaseCode): Promise<boolean>
  /** Whose case it is that a phone names by its word; wrong ones are counted. */
  tryCaseWord(word: string, from: Address): Promise<CaseWordTry>
  /** A machine translation for the relay, or null; absent when no translator is set up. Never for our own texts. */
  translate?: ((text: string, from: Language, to: Language) => Promise<string | null>) | undefined
  /** Runs one message in the channel's adapter; what the logic says comes back as the texts to send. */
  runTurn(input: TurnInput, logic: (say: (texts: string[]) => Promise<void>) => Promise<void>): Promise<string[]>
}

export interface TurnInput {
  conversation: ConversationId
  event: Extract<WorkEvent, { kind: 'message' }>
}

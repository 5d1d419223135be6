import type { Flow } from './compile-flow.ts'
import type { Conversation } from './conversation.ts'

/**
 * Months of a pregnancy go on between two messages: whoever said 6 and writes again five weeks later is in month 7, and
 * the rules see that. A year of age could only make a child an adult, which is never assumed.
 *
 * @returns the answers that moved, with the instant from which each counts on; empty mostly
 */
export function runOnClocks(
  flow: Flow,
  { answers, answeredAt }: Conversation,
  now: number,
): Record<string, { value: number; at: number }> {
  const moved: Record<string, { value: number; at: number }> = {}
  for (const question in answeredAt) {
    const number = flow.questions[question]?.number
    const value = answers[question]
    if (number?.kind !== 'months_pregnant' || typeof value !== 'number' || value === number.not_sure) continue
    const months = Math.floor((now - answeredAt[question]!) / monthMs)
    if (months < 1 || value >= lastMonth) continue
    moved[question] = { value: Math.min(lastMonth, value + months), at: answeredAt[question]! + months * monthMs }
  }
  return moved
}

const monthMs = (365.25 / 12) * 24 * 60 * 60_000
const lastMonth = 9

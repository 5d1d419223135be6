import type { SendReason } from '../sender.ts'

/** What a code of Twilio means for the message that it came with, at sending or later in a delivery receipt. */
export interface ErrorMeaning {
  reason: SendReason
  /** The same message to the same address will never succeed. */
  isFinal: boolean
  /** Minutes to wait before each further try when the failure came in a receipt; empty when it is final. */
  retryMinutes: number[]
  /** Another channel of the same person may still work. */
  otherChannel: boolean
  /** Somebody who runs the installation must act. */
  alarm: boolean
}

/**
 * Looks up a code of Twilio's. An unknown one is final, may work on another channel, and raises the alarm.
 *
 * @see https://www.twilio.com/docs/api/errors
 */
export function meaningOf(code: number | null): ErrorMeaning {
  return (code === null ? undefined : meanings.get(code)) ?? { ...final('other'), otherChannel: true, alarm: true }
}

const final = (reason: SendReason): ErrorMeaning => ({
  reason,
  isFinal: true,
  retryMinutes: [],
  otherChannel: false,
  alarm: false,
})
const retry = (reason: SendReason, retryMinutes: number[]): ErrorMeaning => ({
  ...final(reason),
  isFinal: false,
  retryMinutes,
})

const invalidNumber = { ...final('invalid_number'), otherChannel: true }
const config = { ...final('config'), otherChannel: true, alarm: true }
const noSuchWhatsApp = { ...final('unreachable'), otherChannel: true }
// A template or a form of content was refused: plain text, or SMS, still works.
const content = { ...final('bug'), otherChannel: true, alarm: true }

const meanings: ReadonlyMap<number, ErrorMeaning> = new Map([
  [20429, retry('rate', [1, 5, 15])],
  [20003, { ...retry('credentials', [1]), alarm: true }],
  [21211, invalidNumber],
  [21614, invalidNumber],
  [21635, invalidNumber],
  [21408, config],
  // Only the person can undo a STOP, so no other way is tried behind their back.
  [21610, { ...final('opted_out'), alarm: true }],
  [21611, { ...retry('rate', [5, 15]), alarm: true }],
  [30001, { ...retry('rate', [5, 15]), alarm: true }],
  [21612, { ...final('unreachable'), otherChannel: true }],
  [21617, { ...final('bug'), alarm: true }],
  [30002, config],
  [30032, config],
  [30034, config],
  [30003, retry('unreachable', [5, 30, 120])],
  [30004, { ...final('unreachable'), otherChannel: true }],
  [30005, invalidNumber],
  [30006, invalidNumber],
  [30007, { ...final('filtered'), otherChannel: true, alarm: true }],
  [30008, retry('provider', [2, 15])],
  [30410, retry('provider', [2, 15])],
  [63003, noSuchWhatsApp],
  [63024, noSuchWhatsApp],
  [63032, noSuchWhatsApp],
  [63005, content],
  [63013, content],
  [63021, content],
  [63027, content],
  [63028, content],
  [63041, content],
  [63007, config],
  [63010, retry('provider', [1, 5])],
  [63012, retry('provider', [1, 5])],
  [63014, final('opted_out')],
  [63016, { ...final('window'), otherChannel: true }],
  [63017, retry('rate', [1, 5, 15])],
  [63018, retry('rate', [1, 5, 15])],
  [63038, { ...final('daily_limit'), otherChannel: true, alarm: true }],
])

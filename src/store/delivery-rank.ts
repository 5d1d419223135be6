/**
 * Where a provider's status stands on the way to the phone. Receipts come doubled and out of order; a status moves
 * forward only, to a higher rank.
 *
 * @see Twilio, Message resource, "Message status values"
 */
export function deliveryRank(status: string): number {
  return RANKS[status] ?? 0
}

/** The message will not arrive by this attempt. */
export function isFinalFailure(status: string): boolean {
  return status === 'failed' || status === 'undelivered' || status === 'canceled'
}

const RANKS: Record<string, number> = {
  accepted: 1,
  scheduled: 1,
  queued: 2,
  sending: 3,
  sent: 4,
  partially_delivered: 5,
  delivered: 6,
  undelivered: 6,
  failed: 6,
  canceled: 6,
  read: 7,
}

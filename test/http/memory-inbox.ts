import type { DeliveryReceipt, NewInbound, StoreHealth } from '../../src/store/store.ts'

/** The part of the store that webhooks call, in memory, able to be down. */
export function memoryInbox() {
  const events: NewInbound[] = []
  const receipts: DeliveryReceipt[] = []
  const inbox = {
    events,
    receipts,
    isDown: false,
    async acceptInbound(event: NewInbound): Promise<'stored' | 'duplicate'> {
      if (inbox.isDown) throw new Error('disk full while writing +15550100001')
      if (events.some(({ providerId }) => providerId === event.providerId)) return 'duplicate'
      events.push(event)
      return 'stored'
    },
    async recordReceipt(receipt: DeliveryReceipt): Promise<void> {
      if (inbox.isDown) throw new Error('disk full')
      receipts.push(receipt)
    },
    async health(): Promise<StoreHealth> {
      return {
        ok: !inbox.isDown,
        inboxOldestAt: null,
        inboxNewestAt: null,
        outboxOldestAt: null,
        parked: 0,
        dueLateMs: 0,
      }
    },
  }
  return inbox
}

import type { Gather } from './channels/sender.ts'
import { bundlePages, isPageText } from './handoff/bundle-pages.ts'
import type { Levels } from './handoff/levels.ts'
import type { OutboxMessage } from './store/store.ts'

const hourMs = 60 * 60_000

/**
 * Makes the part of the outbox that lets pages to one phone share a text in a burst. What each phone got in the last hour
 * is known to this process alone: after a restart, or with a second worker, a phone may get more texts, never fewer.
 */
export function pageGatherer({
  levels,
  now,
  timeScale,
}: {
  levels: () => Promise<Levels>
  now: () => number
  timeScale: number
}): Gather {
  const sentAt = new Map<string, number[]>()
  return async (due, places) => {
    const at = now()
    // A page whose fate is unknown is looked for at the provider by its own words. A call and a template are for one case.
    const isSharing = ({ priority, unknownOutcome, address, text }: OutboxMessage) =>
      priority === 0 && !unknownOutcome && address.channel === 'sms' && isPageText(text)
    const pages = due.filter(isSharing)
    const byId = new Map<string, OutboxMessage>(due.map((message) => [message.id, message]))
    const decided = bundlePages(
      pages.map(({ id, address, text }) => ({ id, to: `${address.channel} ${address.value}`, text })),
      sentAt,
      { levels: await levels(), now: at, timeScale },
    )
    const rest = due.filter((message) => !pages.includes(message)).map((message) => ({ message, others: [] }))
    const wait = decided.wait.map(({ id, until }) => ({ message: byId.get(id)!, until }))
    for (const { ids } of decided.send.slice(places))
      wait.push(...ids.map((id) => ({ message: byId.get(id)!, until: at })))
    const going = decided.send.slice(0, places)
    for (const { to } of going)
      sentAt.set(to, [...(sentAt.get(to) ?? []).filter((before) => before > at - hourMs / timeScale), at])
    const left = places - going.length
    wait.push(...rest.slice(left).map(({ message }) => ({ message, until: at })))
    const texts = going.map(({ ids, text }) => {
      const [message, ...others] = ids.map((id) => byId.get(id)!)
      const isRepeat = [message!, ...others].every(({ repeat }) => repeat)
      return { message: { ...message!, text, repeat: isRepeat, also: others.map(({ id }) => id) }, others }
    })
    return { go: [...texts, ...rest.slice(0, left)], wait }
  }
}

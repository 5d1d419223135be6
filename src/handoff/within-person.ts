import type { HandoffEffect } from './handoff-state.ts'
import { audit, type HandoffWork, sendPage, takerOf } from './handoff-work.ts'
import { pageChannels, personOf, type RotaChannel } from './rota.ts'
import { scaled } from './zone.ts'

/*
 * One person, several ways to reach them: a message that fails for good goes to their next channel at once, and one
 * that is not answered is tried on another where levels.yaml gives that a time.
 */

/**
 * A page failed for good: the next channel of the person, or else they count as somebody who cannot be asked. After a
 * STOP no other channel is tried behind their back.
 */
export function pageFailed(
  work: HandoffWork,
  { key, isOptedOut = false }: { key: string; isOptedOut?: boolean },
): HandoffEffect[] {
  const { state, context } = work
  const page = state.pages.find((one) => one.tried.some((attempt) => attempt.key === key))
  const attempt = page?.tried.find((one) => one.key === key)
  if (!page || !attempt || attempt.isFailed) return []
  attempt.isFailed = true
  audit(work, 'page_failed', page.advocate)
  if (page.status !== 'open') return []
  const person = personOf(context.rota, page.advocate)
  const next =
    person &&
    pageChannels(person, context.pageWays).find((channel) => !page.tried.some((one) => one.channel === channel))
  if (person && next && !isOptedOut) return [sendPage(work, person, page, next, true)]
  if (isOptedOut || page.tried.every((one) => one.isFailed)) page.status = 'failed'
  return []
}

/** Pages on further channels that are due now. */
export function otherChannels(work: HandoffWork): HandoffEffect[] {
  return waiting(work).flatMap(({ page, person, next }) =>
    next.filter(({ at }) => at <= work.context.now).map(({ channel }) => sendPage(work, person, page, channel, true)),
  )
}

/** When {@link otherChannels} has something to do next. */
export function otherChannelsDue(work: HandoffWork): number[] {
  return waiting(work).flatMap(({ next }) => next.map(({ at }) => at))
}

function waiting(work: HandoffWork) {
  const { state, context } = work
  return state.pages.flatMap((page) => {
    const person = personOf(context.rota, page.advocate)
    if (person === null || page.status !== 'open' || page.level !== 'P1' || takerOf(state, page.advocate)) return []
    const next = pageChannels(person, context.pageWays).flatMap((channel) => {
      const minutes = minutesUntil(work, channel)
      if (minutes === null || page.tried.some((one) => one.channel === channel)) return []
      return [{ channel, at: page.at + scaled(minutes, context.timeScale) }]
    })
    return [{ page, person, next }]
  })
}

function minutesUntil({ context }: HandoffWork, channel: RotaChannel): number | null {
  const { whatsapp_after_minutes, voice_after_minutes } = context.levels.within_person
  if (channel === 'whatsapp') return whatsapp_after_minutes
  return channel === 'voice' ? voice_after_minutes : null
}

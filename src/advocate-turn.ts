import { type AdvocateState, routeAdvocateReply } from './handoff/route-advocate-reply.ts'
import type { TurnWorld } from './person-turn.ts'
import type { NewOutbox, Store, TurnCommit, Work } from './store/store.ts'
import type { AdvocateId, EffectId, EventId } from './types.ts'

/** Kept with an advocate's own conversation. */
interface AdvocateConversation {
  replies: AdvocateState | null
}

/**
 * What an advocate's texts come to: an answer back, or an event for the conversation of the case, where it is decided
 * in the order in which answers arrive.
 */
export async function advocateTurn(
  work: Work,
  world: TurnWorld,
  store: Pick<Store, 'openPagesOf' | 'openCases' | 'findCase'>,
): Promise<TurnCommit> {
  const advocate = work.advocate!
  const state: AdvocateConversation = (work.state as AdvocateConversation | null) ?? { replies: null }
  const send: NewOutbox[] = []
  const forward: TurnCommit['forward'] = []
  const audit: TurnCommit['audit'] = []
  for (const event of work.events) {
    if (event.kind !== 'message') continue
    const routed = routeAdvocateReply(
      state.replies,
      event.text,
      {
        advocate,
        openPages: await store.openPagesOf(advocate),
        ownCases: (await store.openCases()).filter(({ takenBy }) => takenBy.includes(advocate)),
      },
      {
        rota: world.rota,
        levels: world.bundle.dialogs.levels,
        roles: world.bundle.dialogs.roles.roles,
        words: world.words,
        now: world.now,
      },
    )
    state.replies = routed.state
    const answers = [...routed.answers]
    for (const { code, input, otherwise } of routed.forward) {
      const found = await store.findCase(code)
      if (found && found.status !== 'closed') {
        const id = `${event.id}.f${forward.length}` as EventId
        forward.push({ id, to: found.conversation, body: input, at: event.at })
      } else if (otherwise !== null) answers.push(otherwise)
    }
    for (const text of answers)
      send.push(answer(`${event.id}.a${send.length}` as EffectId, advocate, event.from.channel, text, world.now))
    if (routed.alarm !== null) audit.push({ at: world.now, actor: advocate, action: routed.alarm, subject: advocate })
  }
  return {
    conversation: work.id,
    version: work.version,
    lease: work.lease,
    state,
    done: work.events.map(({ id }) => id),
    send,
    forward,
    dueAt: null,
    case: null,
    openPages: [],
    audit,
    cancel: [],
  }
}

function answer(
  id: EffectId,
  advocate: AdvocateId,
  channel: Work['address']['channel'],
  text: string,
  at: number,
): NewOutbox {
  return {
    id,
    to: { advocate, channel },
    text,
    priority: 1,
    at,
    expiresAt: null,
    ratherTwice: false,
    repeat: false,
  }
}

import { type Activity, ActivityTypes, BotAdapter, type ResourceResponse, TurnContext } from 'botbuilder'
import type { WorkEvent } from '../../store/store.ts'
import type { ConversationId } from '../../types.ts'

/** What a turn is about: a message of a conversation. */
export interface TurnInput {
  conversation: ConversationId
  event: Extract<WorkEvent, { kind: 'message' }>
}

/**
 * Runs a turn inside a botbuilder `TurnContext` and hands its replies back as a value.
 *
 * Nothing leaves the process here: `sendActivities` appends to a list, the worker commits the list with the rest of
 * the turn, and the outbox does the sending. So a turn that fails half-way has sent nothing, and doing it again sends
 * nothing twice.
 */
export abstract class TurnAdapter extends BotAdapter {
  /** The activity that bots on this channel expect for an event. It carries ids only, never a number. */
  protected abstract activityOf(input: TurnInput): Partial<Activity>

  /**
   * Runs `logic` on an event, with all middleware of this adapter around it.
   *
   * @returns the texts to send, in order
   * @throws what `logic` throws; the replies up to there are dropped
   */
  async runTurn(input: TurnInput, logic: (context: TurnContext) => Promise<void> | void): Promise<string[]> {
    const context = new TurnContext(this, this.activityOf(input))
    const replies: Reply[] = []
    context.turnState.set(repliesKey, replies)
    await this.runMiddleware(context, async (turn) => logic(turn))
    return replies.map(({ text }) => text)
  }

  override async sendActivities(context: TurnContext, activities: Partial<Activity>[]): Promise<ResourceResponse[]> {
    const replies = repliesOf(context)
    return activities.map(({ type, text }) => {
      const id = `${context.activity.id}-${replies.length}`
      // Typing signs, traces and the like are nothing that a text message can carry.
      if ((type ?? ActivityTypes.Message) === ActivityTypes.Message && text) replies.push({ id, text })
      return { id }
    })
  }

  override async updateActivity(context: TurnContext, activity: Partial<Activity>): Promise<ResourceResponse> {
    const reply = repliesOf(context).find(({ id }) => id === activity.id)
    if (reply === undefined) throw new Error('only a reply of the same turn can be changed; a text that is out stays')
    reply.text = activity.text ?? ''
    return { id: reply.id }
  }

  override async deleteActivity(context: TurnContext, reference: { activityId?: string }): Promise<void> {
    const replies = repliesOf(context)
    const index = replies.findIndex(({ id }) => id === reference.activityId)
    if (index === -1) throw new Error('only a reply of the same turn can be taken back; a text that is out stays')
    replies.splice(index, 1)
  }

  override async continueConversation(): Promise<void> {
    throw new Error('messages that nobody asked for go through the outbox, which knows when they are allowed')
  }
}

interface Reply {
  id: string
  text: string
}

const repliesKey = Symbol('replies')

const repliesOf = (context: TurnContext) => context.turnState.get<Reply[]>(repliesKey)

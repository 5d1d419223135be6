import { loadBundle } from '../../src/commands/load-bundle.ts'
import { type Conversation, newConversation } from '../../src/flow/conversation.ts'
import { passTime } from '../../src/flow/pass-time.ts'
import { renderReply } from '../../src/flow/render-reply.ts'
import { takeTurn } from '../../src/flow/take-turn.ts'
import { factsFor, type Turn } from '../../src/flow/turn.ts'
import { contactOf } from '../../src/triage/rules.ts'
import type { Channel, EventId, IncomingMessage } from '../../src/types.ts'

export const bundle = loadBundle(process)!

/** A conversation that a test plays by hand, on a clock that it moves by hand. */
export class Talk {
  conversation: Conversation
  now = Date.UTC(2026, 0, 5, 18)
  last: Turn | null = null
  turns: Turn[] = []

  constructor(options: { language?: string | null; channel?: Channel } = {}) {
    const { language = 'en', channel = 'sms' } = options
    this.conversation = { ...newConversation('b', 'intake', channel), language }
  }

  /** Sends texts one after the other, ten seconds apart; returns what came back to the last one. */
  say(...texts: string[]): string[] {
    for (const text of texts) this.send({ text })
    return this.replies()
  }

  send(part: Partial<IncomingMessage>): string[] {
    this.now += 10_000
    const message: IncomingMessage = {
      id: `m${this.conversation.messages}` as EventId,
      at: this.now,
      channel: this.conversation.channel,
      text: '',
      media: [],
      ...part,
    }
    this.keep(takeTurn(bundle.flow, this.conversation, message, this.now))
    return this.replies()
  }

  /** Lets time pass, minute by minute, as the due rows would. */
  wait(minutes: number): Turn[] {
    const turns: Turn[] = []
    for (let minute = 0; minute < minutes; minute++) {
      this.now += 60_000
      const turn = passTime(bundle.flow, this.conversation, this.now)
      this.keep(turn)
      if (turn.alerts.length > 0 || turn.replies.length > 0 || turn.erase) turns.push(turn)
    }
    return turns
  }

  /** The texts of the last turn, as the person reads them. */
  replies(): string[] {
    const rendering = {
      texts: bundle.texts,
      languages: bundle.dialogs.languages,
      now: this.now,
      word: null,
      isDemonstration: false,
    }
    return this.last!.replies.map((reply) => renderReply(bundle.flow, this.conversation, reply, rendering)).filter(
      (text) => text !== null,
    )
  }

  get open(): string | null {
    return this.conversation.open?.question ?? null
  }
  get flags(): string[] {
    return Object.keys(this.conversation.flags).sort()
  }
  get contact(): string {
    return contactOf(bundle.flow.rules, factsFor(bundle.flow, this.conversation))
  }
  /** Who was paged in the last turn, as "P1 medical,protection". */
  get alerts(): string[] {
    return this.last!.alerts.map(({ level, roles }) => `${level} ${roles.join(',')}`)
  }

  private keep(turn: Turn): void {
    this.last = turn
    this.turns.push(turn)
    this.conversation = JSON.parse(JSON.stringify(turn.conversation)) as Conversation
  }
}

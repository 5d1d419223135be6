import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lateTurnRunner } from '../../src/channels/bot-adapters/run-turn.ts'
import { createOutboxSender } from '../../src/channels/outbox-sender.ts'
import type { Send } from '../../src/channels/sender.ts'
import { loadWorld } from '../../src/commands/simulate.ts'
import { pageGatherer } from '../../src/gather-pages.ts'
import { type Shell, workOnce } from '../../src/handle-incoming.ts'
import type { Rota } from '../../src/handoff/rota.ts'
import { importRota } from '../../src/rota-import.ts'
import { chanceOf } from '../../src/simulate/chance.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { CaseRow, OutboxMessage, Store } from '../../src/store/store.ts'
import type { AdvocateId, Channel } from '../../src/types.ts'

/** What one phone got, and when. */
export interface Received {
  at: number
  to: string
  channel: Channel
  text: string
  effect: string
  repeat: boolean
}

const world = loadWorld({ stdin: process.stdin, stdout: process.stdout, stderr: process.stderr })!

/**
 * A network of phones around one installation: the real store, turns and outbox, a carrier that is a list, and a clock
 * that moves only when it is told to. Whatever is due runs at the very instant at which it is due.
 */
export class Phones {
  readonly inbox: Received[] = []
  /** Numbers whose phone is broken: the carrier takes the message and later says that it failed for good. */
  readonly dead = new Set<string>()
  /** Numbers that sent STOP: the carrier refuses. */
  readonly stopped = new Set<string>()
  /** Runs whenever everything has come to rest. */
  onMoment: (() => Promise<void>) | null = null
  now: number
  private readonly folder = mkdtempSync(join(tmpdir(), 'puente-phones-'))
  private readonly chance: ReturnType<typeof chanceOf>
  private shell!: Shell
  private sendDue!: () => Promise<number>
  private messages = 0
  store!: Store

  private constructor(start: number, seed: string) {
    this.now = start
    this.chance = chanceOf(seed)
  }

  static async open(options: { start: number; rota: string; seed?: string }): Promise<Phones> {
    const phones = new Phones(options.start, options.seed ?? 'night')
    await phones.begin()
    await phones.import(options.rota)
    return phones
  }

  /** The process starts: everything that it knows comes from the database. */
  private async begin(): Promise<void> {
    const now = () => this.now
    const databaseUrl = `file:${join(this.folder, 'puente.db')}`
    this.store = await openStore({ databaseUrl, keyFile: join(this.folder, 'puente.key'), now })
    await this.store.migrate()
    await this.store.freeLeases()
    this.shell = {
      store: this.store,
      now,
      random: this.chance.next,
      timeScale: 1,
      isDemonstration: true,
      pageWays: ['sms', 'whatsapp', 'voice'],
      words: world.words,
      bundleOf: this.bundleOf,
      rota: async () => (await this.store.readDocument<Rota>('rota'))!.body,
      runTurn: lateTurnRunner(),
      onFailure: (_, error) => {
        throw error
      },
    }
    const send: Send = (message) => this.carry(message)
    const senders = { sms: send, whatsapp: send, voice: send }
    const gather = pageGatherer({ levels: async () => world.bundle.dialogs.levels, now, timeScale: 1 })
    const parts = { store: this.store, senders, now, random: this.chance.next, gather, atOnce: 1 }
    this.sendDue = createOutboxSender(parts).sendDue
  }

  async import(rota: string): Promise<void> {
    const { version, problems } = await importRota(this.store, world.bundle, rota, this.now)
    if (version === null) throw new Error(problems.map(({ message }) => message).join('\n'))
    await this.settle()
  }

  async restart(): Promise<void> {
    await this.store.close()
    await this.begin()
    await this.settle()
  }

  async end(): Promise<void> {
    await this.store.close()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** A phone writes. What arrives in the same instant is handed in together when `settles` is false. */
  async says(
    number: string,
    text: string,
    options: { settles?: boolean; channel?: Channel; media?: string[] } = {},
  ): Promise<void> {
    const channel = options.channel ?? 'sms'
    const word = text.trim().toUpperCase()
    if (word === 'STOP') this.stopped.add(number)
    if (word === 'START') this.stopped.delete(number)
    await this.store.acceptInbound({
      providerId: `in-${++this.messages}`,
      from: { channel, value: number },
      to: { channel, value: '+15550100000' },
      at: this.now,
      payload: { text, media: (options.media ?? []).map((kind) => ({ kind })) },
    })
    if (options.settles !== false) await this.settle()
  }

  /** Moves the clock to `at`, stopping wherever something is due. */
  async goesOnUntil(at: number): Promise<void> {
    for (;;) {
      const due = await this.store.nextDueAt()
      if (due === null || due > at) break
      this.now = Math.max(this.now, due)
      await this.settle()
    }
    this.now = at
    await this.settle()
  }

  goesOnFor(minutes: number): Promise<void> {
    return this.goesOnUntil(this.now + minutes * 60_000)
  }

  /** The machine's clock is set; the worker notices a clock that was set back. */
  async setClock(byMinutes: number): Promise<void> {
    this.now += byMinutes * 60_000
    if (byMinutes < 0) await this.store.hastenDue(this.now)
    await this.settle()
  }

  /** Works and sends until nothing is left to do at this instant. */
  async settle(): Promise<void> {
    let rounds = 0
    for (;;) {
      const worked = await workOnce(this.shell)
      const sent = await this.sendDue()
      if (worked === 0 && sent === 0) break
      if (++rounds > 500) throw new Error('The system does not come to rest')
    }
    await this.onMoment?.()
  }

  private async carry(message: OutboxMessage): ReturnType<Send> {
    const { id, lease, address, text, repeat, also = [] } = message
    if (this.stopped.has(address.value)) return { id, lease, kind: 'failed', code: 21610 }
    const { value: to, channel } = address
    if (!this.dead.has(to)) this.inbox.push({ at: this.now, to, channel, text, effect: id, repeat })
    const providerId = `out-${++this.messages}`
    if (this.dead.has(to))
      for (const effectId of [id, ...also])
        await this.store.recordReceipt({ effectId, providerId, status: 'undelivered', code: 30005 }, this.now)
    return { id, lease, kind: 'accepted', providerId, status: 'queued' }
  }

  texts(number: string, since = 0): string[] {
    return this.inbox.filter(({ to, at }) => to === number && at >= since).map(({ text }) => text)
  }

  readonly bundleOf = async () => world.bundle

  openCases(): Promise<CaseRow[]> {
    return this.store.openCases()
  }

  openPagesOf(advocate: string) {
    return this.store.openPagesOf(advocate as AdvocateId)
  }
}

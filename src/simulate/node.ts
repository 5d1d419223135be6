import { lateTurnRunner } from '../channels/bot-adapters/run-turn.ts'
import { createOutboxSender } from '../channels/outbox-sender.ts'
import { createCopyEraser } from '../channels/twilio/erase-copies.ts'
import { createReadBack } from '../channels/twilio/read-back.ts'
import { createTwilioSender, type HttpClient } from '../channels/twilio/send.ts'
import type { TwilioSettings } from '../channels/twilio/twilio-settings.ts'
import type { RunningBundle } from '../flow/assemble-flow.ts'
import { pageGatherer } from '../gather-pages.ts'
import type { Shell } from '../handle-incoming.ts'
import type { Rota } from '../handoff/rota.ts'
import type { AdvocateWords } from '../handoff/words.ts'
import { createApp } from '../http/app.ts'
import { createLog } from '../http/log.ts'
import { runProviderErasure } from '../run-provider-erasure.ts'
import { runReadBack } from '../run-read-back.ts'
import { StoreUnavailableError } from '../store/schema-version.ts'
import type { Store } from '../store/store.ts'
import { runWorker } from '../worker.ts'
import type { Chance } from './chance.ts'
import type { VirtualTime } from './virtual-time.ts'

/** What is going on outside virtual time, so that time moves only when nothing is. */
export interface Activity {
  begun: number
  underWay: number
}

export interface NodeParts {
  name: string
  time: VirtualTime
  activity: Activity
  openStore(now: () => number): Promise<Store>
  bundle: RunningBundle
  words: AdvocateWords
  twilio: TwilioSettings
  httpClient: HttpClient
  chance: Chance
  isStoreDown(): boolean
  /** Whether a phone has written since. */
  hasNews(since: number): boolean
  /** Sees every call of the store that came to its end. */
  watch(call: StoreCall): void
  onTrouble(what: string, error: unknown): void
}
export interface StoreCall {
  node: string
  /** By how much the node's clock is ahead of true time. */
  clockAheadMs: number
  name: keyof Store
  args: unknown[]
  result: unknown
}

/** One machine running Puente, with the real worker, sender and webhooks; it can be killed, held still and started. */
export interface SimulatedNode {
  start(): Promise<void>
  isUp(): boolean
  /** Dies at its n-th call of the store from now, before or after the call is done, as the seed has it. */
  killSoon(): void
  kill(): void
  freeze(): void
  thaw(): void
  moveClock(ms: number): void
  /** The HTTP status of a form that was posted to it; null when it died over it. */
  post(url: string, form: Record<string, string>, signature: string): Promise<number | null>
  wake(): void
  stop(): Promise<void>
}

interface Life {
  isAlive: boolean
  store: Store
  app: ReturnType<typeof createApp>
  wakes: Set<() => void>
  /** Resolves when the process runs again; null while it runs. */
  frozen: { promise: Promise<void>; thaw: () => void } | null
  callsToDeath: number | null
  onDeath: Set<() => void>
}

export function createNode(parts: NodeParts): SimulatedNode {
  const { time, activity, chance } = parts
  const turnRunner = lateTurnRunner()
  const runTurn: typeof turnRunner = async (...given) => {
    activity.underWay += 1
    try {
      return await turnRunner(...given)
    } finally {
      activity.underWay -= 1
      activity.begun += 1
    }
  }
  let life: Life | null = null
  let clockOffset = 0
  const now = () => time.now() + clockOffset
  /** What a dead process waits for. */
  const never = () => new Promise<never>(() => undefined)

  const kill = () => {
    if (life === null) return
    const dead = life
    life = null
    dead.isAlive = false
    dead.frozen?.thaw()
    for (const act of dead.onDeath) act()
    // The file is let go once what was under way in it is over; nothing of the dead process hears of it.
    void dead.store.close().catch(() => undefined)
  }

  async function through(own: Life): Promise<void> {
    while (own.frozen !== null) await own.frozen.promise
    if (!own.isAlive) await never()
  }

  function isFatalCall(own: Life): boolean {
    if (own.callsToDeath === null) return false
    own.callsToDeath -= 1
    return own.callsToDeath < 0
  }

  function watched(own: Life, store: Store): Store {
    return new Proxy(store, {
      get(target, property) {
        const name = property as keyof Store
        const method = target[name] as (...args: unknown[]) => unknown
        if (name === 'durableCommits') return method.bind(target)
        if (name === 'onWake')
          return (listener: () => void) => {
            const wake = () => own.isAlive && own.frozen === null && listener()
            own.wakes.add(wake)
            return () => own.wakes.delete(wake)
          }
        return async (...args: unknown[]) => {
          activity.begun += 1
          await through(own)
          if (isFatalCall(own)) return die()
          if (parts.isStoreDown() && writes.has(name)) throw new StoreUnavailableError('the disk is full')
          activity.underWay += 1
          let result: unknown
          try {
            result = await method.apply(target, args)
          } finally {
            activity.underWay -= 1
            activity.begun += 1
          }
          // What was committed is committed, even when nobody lives to hear of it.
          parts.watch({ node: parts.name, clockAheadMs: clockOffset, name, args, result })
          if (own.isAlive && isFatalCall(own)) return die()
          await through(own)
          return result
        }
      },
    })
  }

  function die(): Promise<never> {
    kill()
    return never()
  }

  async function start(): Promise<void> {
    const store = await parts.openStore(now)
    const own: Life = {
      isAlive: true,
      store,
      app: undefined as never,
      wakes: new Set(),
      frozen: null,
      callsToDeath: null,
      onDeath: new Set(),
    }
    const seen = watched(own, store)
    const timers = {
      after: (ms: number, act: () => void) => {
        const takeBack = time.after(ms, () => void through(own).then(act))
        own.onDeath.add(takeBack)
        return () => {
          own.onDeath.delete(takeBack)
          takeBack()
        }
      },
    }
    const httpClient = {
      async request(options: never) {
        await through(own)
        try {
          return await parts.httpClient.request(options)
        } finally {
          await through(own)
        }
      },
    } as HttpClient
    const shell: Shell = {
      store: seen,
      now,
      random: chance.next,
      timeScale: 1,
      isDemonstration: false,
      words: parts.words,
      bundleOf: async () => parts.bundle,
      rota: async () => (await seen.readDocument<Rota>('rota'))!.body,
      runTurn,
      onFailure: (_, error) => parts.onTrouble('a turn threw', error),
    }
    const send = createTwilioSender({ settings: parts.twilio, now, random: chance.next, httpClient })
    const outbox = createOutboxSender({
      store: seen,
      senders: { sms: send, whatsapp: send },
      now,
      random: chance.next,
      gather: pageGatherer({ levels: async () => parts.bundle.dialogs.levels, now, timeScale: 1 }),
      steadyMs: time.now,
    })
    const onError = (error: unknown) => {
      if (!(error instanceof StoreUnavailableError)) parts.onTrouble('the worker failed', error)
    }
    own.app = createApp({
      store: seen,
      settings: { publicUrl: parts.twilio.publicUrl, twilio: parts.twilio },
      log: createLog({ level: 'error', now, write: () => undefined }),
      now,
    })
    life = own
    runWorker(shell, outbox, onError, { timers, pollMs: quietPollMs, steadyMs: time.now })
    const readBack = createReadBack({ settings: parts.twilio, store: seen, now, httpClient })
    runReadBack({
      // A reading that can find nothing costs real time and tells nothing.
      readBack: async (since) =>
        parts.hasNews(since - newsMs) ? readBack(since) : { found: 0, readUntil: Math.max(since, now() - 30_000) },
      store: seen,
      now,
      timers,
      timeScale: 1,
      onFound: () => undefined,
      onError: () => undefined,
    })
    runProviderErasure({
      store: seen,
      erase: createCopyEraser({ settings: parts.twilio, now, httpClient }),
      now,
      timers,
      timeScale: 1,
      everyMs: quietPollMs,
      onOutcome: () => undefined,
      onError: () => undefined,
    })
  }

  return {
    start,
    kill,
    isUp: () => life !== null,
    killSoon() {
      if (life) life.callsToDeath = chance.whole(0, 12)
    },
    freeze() {
      if (life === null || life.frozen) return
      let thaw: () => void = () => undefined
      const promise = new Promise<void>((resolve) => {
        thaw = resolve
      })
      life.frozen = { promise, thaw }
    },
    thaw() {
      const frozen = life?.frozen
      if (!life || !frozen) return
      life.frozen = null
      frozen.thaw()
    },
    moveClock(ms) {
      clockOffset += ms
      // The real worker looks every two seconds.
      if (life) for (const wake of life.wakes) wake()
    },
    async post(url, form, signature) {
      const own = life
      if (own === null) return null
      const died = new Promise<null>((resolve) => own.onDeath.add(() => resolve(null)))
      const answer = async () => {
        await through(own)
        const response = await own.app.request(url, {
          method: 'POST',
          body: new URLSearchParams(form).toString(),
          headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature },
        })
        await through(own)
        return response.status
      }
      // Twilio waits 15 s for an answer and no longer.
      const givesUp = new Promise<null>((resolve) => void time.after(15_000, () => resolve(null)))
      return Promise.race([answer(), died, givesUp])
    },
    wake() {
      if (life) for (const wake of life.wakes) wake()
    },
    async stop() {
      kill()
    },
  }
}

const newsMs = 15 * 60_000
/** A virtual day of polling every two seconds would cost seconds of real ones; what is due has its own timer anyway. */
const quietPollMs = 10 * 60_000

const writes = new Set<keyof Store>([
  'acceptInbound',
  'claimWork',
  'commitTurns',
  'releaseWork',
  'claimOutbox',
  'startAttempts',
  'finishAttempts',
  'recordReceipt',
  'eraseConversation',
  'claimProviderErasures',
  'finishProviderErasures',
])

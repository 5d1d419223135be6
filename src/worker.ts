import type { OutboxSender } from './channels/outbox-sender.ts'
import { type Shell, workOnce } from './handle-incoming.ts'
import { realTimers, type Timers } from './timers.ts'

export interface Worker {
  /** Looks for work now, as after the clock was moved. */
  nudge(): void
  /** How long ago it last finished looking for work, in real time: more than a minute means that nobody is answered. */
  sinceCycleMs(): number
  /** Takes no new work; resolves when what is under way is done. */
  stop(): Promise<void>
}

/** How the worker tells time; a simulation brings its own. */
export interface WorkerTime {
  timers?: Timers
  pollMs?: number
  /** Milliseconds of a clock that is never set. */
  steadyMs?: () => number
}

/** A clock that is kept by the network is moved by less. */
const clockSlackMs = 5_000

/** The longest time that the worker sleeps when nothing wakes it, so that a lost notice costs seconds. */
const defaultPollMs = 2_000

/**
 * Runs turns and sends messages as long as there are any, then sleeps until the store wakes it or something is due.
 * No state of its own: any number of workers may run on one database.
 */
export function runWorker(
  shell: Shell,
  outbox: OutboxSender,
  onError: (error: unknown) => void,
  { timers = realTimers, pollMs = defaultPollMs, steadyMs = () => performance.now() }: WorkerTime = {},
): Worker {
  const { store, now, timeScale } = shell
  let isStopping = false
  let isAwake = false
  let hasNews = false
  let takeBackTimer: (() => void) | null = null
  /** By how much the clock is ahead of one that nobody can set; null before the first look. */
  let ahead: number | null = null
  let cycleEndedAt = performance.now()
  let running: Promise<void> = Promise.resolve()

  const wake = (): void => {
    hasNews = true
    if (isAwake || isStopping) return
    isAwake = true
    takeBackTimer?.()
    running = round()
      .catch(onError)
      .then(async () => {
        isAwake = false
        if (isStopping) return
        if (hasNews) wake()
        else await sleep()
      })
  }

  async function round(): Promise<void> {
    while (hasNews && !isStopping) {
      hasNews = false
      await followClock()
      while (!isStopping && (await workOnce(shell)) > 0) send()
      send()
      cycleEndedAt = performance.now()
    }
  }

  async function followClock(): Promise<void> {
    const isAheadNow = now() - steadyMs()
    // At the start: a message from the future was stored before the clock was set back.
    const before = ahead ?? isAheadNow + ((await store.health(now())).inboxNewestAt ?? 0) - now()
    if (isAheadNow < before - clockSlackMs) await store.hastenDue(now())
    ahead = isAheadNow
  }

  /** Sending goes on beside the turns: a slow provider must not hold up anybody's answer. */
  function send(): void {
    outbox.sendDue().catch(onError)
  }

  async function sleep(): Promise<void> {
    const due = await store.nextDueAt().catch(() => null)
    const wait = due === null ? pollMs : Math.max(5, Math.min(pollMs, due - now()))
    if (isStopping) return
    takeBackTimer = timers.after(Math.max(5, wait / (wait === pollMs ? timeScale : 1)), wake)
  }

  const unsubscribe = store.onWake(wake)
  wake()
  return {
    nudge: wake,
    sinceCycleMs: () => performance.now() - cycleEndedAt,
    async stop() {
      isStopping = true
      takeBackTimer?.()
      unsubscribe()
      await running
      await outbox.idle()
    },
  }
}

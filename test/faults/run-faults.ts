import { type Chance, chanceOf } from '../../src/simulate/chance.ts'
import { checkInvariants, type Evidence, type Violation } from '../../src/simulate/check-invariants.ts'
import { readPersonStates } from '../../src/simulate/person-states.ts'
import { inspectRows } from '../../src/store/inspect-rows.ts'
import { openStore } from '../../src/store/open-store.ts'
import { type Engine, type Fleet, type FleetNode, startFleet } from './fleet.ts'
import { advocates, rota, startTraffic } from './traffic.ts'

export const faultNames = [
  'kill',
  'freeze',
  'block',
  'cut_database',
  'split',
  'cut_twilio',
  'full_disk',
  'no_handles',
  'no_memory',
] as const
export type FaultName = (typeof faultNames)[number]

export interface FaultRun {
  engine: Engine
  nodes: number
  seed: string
  /** In this order, one after the other, each on a node that the seed picks. */
  faults: FaultName[]
  /** Whether the last node's clock of the day is a minute ahead. */
  isClockWrong: boolean
  textsPerSecond?: number
  tell?(line: string): void
}

export interface FaultReport {
  violations: Violation[]
  texts: number
  refused: number
  sent: number
  repeats: number
  pages: number
  urgent: number
  /** Of the processes, asked to end by SIGTERM at the end. */
  exitCodes: (number | null)[]
  /** Faults that this machine could not bring about. */
  impossible: FaultName[]
}

/**
 * Real processes, real signals and real connections under steady signed webhooks; then everything heals, and the
 * checker of the simulation looks at the database and at what the stand-in for Twilio got.
 */
export async function runFaults(run: FaultRun): Promise<FaultReport> {
  const { engine, nodes, seed, faults, tell = () => undefined } = run
  const chance = chanceOf(`${seed}:faults`)
  const outages: Evidence['outages'] = []
  const impossible: FaultName[] = []
  const fleet = await startFleet({ engine, nodes, timeScale, clockAheadMs: run.isClockWrong ? 60_000 : 0 })
  try {
    fleet.importRota(rota)
    for (const node of fleet.nodes) await node.start()
    const traffic = startTraffic(fleet.twilio, seed, run.textsPerSecond ?? 6)
    for (const fault of faults) {
      await pause(chance.whole(700, 2_500))
      const from = Date.now()
      const index = chance.whole(0, nodes - 1)
      tell(`${fault} at node ${index}`)
      if (!(await bringAbout(fault, fleet, fleet.nodes[index]!, chance))) impossible.push(fault)
      outages.push({ from, until: Date.now() })
    }
    await pause(2_000)
    await traffic.stop()
    const violations = await untilKept(fleet, outages)
    traffic.end()
    const exitCodes: (number | null)[] = []
    for (const node of fleet.nodes) exitCodes.push(await node.stop())
    const evidence = await gather(fleet, outages)
    return {
      violations: violations.length > 0 ? violations : checkInvariants(evidence),
      texts: evidence.written.length,
      refused: fleet.webhooks.filter(({ status }) => status === null || status >= 500).length,
      sent: evidence.sent.length,
      repeats: evidence.sent.filter(({ isRepeat }) => isRepeat).length,
      pages: evidence.rows.outbox.filter(({ priority }) => priority === 0).length,
      urgent: evidence.rows.cases.filter(({ level }) => level === 'P1' || level === 'P2').length,
      exitCodes,
      impossible,
    }
  } catch (error) {
    throw new Error(`${String(error)}\n${fleet.logs().slice(-3_000)}`, { cause: error })
  } finally {
    await fleet.end()
  }
}

const timeScale = 60
/** Longer than any lease, so that whoever comes back finds its work with somebody else. */
const longerThanLeaseMs = 27_000

/** @returns false where this engine or this machine cannot have it */
async function bringAbout(fault: FaultName, fleet: Fleet, node: FleetNode, chance: Chance): Promise<boolean> {
  switch (fault) {
    case 'kill':
      node.signal('SIGKILL')
      await pause(chance.whole(50, 1_500))
      await node.start()
      return true
    case 'freeze':
      node.signal('SIGSTOP')
      await pause(longerThanLeaseMs)
      node.signal('SIGCONT')
      return true
    case 'cut_database':
      if (node.toDatabase === null) return false
      for (let times = 0; times < 10; times++) {
        node.toDatabase.cut()
        await pause(chance.whole(20, 400))
      }
      return true
    case 'split':
      if (node.toDatabase === null) return false
      node.toDatabase.block()
      await pause(60_000)
      node.toDatabase.mend()
      return true
    case 'cut_twilio':
      for (let times = 0; times < 20; times++) {
        node.toTwilio.cut()
        await pause(chance.whole(5, 200))
      }
      return true
    case 'full_disk': {
      const disk = fleet.serverDisk ?? node.disk
      const isFull = disk.fill()
      await pause(5_000)
      await disk.empty()
      return isFull
    }
    case 'block':
      node.block()
      await pause(6_000)
      return true
    case 'no_handles': {
      const isUsedUp = node.takeAway('nofile')
      await pause(5_000)
      node.giveBack('nofile')
      return isUsedUp
    }
    case 'no_memory': {
      const isUsedUp = node.takeAway('as')
      await pause(5_000)
      node.giveBack('as')
      // It may have ended over it; then whoever runs it starts it again.
      if (!node.isUp()) await node.start()
      return isUsedUp
    }
  }
}

/** Waits until nothing is broken any more, which a lease of a dead process may hold up, or gives back what stays. */
async function untilKept(fleet: Fleet, outages: Evidence['outages']): Promise<Violation[]> {
  const end = Date.now() + 60_000
  for (;;) {
    const violations = checkInvariants(await gather(fleet, outages))
    if (violations.length === 0 || Date.now() > end) return violations
    await pause(1_000)
  }
}

async function gather(fleet: Fleet, outages: Evidence['outages']): Promise<Evidence> {
  const messages = fleet.twilio.messages.map((message) => ({
    ...message,
    at: Date.parse(`${message.resource.date_created}`),
  }))
  const rows = await inspectRows(fleet.databaseUrl)
  const knownIds = new Map(rows.outbox.map(({ id, provider_id }) => [id, provider_id]))
  const { databaseUrl, keyFile } = fleet
  const observer = await openStore({ databaseUrl, keyFile, now: Date.now })
  try {
    const states = await readPersonStates(observer, rows)
    return {
      rows,
      states,
      turns: null,
      written: messages
        .filter(({ resource }) => resource.direction === 'inbound')
        .map(({ resource: { sid, from, body }, at }) => ({ sid, from, body, at })),
      webhooks: fleet.webhooks,
      sent: messages
        .filter(({ resource }) => resource.direction === 'outbound-api')
        .map(({ resource: { sid, to, body }, at, statusCallback }) => {
          const query = new URL(statusCallback!).searchParams
          const effect = query.get('effect')
          const isKnown = effect !== null && knownIds.get(effect) === sid
          return { sid, to, body, at, effect, isRepeat: query.get('repeat') === '1', isKnown }
        }),
      erasedAtProvider: new Set(
        fleet.twilio.messages.filter(({ isErased }) => isErased).map(({ resource }) => resource.sid),
      ),
      outages,
      clockSetBackAt: [],
      advocates,
      takenTexts: [],
      isAuditWhole: (await observer.verifyAudit()).ok,
      isQuiet: true,
      timeScale,
      now: Date.now(),
    }
  } finally {
    await observer.close()
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

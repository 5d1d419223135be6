import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TwilioSettings } from '../channels/twilio/twilio-settings.ts'
import type { RunningBundle } from '../flow/assemble-flow.ts'
import type { AdvocateWords } from '../handoff/words.ts'
import { rawText } from '../language/texts.ts'
import { importRota } from '../rota-import.ts'
import { inspectRows } from '../store/inspect-rows.ts'
import { openStore } from '../store/open-store.ts'
import type { AttemptOutcome, Store, TurnCommit } from '../store/store.ts'
import { type Carrier, createCarrier } from './carrier.ts'
import { chanceOf } from './chance.ts'
import { checkInvariants, type Evidence, type Violation } from './check-invariants.ts'
import { type Activity, createNode, type SimulatedNode, type StoreCall } from './node.ts'
import { readPersonStates } from './person-states.ts'
import type { Fault, FaultKind, RunPlan } from './plan-run.ts'
import { simulateAdvocate } from './simulated-advocate.ts'
import { plantedPhrases, simulatePerson } from './simulated-person.ts'
import { recordTurn, type TurnRecord } from './turn-record.ts'
import { createVirtualTime } from './virtual-time.ts'

/** What a run needs of the installation. */
export interface RunWorld {
  bundle: RunningBundle
  words: AdvocateWords
  /** An empty database for the run; SQLite in a temporary folder unless given. */
  databaseUrl?: string
}

export interface RunReport {
  violations: Violation[]
  /** What happened, oldest first; `about` is an address, a node or an id. */
  history: HistoryLine[]
  counts: {
    events: number
    turns: number
    written: number
    sent: number
    pages: number
    cases: number
    repeats: number
    kills: number
    foundByReadBack: number
    erased: number
  }
  /** From the first alert to the first acknowledgement, minutes. */
  minutesToHuman: number[]
}
export interface HistoryLine {
  at: number
  about: string
  text: string
}

/** After the last arrival and the last fault: time for everything to come to its end. */
const quietMs = 6 * 60 * 60_000
const accountSid = 'AC00000000000000000000000000000001'
const ourNumber = '+15550100000'
const publicUrl = 'http://puente.invalid'
const twilio: TwilioSettings = {
  accountSid,
  authTokens: ['a-token-of-the-simulation'],
  smsFrom: ourNumber,
  whatsappFrom: ourNumber,
  apiBaseUrl: 'https://api.twilio.com',
  publicUrl,
}

/** Plays a run from beginning to end and checks it. The same plan gives the same report. */
export async function runPlan(plan: RunPlan, world: RunWorld): Promise<RunReport> {
  const folder = mkdtempSync(join(fastFolder(), 'puente-run-'))
  try {
    return await playAndCheck(plan, world, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Memory where there is such a folder: a run ends processes, never the machine, so waiting for a disk tells nothing. */
const fastFolder = () => (existsSync('/dev/shm') ? '/dev/shm' : tmpdir())

async function playAndCheck(plan: RunPlan, world: RunWorld, folder: string): Promise<RunReport> {
  const databaseUrl = world.databaseUrl ?? `file:${join(folder, 'puente.db')}`
  const keyFile = join(folder, 'puente.key')
  const time = createVirtualTime(plan.start)
  const activity: Activity = { begun: 0, underWay: 0 }
  const history: HistoryLine[] = []
  const turns: TurnRecord[] = []
  const troubles: Violation[] = []
  const writtenDown = new Set<string>()
  const acted = { events: 0, kills: 0, foundByReadBack: 0, erased: 0 }
  const note = (text: string, about: string) => void history.push({ at: time.now(), about, text })

  const bytes = chanceOf(`${plan.seed}:bytes`)
  const randomBytes = (size: number) => Buffer.from(Array.from({ length: size }, () => bytes.whole(0, 255)))
  const open = async (now: () => number): Promise<Store> => {
    const store = await openStore({ databaseUrl, keyFile, now, randomBytes, leases: 'caller' })
    await store.migrate()
    return store
  }
  const observer = await open(time.now)
  const rota = await importRota(observer, world.bundle, rotaText(plan), time.now())
  if (rota.version === null) throw new Error(`The simulation's own rota was refused: ${rota.problems[0]?.message}`)

  const isOn = (fault: Fault) => fault.from <= time.now() && time.now() < fault.until
  const faultsOf = (kind: FaultKind) => plan.faults.filter((fault) => fault.kind === kind && isOn(fault))
  const nodes: SimulatedNode[] = []
  const dead = new Set(
    [...plan.people, ...plan.advocates].filter(({ habit }) => habit === 'dead_phone').map(({ number }) => number),
  )
  const carrier: Carrier = createCarrier({
    time,
    seed: plan.seed,
    accountSid,
    authToken: twilio.authTokens[0],
    messageUrl: `${publicUrl}/hooks/twilio/message`,
    faultsOf,
    // A phone that is broken cannot be reached, though its owner may have written from it a moment before.
    isDead: (address) => dead.has(address.replace('whatsapp:', '')),
    deliver: (message) => phones.get(message.to.replace('whatsapp:', ''))?.read(message.to, message.body),
    post: async (url, form, signature) => {
      const up = nodes.filter((node) => node.isUp())
      const node = up[posts++ % Math.max(1, up.length)]
      return node === undefined ? null : node.post(url, form, signature)
    },
    note,
  })
  let posts = 0
  let lastWrittenAt = 0
  const phone = {
    time,
    seed: plan.seed,
    write: (from: string, body: string, media?: number) => {
      lastWrittenAt = time.now()
      carrier.receive({ from, to: from.startsWith('whatsapp:') ? `whatsapp:${ourNumber}` : ourNumber, body, media })
    },
  }
  const people = plan.people.map((person) => ({ plan: person, ...simulatePerson(person, phone) }))
  const phones = new Map<string, { read(address: string, body: string): void }>([
    ...people.map((person) => [person.plan.number, person] as const),
    ...plan.advocates.map((advocate) => [advocate.number, simulateAdvocate(advocate, phone)] as const),
  ])

  function watch({ name, args, result, node, clockAheadMs }: StoreCall): void {
    if (name === 'acceptInbound' && result === 'stored') {
      const { providerId } = args[0] as { providerId: string }
      const written = carrier.messages.find(({ sid }) => sid === providerId)
      if (written && !carrier.webhooks.some(({ sid }) => sid === providerId)) acted.foundByReadBack += 1
    }
    if (name === 'eraseConversation') acted.erased += 1
    if (name === 'finishAttempts')
      for (const outcome of args[0] as AttemptOutcome[])
        if (outcome.kind === 'accepted') writtenDown.add(outcome.providerId)
    if (wakes.has(name)) for (const one of nodes) one.wake()
    if (name !== 'commitTurns') return
    const { refused } = result as { refused: string[] }
    for (const turn of args[0] as TurnCommit[]) {
      if (refused.includes(turn.conversation)) {
        note(`${node}: its turn came too late and was refused`, turn.conversation)
        continue
      }
      const record = recordTurn(turn, time.now(), clockAheadMs)
      turns.push(record)
      const about = record.case ? `${record.case.code} ${record.case.level} ${record.case.status}` : 'no case'
      note(`${node}: turn, ${about}, sends ${record.sent.length}`, turn.conversation)
    }
  }

  for (let index = 0; index < plan.nodes; index++) {
    const name = `node-${index}`
    const node = createNode({
      name,
      time,
      activity,
      openStore: open,
      bundle: world.bundle,
      words: world.words,
      twilio,
      httpClient: carrier.httpClient,
      chance: chanceOf(`${plan.seed}:${name}`),
      hasNews: (since) => lastWrittenAt >= since,
      isStoreDown: () => faultsOf('store_down').length > 0,
      watch,
      onTrouble: (what, error) => {
        const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
        const where = error instanceof Error ? (error.stack?.split('\n')[1]?.trim() ?? '') : ''
        troubles.push({ invariant: 'no surprise', subject: name, at: time.now(), because: `${what}: ${said} ${where}` })
      },
    })
    nodes.push(node)
    await node.start()
  }
  for (const person of people) time.at(person.plan.arrivesAt, () => person.arrive())
  for (const fault of plan.faults) planFault(fault)

  function planFault(fault: Fault): void {
    const node = nodes[fault.node % nodes.length]!
    const about = `node-${fault.node % nodes.length}`
    time.at(fault.from, () => note(`fault: ${fault.kind} at ${fault.strength}`, about))
    if (fault.kind === 'crash') {
      time.at(fault.from, () => node.killSoon())
      time.at(fault.from + 500, () => {
        node.kill()
        acted.kills += 1
      })
      time.at(fault.until + 501, async () => {
        if (node.isUp()) return
        note('starts again', about)
        await node.start()
      })
    } else if (fault.kind === 'freeze') {
      time.at(fault.from, () => node.freeze())
      time.at(fault.until, () => node.thaw())
    } else if (fault.kind === 'clock_jump') {
      // All machines at once, as when the host of all of them is set wrong: leases are told by their clocks.
      time.at(fault.from, () => moveClocks(fault.strength))
      time.at(fault.until, () => moveClocks(-fault.strength))
    }
  }

  function moveClocks(ms: number): void {
    for (const node of nodes) node.moveClock(ms)
  }

  /** Lets everything outside virtual time come to rest; then the clock may move. */
  async function settle(): Promise<'go_on'> {
    acted.events += 1
    let seen = -1
    for (let quietRounds = 0; quietRounds < 4; ) {
      await new Promise((resolve) => setImmediate(resolve))
      if (activity.underWay === 0 && activity.begun === seen) quietRounds += 1
      else quietRounds = 0
      seen = activity.begun
    }
    return 'go_on'
  }

  await settle()
  const lastFault = Math.max(plan.start, ...plan.faults.map(({ until }) => until))
  await time.runUntil(Math.max(plan.start + plan.days * 24 * 60 * 60_000, lastFault) + quietMs, settle)
  const evidence = await gather()
  const violations = [...troubles, ...checkInvariants(evidence), ...textInTheOpen(databaseUrl)]
  for (const node of nodes) await node.stop()
  await observer.close()
  return {
    violations: violations.sort((one, other) => one.at - other.at),
    history,
    counts: {
      ...acted,
      turns: turns.length,
      written: evidence.written.length,
      sent: evidence.sent.length,
      pages: turns.reduce((sum, turn) => sum + turn.sent.filter(({ isPage }) => isPage).length, 0),
      cases: new Set(turns.flatMap((turn) => (turn.case ? [turn.case.code] : []))).size,
      repeats: evidence.sent.filter(({ isRepeat }) => isRepeat).length,
    },
    minutesToHuman: minutesToHuman(turns),
  }

  async function gather(): Promise<Evidence> {
    const rows = await inspectRows(databaseUrl)
    const states = await readPersonStates(observer, rows)
    return {
      rows,
      states,
      turns,
      written: carrier.messages.filter(({ direction }) => direction === 'inbound'),
      webhooks: carrier.webhooks,
      sent: carrier.messages
        .filter(({ direction }) => direction !== 'inbound')
        .map((message) => ({ ...message, isKnown: writtenDown.has(message.sid) })),
      erasedAtProvider: new Set(carrier.messages.filter(({ isErased }) => isErased).map(({ sid }) => sid)),
      outages: plan.faults.filter(({ kind }) => holdsUp.has(kind)),
      clockSetBackAt: plan.faults
        .filter(({ kind }) => kind === 'clock_jump')
        .map(({ from, until, strength }) => (strength < 0 ? from : until)),
      advocates: new Map(plan.advocates.map(({ number, name }) => [number, name])),
      takenTexts: takenTexts(world.bundle),
      isAuditWhole: (await observer.verifyAudit()).ok,
      isQuiet: true,
      timeScale: 1,
      now: time.now(),
    }
  }
}

/** Calls after which there may be something to do, on any node; the engines tell of them in real time. */
const wakes = new Set<StoreCall['name']>([
  'acceptInbound',
  'commitTurns',
  'releaseWork',
  'finishAttempts',
  'recordReceipt',
])

const holdsUp = new Set<FaultKind>(['crash', 'freeze', 'store_down', 'clock_jump'])

/** How M_TAKEN begins in each language. */
export function takenTexts({ texts }: RunningBundle): string[] {
  return texts.languages.flatMap((language) => {
    const text = rawText(texts, language, 'messages', 'M_TAKEN')
    return text === null ? [] : [text.split(/[.{،。।]/u)[0]!.trim()]
  })
}

/** What people wrote must not stand readable in the files of the database. */
function textInTheOpen(databaseUrl: string): Violation[] {
  if (!databaseUrl.startsWith('file:')) return []
  const path = databaseUrl.slice(5)
  const folder = join(path, '..')
  return readdirSync(folder)
    .filter((name) => name.startsWith('puente.db'))
    .flatMap((name) => {
      const bytes = readFileSync(join(folder, name))
      return plantedPhrases
        .filter((phrase) => bytes.includes(phrase))
        .map((phrase) => ({
          invariant: 'I17',
          subject: name,
          at: 0,
          because: `"${phrase}" stands readable in ${name}`,
        }))
    })
}

function minutesToHuman(turns: readonly TurnRecord[]): number[] {
  const alerted = new Map<string, number>()
  const found: number[] = []
  for (const { case: own, conversation, at } of turns) {
    if (own === null || !own.isAlerted) continue
    const key = `${conversation} ${own.code}`
    if (own.status === 'open' && !alerted.has(key)) alerted.set(key, at)
    const since = alerted.get(key)
    if (own.status === 'taken' && since !== undefined) {
      found.push((at - since) / 60_000)
      alerted.set(key, Number.POSITIVE_INFINITY)
    }
  }
  return found.filter((minutes) => minutes >= 0)
}

function rotaText({ advocates, hasNightGaps }: RunPlan): string {
  const [ana, luc, marta, rosa] = advocates.map(({ name }) => name)
  const every = 'days: [mon, tue, wed, thu, fri, sat, sun]'
  const first = hasNightGaps ? 'from: "07:00", to: "19:00"' : 'from: "00:00", to: "24:00"'
  const roles = 'medical, protection, child_protection, trafficking, language, legal, general'
  const people = advocates.map(
    ({ name, number }, index) =>
      `  - { id: ${name}, name: ${name}, phone: "${number}", languages: [${index === 1 ? 'ht, ' : ''}es, en], roles: [${roles}] }`,
  )
  return `version: 1
zone: America/Matamoros
people:
${people.join('\n')}
shifts:
  - { person: ${ana}, ${every}, ${first}, line: 1 }
  - { person: ${luc}, ${every}, ${first}, line: 1 }
  - { person: ${marta}, ${every}, from: "00:00", to: "24:00", line: 2 }
coordinator: ${rosa}
`
}

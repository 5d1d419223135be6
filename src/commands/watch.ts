import { parseArgs } from 'node:util'
import type { Settings } from '../http/settings.ts'
import { commandRoad, type Road, smsRoads, urlRoad } from '../watchdog/alarm-roads.ts'
import { judgeHealth, newWatch } from '../watchdog/judge-health.ts'
import { lookAt } from '../watchdog/look.ts'
import { settingsOr } from './environment.ts'
import type { CommandIo } from './io.ts'
import { optionsOrExit } from './options.ts'

const help = `puente watch [--url URL] [--every SECONDS] [--after SECONDS] [--again MINUTES] [--once] [--try]

Looks after a running Puente from outside and wakes somebody when it is gone, stands still, takes no writes or is late. Run
it on another machine: what takes the server down should not take the watch down. Somebody is woken by every road that is set:

  PUENTE_ALARM_SMS      numbers, with commas; goes by your Twilio account directly
  PUENTE_ALARM_URL      gets {"text": "…"} by POST
  PUENTE_ALARM_COMMAND  is run, with the text as its input and in PUENTE_ALARM

A trouble is told when it has lasted for --after (60 s), again every --again (15 min) while it lasts, and once when it is
over. --once looks a single time and ends 1 when something is wrong, for cron. --try sends a test alarm by every road.

  npx puente watch --url https://puente.example.org/readyz
  npx puente watch --try
`

/** `puente watch`: the watchdog outside the process. */
export async function watch(args: string[], io: CommandIo): Promise<number> {
  const options = optionsOrExit({ command: 'watch', help, io }, () => readOptions(args))
  if (typeof options === 'number') return options
  const settings = settingsOr(io)
  if (settings === null) return 1
  const url =
    options.url ?? `http://${settings.host === '0.0.0.0' ? '127.0.0.1' : settings.host}:${settings.port}/readyz`
  const look = () => lookAt(url, { waitMs: lookWaitMs, lateSeconds: 60 })
  if (options.isOnce) {
    const problem = await look()
    io.stdout.write(`${problem ?? 'All is well.'}\n`)
    return problem === null ? 0 : 1
  }
  const roads = roadsOf(settings)
  if (roads.length === 0) {
    io.stderr.write(
      'puente watch: nobody would be woken. Set PUENTE_ALARM_SMS, PUENTE_ALARM_URL or PUENTE_ALARM_COMMAND.\n',
    )
    return 2
  }
  if (options.isTry) return (await tellAll(roads, 'Puente: this is a test of the alarm.', io)) === roads.length ? 0 : 1
  await keepLooking(look, roads, options, io)
  return 0
}

/** Until SIGINT or SIGTERM. */
async function keepLooking(
  look: () => Promise<string | null>,
  roads: Road[],
  { everyMs, afterMs, againMs }: { everyMs: number; afterMs: number; againMs: number },
  io: CommandIo,
): Promise<void> {
  let isOver = false
  let rest: () => void = () => undefined
  const end = () => {
    isOver = true
    rest()
  }
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  io.stdout.write(`Watching; ${roads.map(({ name }) => name).join(', ')} would be told.\n`)
  let watch = newWatch
  while (!isOver) {
    const judged = judgeHealth(watch, { at: Date.now(), problem: await look() }, { afterMs, againMs })
    const isTold = judged.alarm !== null && (await tellAll(roads, judged.alarm, io)) > 0
    watch = isTold ? judged.told : judged.next
    if (isOver) break
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, everyMs)
      rest = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

/** @returns how many roads worked */
async function tellAll(roads: Road[], text: string, io: CommandIo): Promise<number> {
  io.stdout.write(`${new Date().toISOString()} ${text}\n`)
  const outcomes = await Promise.allSettled(roads.map((road) => road.tell(text)))
  for (const [index, { status }] of outcomes.entries())
    if (status === 'rejected') io.stderr.write(`The alarm did not get through by ${roads[index]!.name}.\n`)
  return outcomes.filter(({ status }) => status === 'fulfilled').length
}

function roadsOf({ alarm, twilio }: Settings): Road[] {
  return [
    ...(twilio === null || twilio.smsFrom === null ? [] : smsRoads(twilio, alarm.sms)),
    ...(alarm.url === null ? [] : [urlRoad(alarm.url)]),
    ...(alarm.command === null ? [] : [commandRoad(alarm.command)]),
  ]
}

function readOptions(args: string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const { values } = parseArgs({
    args,
    options: {
      url: text,
      every: text,
      after: text,
      again: text,
      once: flag,
      try: flag,
      help: { ...flag, short: 'h' },
    },
  })
  if (values.help) return 'help'
  const { every = '20', after = '60', again = '15', url } = values
  for (const [name, value] of Object.entries({ every, after, again }))
    if (!/^[1-9]\d{0,4}$/.test(value)) return `--${name} is a whole number, 1 or more.`
  if (url !== undefined && !/^https?:/.test(URL.parse(url)?.protocol ?? ''))
    return '--url begins with http:// or https://.'
  return {
    url,
    everyMs: Number(every) * 1000,
    afterMs: Number(after) * 1000,
    againMs: Number(again) * 60_000,
    isOnce: values.once === true,
    isTry: values.try === true,
  }
}

/** Longer than a healthy answer ever takes, and shorter than anybody should wait to hear of a process that stands still. */
const lookWaitMs = 10_000

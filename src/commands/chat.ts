import { createInterface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import { readBundleFiles } from '../bundle-files.ts'
import { readRota } from '../handoff/rota.ts'
import { advocateTables, advocateWords } from '../handoff/words.ts'
import { countSegments, segmentEncoding } from '../language/count-segments.ts'
import { newPersonState, type PersonState } from '../person-state.ts'
import { personTurn } from '../person-turn.ts'
import { projectRoot } from '../project-root.ts'
import type { Work } from '../store/store.ts'
import { tellTurn } from '../story.ts'
import type { TurnWorld } from '../turn-world.ts'
import type { CaseCode, Channel, ConversationId, EventId } from '../types.ts'
import type { CommandIo } from './io.ts'
import { loadBundle } from './load-bundle.ts'

const help = `puente chat [--lang CODE] [--channel sms|whatsapp] [--at HH:MM]

A conversation in the terminal, through the real flows. Under each answer it shows what was understood, the level, who
would be paged, and the SMS segments. Nothing is stored or sent. End with Ctrl+D.

  puente chat
  puente chat --lang ht --channel whatsapp
  puente chat --at 02:30
  printf 'hola\\n1\\n2\\n2\\n' | puente chat

While chatting: "+15" lets 15 minutes pass, ":state" shows the flags.
`

/** `puente chat`: one person's conversation, with what Puente makes of it. */
export async function chat(args: string[], io: CommandIo): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return 0
  }
  const option = (name: string): string | undefined => {
    const at = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`))
    if (at < 0) return undefined
    return args[at]!.includes('=') ? args[at]!.slice(name.length + 1) : args[at + 1]
  }
  const channel = (option('--channel') ?? 'sms') as Channel
  if (channel !== 'sms' && channel !== 'whatsapp') {
    io.stderr.write('puente chat: --channel is sms or whatsapp.\n')
    return 2
  }
  const bundle = loadBundle(io)
  if (bundle === null) return 1
  const files = readBundleFiles(projectRoot)
  const { rota } = readRota(files['dialogs/demonstration/rota.yaml']!, {
    roles: bundle.dialogs.roles.roles.map(({ id }) => id),
    languages: bundle.dialogs.languages.map(({ id }) => id),
  })
  let clock = startAt(option('--at'))
  let state: PersonState = newPersonState(bundle, channel)
  const language = option('--lang')
  if (language !== undefined) state = { ...state, dialog: { ...state.dialog, language } }
  let count = 0
  const world = (): TurnWorld => ({
    bundle,
    rota: rota!,
    words: advocateWords(advocateTables(files)),
    now: clock,
    timeScale: 1,
    isDemonstration: true,
    isSurge: false,
    pageWays: ['sms'],
    unreachable: [],
    drawCode: () => 'K7QF' as CaseCode,
    drawIndex: () => 0,
    isCaseCode: async () => false,
    tryCaseWord: async () => ({ kind: 'wrong', isLast: false }),
    // Here nothing leaves the terminal, so no adapter is needed around a turn.
    runTurn: async (_, logic) => {
      const said: string[] = []
      await logic(async (texts) => {
        said.push(...texts)
      })
      return said
    },
  })
  const turn = async (text: string | null): Promise<void> => {
    const work: Work = {
      id: 'chat' as ConversationId,
      kind: 'person',
      advocate: null,
      version: count,
      state: count === 0 && language === undefined ? null : state,
      lease: '',
      dueAt: null,
      address: { channel, value: '+15550200001' },
      failures: 0,
      events:
        text === null
          ? []
          : [
              {
                kind: 'message',
                id: `c${count}` as EventId,
                at: clock,
                from: { channel, value: '' },
                to: { channel, value: '+15550109999' },
                text,
                media: [],
              },
            ],
    }
    const commit = await personTurn(work, world())
    for (const line of tellTurn(bundle, rota!, work, commit, clock)) io.stdout.write(`    · ${line.text}\n`)
    for (const message of commit.send) {
      if ('advocate' in message.to) io.stdout.write(`    → ${message.to.advocate}: ${message.text}\n`)
      else {
        const segments = countSegments(message.text)
        const size =
          channel === 'sms'
            ? `  [${segments} segment${segments === 1 ? '' : 's'}, ${segmentEncoding(message.text)}]`
            : ''
        io.stdout.write(`puente: ${message.text}${size}\n`)
      }
    }
    state = commit.state as PersonState
    count += 1
  }
  const isTerminal = 'isTTY' in io.stdin && io.stdin.isTTY === true
  const lines = createInterface({
    input: io.stdin as Readable,
    output: isTerminal ? (io.stdout as Writable) : undefined,
  })
  if (isTerminal) io.stdout.write('Write as the person would. "+15" lets 15 minutes pass, Ctrl+D ends.\n')
  lines.setPrompt('you: ')
  if (isTerminal) lines.prompt()
  for await (const line of lines) {
    if (!isTerminal) io.stdout.write(`you: ${line}\n`)
    clock += 20_000
    const pause = /^\+(\d{1,5})$/.exec(line.trim())
    if (pause) {
      for (let minute = 0; minute < Number(pause[1]); minute++) {
        clock += 60_000
        await turn(null)
      }
    } else if (line.trim() === ':state') {
      const { level, flags, roles, answers } = state.dialog
      io.stdout.write(`    ${JSON.stringify({ level, flags: Object.keys(flags), roles, answers })}\n`)
    } else await turn(line)
    if (isTerminal) lines.prompt()
  }
  return 0
}

function startAt(time: string | undefined): number {
  const now = new Date()
  const match = time === undefined ? null : /^(\d{1,2}):(\d{2})$/.exec(time)
  if (match) now.setHours(Number(match[1]), Number(match[2]), 0, 0)
  return now.getTime()
}

import type { CommandIo } from './commands/io.ts'

type Command = (args: string[], io: CommandIo) => Promise<number>

/** Commands are loaded late: most need neither the server nor the model. */
const commands: Record<string, { does: string; load: () => Promise<Command> }> = {
  start: {
    does: 'server, worker and pages; without Twilio settings it runs on simulated phones',
    load: async () => (await import('./commands/start.ts')).start,
  },
  chat: {
    does: 'a conversation in the terminal',
    load: async () => (await import('./commands/chat.ts')).chat,
  },
  check: {
    does: 'the publish gate on dialogs/ and locales/',
    load: async () => (await import('./commands/check.ts')).check,
  },
  publish: {
    does: 'puts dialogs/ and locales/ into use if the gate lets them through; list, diff, restore',
    load: async () => (await import('./commands/publish.ts')).publish,
  },
  pull: {
    does: 'writes what is in use into a folder',
    load: async () => (await import('./commands/pull.ts')).pull,
  },
  export: {
    does: 'writes questions, rules and words as a spreadsheet',
    load: async () => (await import('./commands/export.ts')).exportSheets,
  },
  import: {
    does: 'takes the changes of a spreadsheet back, if the gate lets them through',
    load: async () => (await import('./commands/import.ts')).importSheets,
  },
  migrate: {
    does: 'brings files of an older version up to this one',
    load: async () => (await import('./commands/migrate.ts')).migrate,
  },
  schema: {
    does: 'writes JSON Schemas, so that editors help with the files',
    load: async () => (await import('./commands/schema.ts')).schema,
  },
  promises: {
    does: 'what the gate holds every edit to, and who accepted a change of it',
    load: async () => (await import('./commands/promises.ts')).promises,
  },
  review: {
    does: 'how far each language has come: reviewed by a speaker, read back into English',
    load: async () => (await import('./commands/review.ts')).review,
  },
  vignettes: {
    does: 'plays structured cases through the real flows',
    load: async () => (await import('./commands/vignettes.ts')).vignettes,
  },
  detect: {
    does: 'the language of short texts, one JSON string a line',
    load: async () => (await import('./commands/detect.ts')).detect,
  },
  redflags: {
    does: 'danger in free text, JSON lines in and out',
    load: async () => (await import('./commands/redflags.ts')).redflags,
  },
  rota: {
    does: 'who is on call: import a rota file, show who is on now',
    load: async () => (await import('./commands/rota.ts')).rota,
  },
  evidence: {
    does: 'a sealed record of what a person reported, for a lawyer, if they agreed; verify',
    load: async () => (await import('./commands/evidence.ts')).evidence,
  },
  cases: {
    does: 'open cases, without what was said',
    load: async () => (await import('./commands/cases.ts')).cases,
  },
  watch: {
    does: 'looks after a running Puente from outside, and wakes somebody',
    load: async () => (await import('./commands/watch.ts')).watch,
  },
  doctor: {
    does: 'looks over the installation, and says what to do about each finding',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  backup: {
    does: 'writes everything to one file that a passphrase opens, while the server runs',
    load: async () => (await import('./commands/backup.ts')).backup,
  },
  restore: {
    does: 'fills an empty database from a back-up; sending is held until "resume-sending"',
    load: async () => (await import('./commands/restore.ts')).restore,
  },
  'resume-sending': {
    does: 'says what would go out, and releases it',
    load: async () => (await import('./commands/resume-sending.ts')).resumeSending,
  },
  purge: {
    does: 'erases what is old; says first what would go, and asks',
    load: async () => (await import('./commands/purge.ts')).purge,
  },
  keys: {
    does: 'makes a new key and forgets the old one',
    load: async () => (await import('./commands/keys.ts')).keys,
  },
  simulate: {
    does: 'the whole system on a virtual clock, with faults, from a seed',
    load: async () => (await import('./commands/simulate.ts')).simulate,
  },
}

/**
 * The `puente` command.
 *
 * @returns the exit code: 0 done, 1 the answer is no, 2 the call was wrong
 */
export async function runCommand(args: string[], io: CommandIo): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.stdout.write(help())
    return name === undefined ? 2 : 0
  }
  const command = commands[name]
  if (!command) {
    const near = Object.keys(commands).find((known) => known.startsWith(name.slice(0, 3)))
    const hint = near ? ` Did you mean "puente ${near}"?` : ''
    io.stderr.write(`puente: there is no command "${name}".${hint} "puente --help" lists them.\n`)
    return 2
  }
  const run = await command.load()
  return run(rest, io)
}

function help(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length))
  const lines = Object.entries(commands).map(([name, { does }]) => `  ${name.padEnd(width)}  ${does}`)
  return `puente COMMAND [options]

A person in danger texts from any phone, in any language, and reaches a human who can help.

${lines.join('\n')}

"puente COMMAND --help" says more, with examples.

  npx puente start
  npx puente chat --lang ht
  npx puente rota import my-rota.yaml
`
}

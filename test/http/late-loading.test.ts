import { execFileSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'

/** Which packages a fresh process has loaded after importing these files of src/. */
function loadedBy(...files: string[]): Set<string> {
  const script = `
    import { createRequire } from 'node:module'
    for (const file of ${JSON.stringify(files)}) await import(file)
    const loaded = Object.keys(createRequire(import.meta.url).cache)
    console.log(JSON.stringify(loaded.flatMap((path) => path.match(/node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//)?.[1] ?? [])))`
  const urls = files.map((file) => new URL(`../../src/${file}`, import.meta.url).href)
  const output = execFileSync(
    process.execPath,
    ['--input-type=module', '-e', script.replace(JSON.stringify(files), JSON.stringify(urls))],
    {
      encoding: 'utf8',
    },
  )
  return new Set(JSON.parse(output) as string[])
}

describe('what takes long to load is loaded when it is needed', () => {
  test('the server starts without botbuilder and without the client of Twilio', () => {
    const loaded = loadedBy(
      'http/app.ts',
      'http/chat-messages.ts',
      'http/settings.ts',
      'channels/bot-adapters/late-chat-channel.ts',
      'channels/outbox-sender.ts',
    )
    expect([...loaded].filter((name) => /botbuilder|botframework|axios/.test(name))).toEqual([])
  })

  test('the client of Twilio comes with its sender, botbuilder with its adapters', () => {
    expect(loadedBy('channels/twilio/send.ts')).toContain('axios')
    expect(loadedBy('channels/bot-adapters/twilio-adapter.ts')).toContain('botbuilder')
  })
})

import { spawn } from 'node:child_process'
import { createTwilioClient } from '../channels/twilio/send.ts'
import type { TwilioSettings } from '../channels/twilio/twilio-settings.ts'

/** A way to wake somebody that does not go through the server that is watched; rejects when it did not work. */
export interface Road {
  /** For the terminal; holds no number and no address. */
  name: string
  tell(text: string): Promise<void>
}

export function smsRoads(twilio: TwilioSettings, numbers: string[]): Road[] {
  const client = createTwilioClient(twilio)
  return numbers.map((to, index) => ({
    name: `SMS ${index + 1}`,
    tell: async (body) => void (await client.messages.create({ to, from: twilio.smsFrom!, body, validityPeriod: 900 })),
  }))
}

/** Posts `{"text": …}`, which most chat and paging services take. */
export function urlRoad(url: string): Road {
  return {
    name: 'URL',
    async tell(text) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text }),
        signal: AbortSignal.timeout(waitMs),
      })
      if (!response.ok) throw new Error(`The URL of the alarm answered ${response.status}.`)
    },
  }
}

/** Runs a command of the operator's; the text is its standard input and `PUENTE_ALARM`. */
export function commandRoad(command: string): Road {
  return {
    name: 'command',
    tell: (text) =>
      new Promise((resolve, reject) => {
        const child = spawn(command, {
          shell: true,
          env: { ...process.env, PUENTE_ALARM: text },
          stdio: ['pipe', 'ignore', 'ignore'],
          timeout: waitMs,
        })
        child.once('error', reject)
        child.once('exit', (code) =>
          code === 0 ? resolve() : reject(new Error(`The command of the alarm ended with ${code ?? 'a signal'}.`)),
        )
        // A command that reads nothing is no failure.
        child.stdin.once('error', () => undefined)
        child.stdin.end(`${text}\n`)
      }),
  }
}

const waitMs = 20_000

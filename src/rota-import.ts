import type { RunningBundle } from './flow/assemble-flow.ts'
import { readRota } from './handoff/rota.ts'
import type { Problem } from './problem.ts'
import type { Store } from './store/store.ts'

/**
 * Replaces the whole rota with a file's; its numbers count as verified. A file with a problem changes nothing.
 *
 * @param ownNumbers - from which the installation writes, as E.164
 * @returns the version of the rota now in force, or null when it was refused
 */
export async function importRota(
  store: Store,
  bundle: RunningBundle,
  text: string,
  now: number,
  ownNumbers: readonly string[] = [],
): Promise<{ version: number | null; problems: Problem[]; warnings: Problem[] }> {
  const { dialogs } = bundle
  const { rota, problems, warnings } = readRota(text, {
    roles: dialogs.roles.roles.map(({ id }) => id),
    languages: dialogs.languages.map(({ id }) => id),
    ownNumbers,
  })
  if (rota === null) return { version: null, problems, warnings }
  // Whoever is in the rota is known on every channel, whichever they are paged on: they may answer from any, and who rings
  // in is no person in need.
  const addresses = rota.people.map((person) => ({
    advocate: person.id,
    addresses: (['sms', 'whatsapp', 'voice'] as const).map((channel) => ({ channel, value: person.phone })),
  }))
  const version = await store.replaceRota(rota, addresses, now)
  // What somebody holds who is no longer in it must not wait for the next step of its chain.
  await store.hastenCases(now)
  return { version, problems, warnings }
}

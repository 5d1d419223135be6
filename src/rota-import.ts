import type { RunningBundle } from './flow/assemble-flow.ts'
import { isAwaitingCode, keepConfirmed } from './handoff/confirm-number.ts'
import { type Rota, readRota } from './handoff/rota.ts'
import type { Problem } from './problem.ts'
import type { Store } from './store/store.ts'
import type { AdvocateId } from './types.ts'

/**
 * Replaces the whole rota with a file's; its numbers count as verified, but for those that the file wants confirmed by a
 * code. A file with a problem changes nothing.
 *
 * @param ownNumbers - from which the installation writes, as E.164
 * @returns the version of the rota now in force, or null when it was refused; `awaiting`: who gets a code by text now
 */
export async function importRota(
  store: Store,
  bundle: RunningBundle,
  text: string,
  now: number,
  ownNumbers: readonly string[] = [],
): Promise<{ version: number | null; problems: Problem[]; warnings: Problem[]; awaiting: AdvocateId[] }> {
  const { dialogs } = bundle
  const {
    rota: read,
    problems,
    warnings,
  } = readRota(text, {
    roles: dialogs.roles.roles.map(({ id }) => id),
    languages: dialogs.languages.map(({ id }) => id),
    ownNumbers,
  })
  if (read === null) return { version: null, problems, warnings, awaiting: [] }
  const rota = keepConfirmed(read, (await store.readDocument<Rota>('rota'))?.body ?? null)
  // Whoever is in the rota is known on every channel, whichever they are paged on: they may answer from any, and who rings
  // in is no person in need.
  const addresses = rota.people.map((person) => ({
    advocate: person.id,
    addresses: (['sms', 'whatsapp', 'voice'] as const).map((channel) => ({ channel, value: person.phone })),
  }))
  const version = await store.replaceRota(rota, addresses, now)
  // What somebody holds who is no longer in it must not wait for the next step of its chain.
  await store.hastenCases(now)
  return { version, problems, warnings, awaiting: rota.people.filter(isAwaitingCode).map(({ id }) => id) }
}

import { parse } from 'yaml'
import { readYaml } from '../../handoff/read-yaml.ts'
import type { Problem } from '../../problem.ts'
import { acceptedSchema } from '../promises/promises-schema.ts'
import type { BundleFiles } from '../read-bundle.ts'
import type { Subject } from './subject.ts'

export const PROMISES = 'dialogs/promises.yaml'
export const ACCEPTED = 'dialogs/promises-accepted.yaml'

/** The promises are as a named person accepted them: to weaken one is a decision, and not an edit. */
export function checkAccepted(subject: Subject, fingerprint: (text: string) => string): Problem[] {
  const text = subject.files[ACCEPTED]
  const howTo = 'Whoever answers for it runs: puente promises accept --by NAME --why REASON'
  if (text === undefined) {
    const message = `Nobody has accepted the promises as they stand.\n${howTo}`
    return [{ code: 'promises/not-accepted', source: ACCEPTED, line: 1, column: 1, message }]
  }
  const { value, problems } = readYaml(text, acceptedSchema, 'promises')
  if (value === null) return problems.map((problem) => ({ ...problem, source: ACCEPTED }))
  if (value.fingerprint === fingerprint(canonical(subject.files))) return []
  const message =
    `dialogs/promises.yaml is not what ${value.accepted_by} accepted on ${value.accepted_on}.\n` +
    `A promise that was taken away or made weaker would let a person in danger wait. ${howTo}`
  return [subject.point(ACCEPTED, ['fingerprint'], 'promises/not-accepted', message)]
}

/** The promises without comments and layout, so that only their meaning is accepted. */
export const canonical = (files: BundleFiles): string => JSON.stringify(parse(files[PROMISES] ?? '') ?? null)

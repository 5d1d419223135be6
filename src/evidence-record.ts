import { type RecordContent, recordContent } from './evidence/record-content.ts'
import { recordPdf, toldActions } from './evidence/record-pdf.ts'
import { fingerprintOf, newSealKey, type Seal, type SealKey, sealFile } from './evidence/seal.ts'
import type { RunningBundle } from './flow/assemble-flow.ts'
import { hideNumbers } from './handoff/relay.ts'
import type { RecordConsent } from './person/request-record.ts'
import type { PersonState } from './person-state.ts'
import type { Store } from './store/store.ts'
import type { CaseCode } from './types.ts'

/** What it takes to make a record. */
export interface RecordWorld {
  store: Store
  bundleOf(id: string | null): Promise<RunningBundle>
  /** In which the pages show times. */
  zone: string
  now: number
  isDemonstration: boolean
  /** Who makes it; stands in the audit. */
  by: string
}

/** `no_case`: no such code. `not_asked`, `not_answered`, `refused`: the person has not agreed. */
export type RecordOutcome =
  | { kind: 'made'; file: Buffer; seal: Seal; content: RecordContent }
  | { kind: 'no_case' | 'not_asked' | 'not_answered' | 'refused' }

/**
 * Makes the sealed record of one case, if the person has agreed, and writes into the audit that it was made, with the
 * digest, so that the date does not rest on the file alone.
 */
export async function makeRecord(world: RecordWorld, code: CaseCode): Promise<RecordOutcome> {
  const { store, now } = world
  const found = await store.findCase(code)
  const stored = found && (await store.readConversation(found.conversation))
  const state = stored?.state as PersonState | null | undefined
  if (!found || !state || state.code !== code) return { kind: 'no_case' }
  const consent = state.recordConsent ?? null
  const missing = whyNot(consent)
  if (missing !== null) return { kind: missing }
  const { flow, texts, dialogs } = await world.bundleOf(state.dialog.bundle)
  const thread = await store.readThread(found.conversation)
  const content = recordContent({
    flow,
    texts,
    grounds: dialogs.grounds,
    dialog: state.dialog,
    code,
    consent: { at: consent!.answer!.at, way: consent!.way },
    // Earlier cases of the same person are no part of this one.
    written: thread
      .filter(({ direction }) => direction === 'in')
      .slice(-state.dialog.messages)
      .map(({ at, text, address }) => ({ at, text: hideNumbers(text, [address.value]) })),
    handled: await handledIn(store, code),
    zone: world.zone,
    now,
    isDemonstration: world.isDemonstration,
  })
  const key = await sealKey(store, now)
  const { sealed, seal } = sealFile(await recordPdf(content, fingerprintOf(key)), key)
  await store.addAudit([{ at: now, actor: world.by, action: 'record_made', subject: `${code} ${seal.digest}` }])
  return { kind: 'made', file: sealed, seal, content }
}

function whyNot(consent: RecordConsent | null): 'not_asked' | 'not_answered' | 'refused' | null {
  if (consent === null) return 'not_asked'
  if (consent.answer === null) return 'not_answered'
  return consent.answer.isYes ? null : 'refused'
}

/** Made when it is first needed; it goes into back-ups with everything else. */
export async function sealKey(store: Pick<Store, 'readDocument' | 'writeDocument'>, now: number): Promise<SealKey> {
  const known = await store.readDocument<SealKey>('seal_key')
  if (known !== null) return known.body
  const key = newSealKey()
  await store.writeDocument('seal_key', key, now)
  return key
}

/** Whether the audit says that a record with this digest was made here, and when. */
export async function madeHereAt(store: Pick<Store, 'readAudit'>, digest: string): Promise<number | null> {
  for await (const { at, action, subject } of auditRows(store))
    if (action === 'record_made' && subject.endsWith(` ${digest}`)) return at
  return null
}

async function handledIn(store: Store, code: CaseCode): Promise<RecordContent['handled']> {
  const handled: RecordContent['handled'] = []
  for await (const { at, action, subject } of auditRows(store))
    if ((subject === code || subject.startsWith(`${code} `)) && toldActions.has(action)) handled.push({ at, action })
  return handled
}

async function* auditRows(store: Pick<Store, 'readAudit'>) {
  for (let after = 0; ; ) {
    const rows = await store.readAudit(after, 10_000)
    if (rows.length === 0) return
    yield* rows
    after = rows.at(-1)!.seq
  }
}

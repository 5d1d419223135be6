import type { StoreHealth } from './store/store.ts'

/** What was looked at in an installation. null: could not be, or does not apply. */
export interface Observed {
  /** Permission bits of the key file, such as 0o600. */
  keyFileMode: number | null
  freeBytes: number | null
  health: StoreHealth | null
  isAuditWhole: boolean | null
  isSendingPaused: boolean
  /** Messages erased here that Twilio would not erase. */
  notErasable: number
  hasRota: boolean
  /** Hours of the coming two weeks in which a role that somebody has is on no shift, by role. */
  gapHours: Record<string, number>
  /** Ids of people of the rota whose code has not come back yet. */
  awaitingCode: string[]
  /** Languages that no native speaker has read all of. */
  unreviewed: string[]
  /** When `puente backup` last wrote one. */
  backedUpAt: number | null
  isBundlePublished: boolean
  twilio: 'ok' | 'inactive' | 'refused' | 'unreachable' | 'simulated'
  /** What an unsigned post to our own webhook at PUBLIC_URL was answered. */
  webhookStatus: number | null
  /** Where Twilio posts the texts that come to our number. */
  number: { isOurs: boolean; triesAgain: boolean; fallback: 'none' | 'ours' | 'other' } | null
  /** What an unsigned post to PUENTE_FALLBACK_URL was answered; null when it is not set. */
  fallback: number | 'nobody' | null
  /** By how much our clock is ahead of the one that answered. */
  clockAheadMs: number | null
}

export interface Finding {
  /** A `problem` can leave somebody without a human. */
  severity: 'problem' | 'warning'
  message: string
  todo: string
}

/** What is wrong with an installation, and what to do about each. */
export function findProblems(seen: Observed, now: number): Finding[] {
  const found: Finding[] = []
  const add = (severity: Finding['severity'], message: string, todo: string) => found.push({ severity, message, todo })

  if (seen.keyFileMode !== null && (seen.keyFileMode & 0o077) !== 0)
    add(
      'problem',
      'Other users of this machine can read the key file.',
      'chmod 600 on the key file; then npx puente keys rotate',
    )
  if (seen.freeBytes !== null && seen.freeBytes < freeBytesMin)
    add(
      'problem',
      `Only ${Math.floor(seen.freeBytes / 1e6)} MB are free where the data is.`,
      'Make room: on a full disk nothing can be stored.',
    )
  const { health } = seen
  if (health !== null) {
    const waits = health.inboxOldestAt === null ? 0 : now - health.inboxOldestAt
    if (!health.ok) add('problem', 'The database takes no writes.', 'Look at the disk and at the log of the server.')
    if (Math.max(waits, health.dueLateMs) > lateMs)
      add(
        'problem',
        'Messages or escalations wait for more than a minute: no worker runs.',
        'npm start, or look at its log',
      )
    if (health.parked > 0)
      add(
        'problem',
        `${health.parked} events were given up after three tries.`,
        'Look at the log for "turn_failed", and write to those people.',
      )
  }
  if (seen.isAuditWhole === false)
    add('problem', 'The audit was changed past Puente.', 'Find out who had access to the database.')
  if (seen.isSendingPaused) add('problem', 'Sending is held: nobody is paged.', 'npx puente resume-sending')
  if (seen.notErasable > 0)
    add(
      'warning',
      `${seen.notErasable} messages were erased here, and Twilio would not erase its copy.`,
      'npx puente purge lists their ids; delete them in the Twilio console, under Monitor, Logs.',
    )
  if (!seen.hasRota)
    add('problem', 'There is no rota, so nobody would be paged.', 'npx puente rota import my-rota.yaml')
  for (const [role, hours] of Object.entries(seen.gapHours))
    add(
      'warning',
      `The role "${role}" is on no shift for ${Math.round(hours)} hours of the coming two weeks.`,
      'Add shifts and import the rota again; until then the coordinator is paged.',
    )
  if (seen.awaitingCode.length > 0)
    add(
      'warning',
      `Not paged, since their code has not come back: ${seen.awaitingCode.join(', ')}.`,
      'Ask them to send it; importing the rota again sends a new one.',
    )
  if (seen.unreviewed.length > 0)
    add(
      'warning',
      `People are answered in languages that no native speaker has read all of: ${seen.unreviewed.join(', ')}.`,
      'Have them read and mark what is right; docs/translating.md says how.',
    )
  const backUpAgeHours = seen.backedUpAt === null ? null : (now - seen.backedUpAt) / 3_600_000
  if (backUpAgeHours === null || backUpAgeHours > backUpHours)
    add(
      'warning',
      backUpAgeHours === null
        ? 'No back-up was ever made with puente backup.'
        : `The last back-up is ${Math.floor(backUpAgeHours)} hours old.`,
      'npx puente backup every day; docs/backup.md says where to keep what.',
    )
  if (!seen.isBundlePublished)
    add(
      'warning',
      'The dialogs in use are those of the folder, never published.',
      'npx puente publish --by NAME --why REASON',
    )
  if (seen.twilio === 'refused')
    add(
      'problem',
      'Twilio refuses the account and token.',
      'Copy TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN again from the Twilio console.',
    )
  if (seen.twilio === 'inactive')
    add('problem', 'The Twilio account is suspended or closed.', 'Sign in at console.twilio.com and see why.')
  if (seen.twilio === 'unreachable')
    add('problem', 'Twilio cannot be reached from here.', 'Look at the network and at TWILIO_API_BASE_URL.')
  // Our own server refuses what is not signed: that answer shows that a webhook arrives.
  if (seen.twilio !== 'simulated' && seen.webhookStatus !== 403)
    add(
      'problem',
      seen.webhookStatus === null
        ? 'Nobody answers at PUBLIC_URL.'
        : `At PUBLIC_URL something else answers (${seen.webhookStatus}).`,
      'Start Puente, and let the proxy forward /hooks/twilio/ to it.',
    )
  if (seen.number !== null && !seen.number.isOurs)
    add(
      'warning',
      'Twilio posts texts that come to the number somewhere else.',
      'In the Twilio console, at the number: "A message comes in", PUBLIC_URL and /hooks/twilio/message. With a messaging service set it there.',
    )
  if (seen.number?.isOurs && !seen.number.triesAgain)
    add(
      'warning',
      'Twilio does not try again when a text could not be stored.',
      'Put #rc=5&rp=all behind the address at the number in the Twilio console.',
    )
  if (seen.number !== null && seen.number.fallback !== 'ours')
    add(
      'warning',
      seen.number.fallback === 'none'
        ? 'Twilio has no second address for texts when the first fails.'
        : 'The second address of the number at Twilio is not PUENTE_FALLBACK_URL, so what comes there is refused.',
      'Set PUENTE_FALLBACK_URL, and the same at "Primary handler fails"; docs/watching.md says how.',
    )
  if (seen.fallback !== null && seen.fallback !== 403)
    add(
      'problem',
      seen.fallback === 'nobody'
        ? 'Nobody answers at PUENTE_FALLBACK_URL.'
        : `At PUENTE_FALLBACK_URL something else answers (${seen.fallback}).`,
      'Start the other node, and let its proxy forward /hooks/twilio/ to it.',
    )
  if (seen.clockAheadMs !== null && Math.abs(seen.clockAheadMs) > clockMs)
    add(
      'problem',
      `The clock of this machine is ${Math.round(Math.abs(seen.clockAheadMs) / 1000)} s ${seen.clockAheadMs > 0 ? 'ahead' : 'behind'}.`,
      'Switch time synchronisation on: pages go out by this clock.',
    )
  return found
}

const freeBytesMin = 500e6
/** A day, and two hours for a clock change and a slow disk. */
const backUpHours = 26
const lateMs = 60_000
/** A Date header has whole seconds, and the answer took its time. */
const clockMs = 5_000

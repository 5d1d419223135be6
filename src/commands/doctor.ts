import { existsSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readBundleOnce } from '../bundle-cache.ts'
import { readBundleFiles } from '../bundle-files.ts'
import type { NumberAddresses } from '../channels/twilio/check-number.ts'
import type { TwilioSettings } from '../channels/twilio/twilio-settings.ts'
import { isAwaitingCode } from '../handoff/confirm-number.ts'
import { findGaps } from '../handoff/on-call.ts'
import type { Rota } from '../handoff/rota.ts'
import type { Settings } from '../http/settings.ts'
import { findProblems, type Observed } from '../installation-findings.ts'
import { reviewSchema } from '../language/locale-schema.ts'
import { countReviewStates } from '../language/review-state.ts'
import { projectRoot } from '../project-root.ts'
import { listBundles } from '../published-bundles.ts'
import { settingsOr } from './environment.ts'
import type { CommandIo } from './io.ts'
import { withStore } from './with-store.ts'

const help = `puente doctor

Looks over the installation: settings, key file, disk, database, audit, worker, rota, dialogs, languages that nobody has
reviewed, age of the last back-up, Twilio account and number, webhook and fallback address, and clock. Each finding says what to do. Changes nothing and sends nothing. Exit code 1 when something can leave
a person without a human.

  npx puente doctor
`

/** `puente doctor`: what is wrong with the installation, and what to do about it. */
export async function doctor(args: string[], io: CommandIo): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(help)
    return 0
  }
  const settings = settingsOr(io)
  if (settings === null) return 1
  return withStore(io, async (store) => {
    const now = Date.now()
    const rota = (await store.readDocument<Rota>('rota'))?.body ?? null
    const seen: Observed = {
      keyFileMode: existsSync(settings.keyFile) ? statSync(settings.keyFile).mode & 0o777 : null,
      freeBytes: freeBytes(settings.dataDir),
      health: await store.health(now),
      isAuditWhole: (await store.verifyAudit()).ok,
      isSendingPaused: await store.isSendingPaused(),
      notErasable: (await store.figures(now)).providerErasures.givenUp,
      hasRota: rota !== null,
      awaitingCode: rota?.people.filter(isAwaitingCode).map(({ id }) => id) ?? [],
      gapHours: rota === null ? {} : gapHours(rota, now),
      unreviewed: unreviewedLanguages(),
      backedUpAt: (await store.figures(now)).backedUpAt,
      isBundlePublished: (await listBundles(store)).length > 0,
      ...(await lookOutside(settings)),
    }
    const found = findProblems(seen, now)
    for (const { severity, message, todo } of found) io.stdout.write(`${severity}: ${message}\n  ${todo}\n`)
    const problems = found.filter(({ severity }) => severity === 'problem').length
    io.stdout.write(
      found.length === 0 ? 'All is well.\n' : `Problems: ${problems}, warnings: ${found.length - problems}.\n`,
    )
    return problems > 0 ? 1 : 0
  })
}

/** Languages in which people are answered though no native speaker has read all of it. */
function unreviewedLanguages(root = projectRoot): string[] {
  const { parts } = readBundleOnce(root, readBundleFiles(root))
  if (parts === null) return []
  return Object.entries(parts.locales).flatMap(([language, texts]) => {
    const file = join(root, 'locales', language, 'review.json')
    const review = existsSync(file) ? reviewSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))) : null
    if (!review?.success) return [language]
    const { draft, stale, missing } = countReviewStates(parts.locales.en ?? {}, texts, review.data)
    return draft + stale + missing > 0 ? [language] : []
  })
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

function gapHours(rota: Rota, now: number): Record<string, number> {
  const roles = [...new Set(rota.people.flatMap((person) => person.roles))]
  // Whichever line: the second is paged at once when the first is empty.
  const onOneLine = { ...rota, shifts: rota.shifts.map((shift) => ({ ...shift, line: 1 as const })) }
  const hours: Record<string, number> = {}
  for (const { name, startAt, endAt } of findGaps(onOneLine, { roles, languages: [] }, { from: now, days: 14 }))
    hours[name] = (hours[name] ?? 0) + (endAt - startAt) / 3_600_000
  return hours
}

async function lookOutside({
  twilio,
}: Settings): Promise<Pick<Observed, 'twilio' | 'webhookStatus' | 'clockAheadMs' | 'number' | 'fallback'>> {
  if (twilio === null)
    return { twilio: 'simulated', webhookStatus: null, clockAheadMs: null, number: null, fallback: null }
  const { checkAccount } = await import('../channels/twilio/check-account.ts')
  const { checkNumber } = await import('../channels/twilio/check-number.ts')
  const [account, addresses, answer, fallback, provider] = await Promise.all([
    checkAccount(twilio),
    checkNumber(twilio),
    ask(`${twilio.publicUrl}/hooks/twilio/message`, 'POST'),
    twilio.fallbackUrl == null ? null : ask(`${twilio.fallbackUrl}/hooks/twilio/message`, 'POST'),
    ask(twilio.apiBaseUrl, 'HEAD'),
  ])
  // The provider's clock, not that of our own server behind PUBLIC_URL.
  const date = Date.parse(provider?.headers.get('date') ?? '')
  return {
    twilio: account,
    webhookStatus: answer?.status ?? null,
    number: addresses === null ? null : numberOf(addresses, twilio),
    fallback: twilio.fallbackUrl == null ? null : (fallback?.status ?? 'nobody'),
    clockAheadMs: Number.isNaN(date) ? null : Date.now() - date,
  }
}

/** Whether Twilio posts where we listen; the part after # is for Twilio alone. */
function numberOf(
  { message, fallback }: NumberAddresses,
  { publicUrl, fallbackUrl }: TwilioSettings,
): Observed['number'] {
  const [address, options = ''] = message.split('#')
  return {
    isOurs: address === `${publicUrl}/hooks/twilio/message`,
    triesAgain: /(?:^|&)rp=(?:all|[^&]*5xx)/.test(options),
    fallback:
      fallback === ''
        ? 'none'
        : fallback.split('#')[0] === `${fallbackUrl ?? publicUrl}/hooks/twilio/message`
          ? 'ours'
          : 'other',
  }
}

const ask = (url: string, method: string): Promise<Response | null> =>
  fetch(url, { method, redirect: 'manual', signal: AbortSignal.timeout(10_000) }).catch(() => null)

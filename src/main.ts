import { randomInt } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { readBundleOnce } from './bundle-cache.ts'
import { readBundleFiles } from './bundle-files.ts'
import { lateChatChannel } from './channels/bot-adapters/late-chat-channel.ts'
import { lateTurnRunner } from './channels/bot-adapters/run-turn.ts'
import { createOutboxSender } from './channels/outbox-sender.ts'
import type { Send, Senders } from './channels/sender.ts'
import { libreTranslate } from './channels/translation/libre-translate.ts'
import type { TwilioSettings } from './channels/twilio/twilio-settings.ts'
import { createClock, followDatabaseClock } from './clock.ts'
import { callLookUp } from './connect-call.ts'
import { readLikenessModel } from './danger-files.ts'
import { assembleFlow, type RunningBundle } from './flow/assemble-flow.ts'
import type { BundleFiles } from './flow/read-bundle.ts'
import { pageGatherer } from './gather-pages.ts'
import type { Shell } from './handle-incoming.ts'
import type { Rota, RotaChannel } from './handoff/rota.ts'
import { advocateTables, advocateWords } from './handoff/words.ts'
import { createApp } from './http/app.ts'
import { chatMessages } from './http/chat-messages.ts'
import type { Log } from './http/log.ts'
import { metricsRoutes } from './http/metrics-routes.ts'
import { type RunningServer, serve } from './http/serve.ts'
import { databaseUrlOf, type Settings } from './http/settings.ts'
import { rawText } from './language/texts.ts'
import { readLanguageModel } from './language-files.ts'
import { createMeters, measure } from './metrics.ts'
import { renderProblem } from './problem.ts'
import { importRota } from './rota-import.ts'
import { runRetention } from './run-retention.ts'
import { runningBundles } from './running-bundles.ts'
import { openStore } from './store/open-store.ts'
import type { Store } from './store/store.ts'
import { realTimers } from './timers.ts'
import { startProviderErasure, startReadBack } from './twilio-chores.ts'
import { warmUp } from './warm-up.ts'
import { runWorker } from './worker.ts'

/** A sentence for whoever starts the server; the start is refused. */
export class StartRefused extends Error {
  override name = 'StartRefused'
}

/** What a process does: `web` takes in what comes, `worker` answers, pages and sends. */
export type Role = 'web' | 'worker'

export interface Puente {
  store: Store
  server: RunningServer
  /** The key file was made by this start. */
  isKeyFileNew: boolean
  hasRota: boolean
  close(): Promise<void>
}

/**
 * Puts the parts together and starts them: store, flows, senders, worker, server.
 *
 * @param options.root - the folder that holds dialogs/ and locales/
 * @param options.roles - both, unless several processes share the work on one PostgreSQL
 * @throws StartRefused, and the store's refusals about its key file, each with a sentence to act on
 */
export async function startPuente(options: {
  settings: Settings
  root: string
  log: Log
  roles?: Role[]
}): Promise<Puente> {
  const { settings, root, roles = ['web', 'worker'] } = options
  const isWeb = roles.includes('web')
  const isWorker = roles.includes('worker')
  const meters = createMeters()
  const log = meters.counted(options.log)
  const isSimulated = settings.twilio === null
  if (!(isWeb && isWorker)) refuseSplit(settings)
  const clock = createClock()
  const now = clock.now
  mkdirSync(settings.dataDir, { recursive: true })
  mkdirSync(dirname(settings.keyFile), { recursive: true })
  if (settings.database.kind === 'sqlite') mkdirSync(dirname(settings.database.path), { recursive: true })

  const files = readBundleFiles(root)
  const bundle = loadOrRefuse(files, root, settings.timeScale)
  const store = await openStore({ databaseUrl: databaseUrlOf(settings), keyFile: settings.keyFile, now })
  await store.migrate()
  const stopFollowing = await followDatabaseClock(clock, store.readClock, { timers: realTimers })
  await store.freeLeases()
  if (isSimulated && (await store.readDocument('rota')) === null)
    await importRota(store, bundle, files['dialogs/demonstration/rota.yaml']!, now())

  const shell: Shell = {
    store,
    now,
    // Case words are drawn with it, which nobody may foretell.
    random: () => randomInt(2 ** 47) / 2 ** 47,
    timeScale: settings.timeScale,
    isDemonstration: isSimulated,
    pageWays: pageWays(settings.twilio),
    words: advocateWords(advocateTables(files)),
    bundleOf: runningBundles({
      store,
      own: bundle,
      load: (published) => loadOrRefuse(published, root, settings.timeScale),
    }),
    rota: async () => (await store.readDocument<Rota>('rota'))?.body ?? nobody,
    runTurn: lateTurnRunner(),
    onCommitted: meters.turnCommitted,
    translator:
      settings.translator === null
        ? undefined
        : libreTranslate({
            settings: settings.translator,
            now,
            report: () => log.warn('alarm', { reason: 'translator' }),
          }),
    onFailure: (work, error) => log.error('turn_failed', { conversationId: work.id, error }),
  }
  const chat = lateChatChannel({ store, now, random: Math.random, credentials: settings.botFramework })
  const senders = { ...(await createSenders(settings, log, now)), chat: chat.send }
  const outbox = createOutboxSender({
    store,
    senders,
    now,
    random: Math.random,
    gather: pageGatherer({
      levels: async () => (await shell.bundleOf(null)).dialogs.levels,
      now,
      timeScale: settings.timeScale,
    }),
    onOutcome: (message, outcome) => {
      const fields = { effectId: message.id, channel: message.address.channel }
      if (outcome.kind === 'accepted') log.info('sent', fields)
      else if (outcome.kind === 'retry') log.warn('send_retry', { ...fields, code: outcome.code })
      else log.error('send_failed', { ...fields, code: outcome.code })
    },
  })
  const worker = isWorker ? runWorker(shell, outbox, (error) => log.error('worker_failed', { error })) : null
  const ages = () => ({
    workerMs: worker?.sinceCycleMs() ?? null,
    senderMs: isWorker ? outbox.sinceProgressMs() : null,
  })
  const startedAt = Date.now()
  const measureNow = () =>
    measure({ store, meters, ages: ages(), now: now(), memoryBytes: process.memoryUsage.rss(), startedAt })
  const routes = [metricsRoutes({ measure: measureNow, token: settings.metricsToken, log })]
  if (isWeb) routes.push(chatMessages({ chat: chat.chat, isSigned: settings.botFramework !== null, log }))
  if (isSimulated && worker) {
    const { simulatedPhones } = await import('./http/simulated-phones.ts')
    routes.push(simulatedPhones({ store, shell, clock, nudge: worker.nudge, root }))
  }
  const app = createApp({
    store,
    settings,
    log,
    now,
    ages,
    isWeb,
    callWords: (language, key) => shell.words(language, key),
    calls: callLookUp(shell),
    spokenNotices: () => bundle.flow.data.bridge_languages.map((language) => spoken(bundle, language)),
    routes,
  })
  const server = await serve(app, { port: settings.port, host: settings.host }).catch(async (error: unknown) => {
    await worker?.stop()
    stopFollowing()
    await store.close()
    throw error
  })
  const hasRota = (await store.readDocument('rota')) !== null
  const chores = settings.twilio && {
    twilio: settings.twilio,
    store,
    now,
    timers: realTimers,
    timeScale: settings.timeScale,
    log,
  }
  const stopReadBack = isWorker && chores && startReadBack(chores)
  const stopErasing = isWorker && chores && startProviderErasure(chores)
  const stopRetention =
    isWorker &&
    runRetention({
      store,
      retentionDays: bundle.flow.data.retention_days,
      now,
      timers: realTimers,
      timeScale: settings.timeScale,
      onError: (error) => log.warn('retention_failed', { error }),
    })
  const stopWarming = warmUp([() => bundle.danger.indexes.buildNext()], (error) =>
    log.error('warm_up_failed', { error }),
  )
  return {
    store,
    server,
    isKeyFileNew: store.isKeyFileNew,
    hasRota,
    async close() {
      stopWarming()
      await server.close()
      if (stopReadBack) await stopReadBack()
      if (stopErasing) await stopErasing()
      if (stopRetention) await stopRetention()
      await worker?.stop()
      stopFollowing()
      await store.close()
    },
  }
}

function refuseSplit({ twilio, database }: Settings): void {
  if (database.kind !== 'postgres')
    throw new StartRefused('--role needs DATABASE_URL=postgres://…: a SQLite file is for one process that does both.')
  if (twilio === null) throw new StartRefused('--role needs a Twilio account: simulated phones live in one process.')
}

function loadOrRefuse(files: BundleFiles, root: string, timeScale: number): RunningBundle {
  const model = readLanguageModel(root)
  const { id, parts, problems } = readBundleOnce(root, files)
  if (parts !== null) return assembleFlow(parts, { id, model, likeness: readLikenessModel(root), timeScale })
  const told = problems.map((problem) =>
    renderProblem(problem.source ?? '', files[problem.source ?? ''] ?? '', problem),
  )
  throw new StartRefused(`The dialogs cannot be used as they are.\n\n${told.join('\n\n')}`)
}

async function createSenders(settings: Settings, log: Log, now: () => number): Promise<Senders> {
  if (settings.twilio === null) {
    const { simulatedSender } = await import('./channels/simulated-sender.ts')
    const send = simulatedSender()
    return { sms: send, whatsapp: send }
  }
  const { twilio } = settings
  let loading: Promise<Send> | undefined
  // Twilio's library takes a fifth of a second to load, which a webhook need not wait for.
  const load = () => {
    loading ??= import('./channels/twilio/send.ts').then(({ createTwilioSender }) =>
      createTwilioSender({
        settings: twilio,
        now,
        random: Math.random,
        timeScale: settings.timeScale,
        report: ({ kind, reason, code, effectId }) =>
          log[kind === 'reconciled' ? 'info' : 'warn'](kind === 'reconciled' ? 'send_reconciled' : 'alarm', {
            effectId,
            code,
            reason,
          }),
      }),
    )
    return loading
  }
  const send: Send = async (message) => (await load())(message)
  return { sms: send, whatsapp: send, voice: send }
}

/** On what the people of the rota can be paged; the simulated phones read. */
function pageWays(twilio: TwilioSettings | null): RotaChannel[] {
  if (twilio === null) return ['sms']
  return [
    ...(twilio.smsFrom === null ? [] : (['sms'] as const)),
    ...(twilio.whatsappFrom === null || twilio.pageTemplate == null ? [] : (['whatsapp'] as const)),
    ...(twilio.voiceFrom == null ? [] : (['voice'] as const)),
  ]
}

/** What a caller hears: the first question, which says how to answer. */
const spoken = (bundle: RunningBundle, language: string): { language: string; text: string } => ({
  language,
  text: rawText(bundle.texts, language, 'questions', bundle.flow.data.first_question) ?? '',
})

/** Before the first import there is nobody to page; start-up says so. */
const nobody: Rota = {
  version: 1,
  zone: 'UTC',
  people: [],
  shifts: [],
  coordinator: '' as Rota['coordinator'],
  rotations: [],
  overrides: [],
  swaps: [],
  temporary: [],
}

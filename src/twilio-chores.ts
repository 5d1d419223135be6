import type { createCopyEraser } from './channels/twilio/erase-copies.ts'
import type { TwilioSettings } from './channels/twilio/twilio-settings.ts'
import type { Log } from './http/log.ts'
import { runProviderErasure } from './run-provider-erasure.ts'
import { runReadBack } from './run-read-back.ts'
import type { Store } from './store/store.ts'
import type { Timers } from './timers.ts'

/** What is done at Twilio beside sending, and what it takes. */
interface TwilioChore {
  twilio: TwilioSettings
  store: Store
  now: () => number
  timers: Timers
  timeScale: number
  log: Log
}

/** Looks through Twilio's list for texts whose webhook never arrived. */
export function startReadBack({ twilio, log, ...world }: TwilioChore): () => Promise<void> {
  return runReadBack({
    ...world,
    readBack: async (since) => {
      const { createReadBack } = await import('./channels/twilio/read-back.ts')
      return createReadBack({ settings: twilio, store: world.store, now: world.now })(since)
    },
    onFound: (count) => log.warn('read_back', { count }),
    onError: (error) => log.warn('read_back_failed', { error }),
  })
}

/** Takes out of Twilio's log what was erased here. */
export function startProviderErasure({ twilio, log, ...world }: TwilioChore): () => Promise<void> {
  let erase: ReturnType<typeof createCopyEraser> | null = null
  return runProviderErasure({
    ...world,
    erase: async (erasure) => {
      const { createCopyEraser } = await import('./channels/twilio/erase-copies.ts')
      erase ??= createCopyEraser({ settings: twilio, now: world.now, timeScale: world.timeScale })
      return erase(erasure)
    },
    onOutcome: ({ kind, providerId, ...rest }) => {
      if (kind === 'erased') log.info('provider_erased', { providerId })
      else log[kind === 'given_up' ? 'error' : 'warn']('provider_erase_failed', { providerId, ...rest })
    },
    onError: (error) => log.warn('provider_erase_failed', { error }),
  })
}

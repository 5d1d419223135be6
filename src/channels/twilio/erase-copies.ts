import type { ProviderErasure, ProviderErasureOutcome } from '../../store/store.ts'
import { TwilioError } from './request-client.ts'
import { createTwilioClient, type HttpClient } from './send.ts'
import type { TwilioSettings } from './twilio-settings.ts'

/**
 * Makes the function that deletes one message, with its media, or one call from Twilio's own log.
 *
 * What Twilio does not know is gone already. It refuses while a message is on its way, so whatever else it answers is
 * tried again, at growing distances for about ten days; what is left then is for a human to delete in its console.
 */
export function createCopyEraser(parts: {
  settings: TwilioSettings
  now: () => number
  timeScale?: number
  timeoutMs?: number
  httpClient?: HttpClient
}): (erasure: ProviderErasure) => Promise<ProviderErasureOutcome> {
  const { settings, now, timeScale = 1 } = parts
  const client = createTwilioClient(settings, parts)

  return async ({ providerId, attempts }) => {
    try {
      await (providerId.startsWith('CA') ? client.calls(providerId) : client.messages(providerId)).remove()
      return { providerId, kind: 'erased' }
    } catch (error) {
      if (error instanceof TwilioError && error.status === 404) return { providerId, kind: 'erased' }
      const code = error instanceof TwilioError ? (error.twilioCode ?? error.status) : null
      if (attempts >= attemptsMax) return { providerId, kind: 'given_up', code }
      const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (attempts - 1)) / timeScale
      return { providerId, kind: 'retry', retryAt: now() + waitMs, code }
    }
  }
}

const firstWaitMs = 2 * 60_000
const longestWaitMs = 6 * 60 * 60_000
const attemptsMax = 48

import { TwilioError } from './request-client.ts'
import { createTwilioClient, type HttpClient } from './send.ts'
import type { TwilioSettings } from './twilio-settings.ts'

/** Asks Twilio for our own account, which changes nothing and costs nothing. */
export async function checkAccount(
  settings: TwilioSettings,
  parts: { httpClient?: HttpClient } = {},
): Promise<'ok' | 'inactive' | 'refused' | 'unreachable'> {
  try {
    const { status } = await createTwilioClient(settings, parts).api.v2010.accounts(settings.accountSid).fetch()
    return status === 'active' ? 'ok' : 'inactive'
  } catch (error) {
    return error instanceof TwilioError && error.outcome === 'refused' ? 'refused' : 'unreachable'
  }
}

// This file of the package alone: all of it takes half a second to load, which simulated phones need not wait for.
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js'
import type { TwilioSettings } from './twilio-settings.ts'

/**
 * Whether Twilio signed this form for us.
 *
 * @param request.target - path and query exactly as they arrived; they are signed as they are, not decoded
 * @param request.parameters - every form field, unknown ones too; a doubled field as an array
 *
 * The host is ours from the settings, the first or the fallback's, never the `Host` header, which the sender chooses. A signature has no time in
 * it and stays valid for ever: whoever calls this must drop message ids that were seen before.
 * @see https://www.twilio.com/docs/usage/security#validating-requests
 */
export function isSignedByTwilio(
  request: { signature: string; target: string; parameters: Record<string, string | string[]> },
  settings: Pick<TwilioSettings, 'authTokens' | 'publicUrl' | 'fallbackUrl'>,
): boolean {
  // Base64 of the 20 bytes of SHA-1. Anything else is refused before any sorting and hashing is spent on it.
  if (!/^[A-Za-z0-9+/]{27}=$/.test(request.signature)) return false
  if (!request.target.startsWith('/')) return false
  const addresses = [settings.publicUrl, settings.fallbackUrl ?? null].filter((url) => url !== null)
  return settings.authTokens.some(
    // The helper accepts a signature made with an empty token, so an empty one never reaches it.
    (authToken) =>
      authToken !== '' &&
      addresses.some((url) => validateRequest(authToken, request.signature, url + request.target, request.parameters)),
  )
}

import { createHmac } from 'node:crypto'

/** Signs a form as Twilio does; written from their page, not with their package, so that the two check each other. */
export function sign(authToken: string, url: string, parameters: Record<string, string | string[]>): string {
  const text = Object.keys(parameters)
    .sort()
    .flatMap((name) => {
      const value = parameters[name]!
      return Array.isArray(value) ? [...new Set(value)].sort().map((one) => name + one) : [name + value]
    })
    .join('')
  return createHmac('sha1', authToken)
    .update(url + text, 'utf8')
    .digest('base64')
}

/** The body of a form, a doubled field once for each value. */
export function formBody(parameters: Record<string, string | string[]>): string {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) for (const one of [value].flat()) form.append(name, one)
  return form.toString()
}

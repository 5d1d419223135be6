/** A form as it was signed: every field; a field that came twice is an array. */
export type FormParameters = Record<string, string | string[]>

export type FormResult =
  | { ok: true; parameters: FormParameters }
  | { ok: false; reason: 'body_encoding' | 'too_many_parameters' }

/** Twilio sends about 40 fields; ten media add 20. More is not Twilio, and sorting them costs us time. */
const parametersMax = 500

/**
 * Reads an `application/x-www-form-urlencoded` body.
 *
 * Fields may be called `__proto__` or `constructor`: they are fields like others, so the object has no prototype.
 * Bytes that are no UTF-8 and lone halves of surrogate pairs come out as U+FFFD, as the sender's signature sees them.
 */
export function readForm(body: Uint8Array): FormResult {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return { ok: false, reason: 'body_encoding' }
  }
  const parameters: FormParameters = Object.create(null)
  let count = 0
  for (const [name, value] of new URLSearchParams(text.replace(/^\ufeff/, ''))) {
    count += 1
    if (count > parametersMax) return { ok: false, reason: 'too_many_parameters' }
    const before = parameters[name]
    if (before === undefined) parameters[name] = value
    else parameters[name] = Array.isArray(before) ? [...before, value] : [before, value]
  }
  return { ok: true, parameters }
}

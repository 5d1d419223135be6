/**
 * The value of a decimal digit in any script: `٣` is 3, `३` is 3, `３` is 3.
 *
 * Unicode puts the ten digits of a script side by side, zero first, so the value is how far a digit stands from the
 * start of its run. That way a script added to Unicode tomorrow needs no table here.
 *
 * @param codePoint - of a character of the class Nd
 * @returns 0 to 9, or null when the character is no decimal digit
 */
export function digitValue(codePoint: number): number | null {
  if (codePoint >= 0x30 && codePoint <= 0x39) return codePoint - 0x30
  if (!isDecimal(codePoint)) return null
  let before = 0
  while (isDecimal(codePoint - before - 1)) before++
  return before % 10
}

/** Replaces the digits of every script, key caps and filled circles by `0` to `9`; the rest stays. */
export function plainDigits(text: string): string {
  return text.replace(/[\p{Nd}❶-➓\u{1F51F}⓵-⓿🄋🄌]/gu, (sign) => {
    const codePoint = sign.codePointAt(0)!
    const value = digitValue(codePoint)
    if (value !== null) return String(value)
    if (codePoint === 0x1f51f) return '10'
    // ❶ to ❿, ➀ to ➉ and ➊ to ➓: three runs of one to ten.
    if (codePoint >= 0x2776 && codePoint <= 0x2793) return String(((codePoint - 0x2776) % 10) + 1)
    // ⓵ to ⓾, then ⓿.
    if (codePoint >= 0x24f5 && codePoint <= 0x24fe) return String(codePoint - 0x24f4)
    return '0'
  })
}

function isDecimal(codePoint: number): boolean {
  return /^\p{Nd}$/u.test(String.fromCodePoint(codePoint))
}

/** Whether a text is ASCII digits and nothing else; an empty one is not. */
export function isPlainDigits(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x30 || code > 0x39) return false
  }
  return text.length > 0
}

import { graphemeEnd } from './graphemes.ts'

/**
 * Counts the SMS segments a text is billed as.
 *
 * GSM-7: 160 septets alone, 153 each when split. One character outside GSM-7 (á, ş, any Arabic)
 * turns the whole text into UCS-2: 70 code units alone, 67 each when split. No character is cut in two, so a segment
 * may end early. Equal to Twilio's own `sms-segments-calculator` for every text.
 *
 * @param text - as the person will read it, after placeholders are filled
 * @returns a whole number, 1 or more
 * @throws RangeError if `text` is empty; we never send an empty message
 * @see 3GPP TS 23.038 section 6.2.1 (the alphabet), TS 23.040 (splitting)
 */
export function countSegments(text: string): number {
  if (text === '') throw new RangeError('countSegments expects a text, got an empty one')
  const septets = countSeptets(text)
  if (septets === null) return text.length <= UCS2_ALONE ? 1 : split(text, ucs2Size, UCS2_ALONE, UCS2_EACH)
  return septets <= GSM7_ALONE ? 1 : split(text, gsm7Size, GSM7_ALONE, GSM7_EACH)
}

/** The alphabet that a text is sent in: the small one only when every character is in it. */
export function segmentEncoding(text: string): 'GSM-7' | 'UCS-2' {
  return countSeptets(text) === null ? 'UCS-2' : 'GSM-7'
}

/** True for a character that costs one septet, or two, and leaves the text in GSM-7. */
export function isInGsm7(character: string): boolean {
  return septetsOf(character.charCodeAt(0)) > 0 && character.length === 1
}

const GSM7_ALONE = 160
const GSM7_EACH = 153
const UCS2_ALONE = 70
const UCS2_EACH = 67

// As Twilio counts: ç is not in it (only Ç), a form feed and the euro sign cost two septets.
const ONE_SEPTET =
  '\n\r !"#$%&\'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz' +
  '¡£¤¥§¿ÄÅÆÉÑÖØÜßàäåæÇèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ'
const TWO_SEPTETS = '\f[\\]^{|}~€'

const septets = new Uint8Array(0x20ad)
for (const character of ONE_SEPTET) septets[character.charCodeAt(0)] = 1
for (const character of TWO_SEPTETS) septets[character.charCodeAt(0)] = 2

function septetsOf(codeUnit: number): number {
  return codeUnit < septets.length ? septets[codeUnit]! : 0
}

function countSeptets(text: string): number | null {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const its = septetsOf(text.charCodeAt(at))
    if (its === 0) return null
    count += its
  }
  return count
}

/** Where the character at `at` ends, and what it costs. */
type Size = (text: string, at: number) => { end: number; size: number }

const gsm7Size: Size = (text, at) => ({ end: at + 1, size: septetsOf(text.charCodeAt(at)) })
const ucs2Size: Size = (text, at) => {
  const end = graphemeEnd(text, at)
  return { end, size: end - at }
}

/** Fills segments one character after the other, as Twilio's calculator does. */
function split(text: string, sizeAt: Size, alone: number, each: number): number {
  let segments = 1
  let used = 0
  // The first segment is filled to its size alone; when it overflows, a header goes in and what no longer fits moves on.
  let usedWithHeader = 0
  let fitsWithHeader = true
  for (let at = 0; at < text.length; ) {
    const { end, size } = sizeAt(text, at)
    at = end
    if (segments === 1) {
      if (used + size <= alone) {
        used += size
        fitsWithHeader &&= used <= each
        if (fitsWithHeader) usedWithHeader = used
        continue
      }
      segments = 2
      used = used - usedWithHeader + size
    } else if (used + size <= each) {
      used += size
    } else {
      segments++
      used = size
    }
  }
  return segments
}

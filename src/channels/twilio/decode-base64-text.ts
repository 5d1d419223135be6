/**
 * Gives the text back that a gateway wrapped in base64; any other text stays as it is.
 *
 * Long SMS have been seen delivered this way. RapidPro's gateway, which met them first, unwraps a text of at least 60
 * characters that is nothing but whole base64. We also ask that the result be UTF-8 without control characters,
 * because words that merely look like base64 almost never decode to that, in any script.
 */
export function decodeBase64Text(text: string): string {
  const packed = text.replace(/[\r\n]/g, '').trim()
  if (packed.length < 60 || packed.length % 4 !== 0) return text
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) return text
  const bytes = Buffer.from(packed, 'base64')
  if (bytes.toString('base64') !== packed) return text
  try {
    // A gateway that cuts at a number of bytes may cut a character in half; that half is dropped.
    const decoded = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(decoded) ? text : decoded
  } catch {
    return text
  }
}

import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'

/**
 * The seal of a record: an Ed25519 signature (RFC 8032) over every byte of the file, on a comment line behind the end of
 * the PDF, where readers skip it. Whoever changes a byte breaks it; only whoever has the installation's key can make it.
 */

/** The signing key of an installation, as it is stored (encrypted): PKCS 8, base64. */
export interface SealKey {
  privateKey: string
}

export interface Seal {
  /** The public key's fingerprint, by which people tell installations apart. */
  fingerprint: string
  /** SHA-256 of the sealed bytes, in hex; stands in the audit. */
  digest: string
}

export function newSealKey(): SealKey {
  const { privateKey } = generateKeyPairSync('ed25519')
  return { privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64') }
}

export function sealFile(file: Buffer, key: SealKey): { sealed: Buffer; seal: Seal } {
  const privateKey = createPrivateKey({ key: Buffer.from(key.privateKey, 'base64'), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  const signature = sign(null, Buffer.concat([purpose, file]), privateKey)
  const line = `\n${mark} ${publicKey.toString('base64')} ${signature.toString('base64')}\n`
  return { sealed: Buffer.concat([file, Buffer.from(line)]), seal: sealOf(file, publicKey) }
}

/**
 * Looks at the seal of a file.
 *
 * @returns `none`: it never had one, or it was cut off. `broken`: the file is not as it was sealed
 */
export function readSeal(sealed: Buffer): { kind: 'whole'; seal: Seal } | { kind: 'broken' } | { kind: 'none' } {
  const at = sealed.lastIndexOf(`\n${mark} `)
  if (at < 0) return { kind: 'none' }
  const match = lineForm.exec(sealed.subarray(at).toString('latin1'))
  if (match === null) return { kind: 'broken' }
  const file = sealed.subarray(0, at)
  const der = Buffer.from(match[1]!, 'base64')
  const signature = Buffer.from(match[2]!, 'base64')
  // Base64 has several spellings for the same bytes; only the one that was written counts as unchanged.
  if (der.toString('base64') !== match[1] || signature.toString('base64') !== match[2]) return { kind: 'broken' }
  try {
    const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' })
    const isEd25519 = publicKey.asymmetricKeyType === 'ed25519'
    if (!isEd25519 || !verify(null, Buffer.concat([purpose, file]), publicKey, signature)) return { kind: 'broken' }
  } catch {
    return { kind: 'broken' }
  }
  return { kind: 'whole', seal: sealOf(file, der) }
}

/** The fingerprint of an installation's key. */
export function fingerprintOf(key: SealKey): string {
  const privateKey = createPrivateKey({ key: Buffer.from(key.privateKey, 'base64'), format: 'der', type: 'pkcs8' })
  return fingerprint(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }))
}

const mark = '%puente-seal-1'
const lineForm = /^\n%puente-seal-1 ([A-Za-z0-9+/=]+) ([A-Za-z0-9+/=]+)\n$/
/** So that a signature made for something else never counts here. */
const purpose = Buffer.from('puente evidence record 1\n')

const sealOf = (file: Buffer, publicKey: Buffer): Seal => ({
  fingerprint: fingerprint(publicKey),
  digest: createHash('sha256').update(file).digest('hex'),
})

/** Ten bytes of the key's SHA-256 in groups of four digits, short enough to be read out. */
const fingerprint = (publicKey: Buffer): string =>
  createHash('sha256').update(publicKey).digest('hex').slice(0, 20).match(/.{4}/g)!.join(' ')

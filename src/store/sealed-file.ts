import { argon2Sync, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'

/**
 * A file that only a passphrase opens, written and read as a stream; nothing of it is on disk in the clear.
 *
 * `PUENTEB1` · salt (16) · chunks, each `length (4) · is last (1) · tag (16) · ciphertext`. AES-256-GCM under a key that
 * argon2id makes of passphrase and salt. The nonce counts the chunks and the header is authenticated, so that a chunk
 * left out, doubled, moved, or a file cut short does not open.
 */
export async function writeSealed(path: string, passphrase: string, plain: AsyncIterable<Buffer>): Promise<number> {
  removeAbandoned(path)
  // A name of its own, so that what a back-up that was killed left behind is in nobody's way.
  const part = `${path}.${randomBytes(4).toString('hex')}.part`
  const head = Buffer.concat([magic, randomBytes(saltBytes)])
  const key = deriveKey(passphrase, head.subarray(magic.length))
  const file = openSync(part, 'wx', 0o600)
  let size = 0
  try {
    const write = (bytes: Buffer) => {
      size += writeSync(file, bytes)
    }
    write(head)
    let index = 0
    let held: Buffer | null = null
    for await (const chunk of plain)
      for (let at = 0; at < chunk.length; at += chunkBytesMax) {
        if (held !== null) write(seal(key, head, { index: index++, isLast: false }, held))
        held = Buffer.from(chunk.subarray(at, at + chunkBytesMax))
      }
    write(seal(key, head, { index, isLast: true }, held ?? Buffer.alloc(0)))
    fsyncSync(file)
    closeSync(file)
    renameSync(part, path)
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
  return size
}

/** Takes away what earlier tries left behind; one that is under way wrote to its file a moment ago. */
function removeAbandoned(path: string): void {
  const folder = dirname(path)
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(path)}.`) || !name.endsWith('.part')) continue
    const part = join(folder, name)
    if (Date.now() - statSync(part).mtimeMs > abandonedMs) rmSync(part, { force: true })
  }
}
const abandonedMs = 10 * 60_000

/** @throws SealedFileError when the passphrase is another one, or the file was changed or cut short. */
export async function* readSealed(path: string, passphrase: string): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  let state: { head: Buffer; key: Buffer } | null = null
  let index = 0
  let isOver = false
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    if (state === null) {
      if (rest.length < headBytes) continue
      const head = Buffer.from(rest.subarray(0, headBytes))
      if (!head.subarray(0, magic.length).equals(magic)) throw new SealedFileError('This is not a back-up of Puente.')
      state = { head, key: deriveKey(passphrase, head.subarray(magic.length)) }
      rest = rest.subarray(headBytes)
    }
    while (rest.length >= chunkHeadBytes && !isOver) {
      const length = rest.readUInt32BE(0)
      if (length > chunkBytesMax) throw new SealedFileError(notOpened)
      if (rest.length < chunkHeadBytes + length) break
      isOver = rest[4] === 1
      yield open(state, { index: index++, isLast: isOver }, rest.subarray(0, chunkHeadBytes + length))
      rest = rest.subarray(chunkHeadBytes + length)
    }
  }
  if (!isOver || rest.length > 0) throw new SealedFileError('The back-up is cut short or something was added to it.')
}

export class SealedFileError extends Error {
  override name = 'SealedFileError'
}

const magic = Buffer.from('PUENTEB1')
const saltBytes = 16
const headBytes = magic.length + saltBytes
const chunkHeadBytes = 21
const chunkBytesMax = 64 * 1024
const notOpened = 'The back-up does not open: the passphrase is another one, or the file was changed.'

/** OWASP's first choice for argon2id is 46 MiB and one pass; a back-up can wait longer than a sign-in. */
const deriveKey = (passphrase: string, nonce: Buffer): Buffer =>
  argon2Sync('argon2id', {
    message: Buffer.from(passphrase.normalize('NFKC')),
    nonce,
    parallelism: 1,
    tagLength: 32,
    memory: 65_536,
    passes: 3,
  })

interface Place {
  index: number
  isLast: boolean
}

function seal(key: Buffer, head: Buffer, place: Place, plain: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(place))
  cipher.setAAD(head)
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  const chunkHead = Buffer.alloc(5)
  chunkHead.writeUInt32BE(body.length)
  chunkHead[4] = place.isLast ? 1 : 0
  return Buffer.concat([chunkHead, cipher.getAuthTag(), body])
}

function open({ head, key }: { head: Buffer; key: Buffer }, place: Place, chunk: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(place), { authTagLength: 16 })
  decipher.setAAD(head)
  decipher.setAuthTag(chunk.subarray(5, chunkHeadBytes))
  try {
    return Buffer.concat([decipher.update(chunk.subarray(chunkHeadBytes)), decipher.final()])
  } catch {
    throw new SealedFileError(notOpened)
  }
}

/** Never the same twice under one key, since every file has a salt and so a key of its own. */
function nonceOf({ index, isLast }: Place): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(index, 8)
  nonce[0] = isLast ? 1 : 0
  return nonce
}

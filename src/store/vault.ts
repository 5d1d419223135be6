import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { Address } from '../types.ts'
import { addressKey } from './address-key.ts'
import { BoundedCache } from './bounded-cache.ts'
import type { KeyRing } from './key-file.ts'

/** A key that protects one conversation, the documents, or the address hashes. */
export type DataKey = KeyObject

/** A data key as the database keeps it: encrypted with the key of the key file that `keyId` names. */
export interface WrappedKey {
  keyId: string
  wrapped: Uint8Array
}

/**
 * Everything that encrypts. AES-256-GCM with a fresh 96-bit nonce each time; the sealed form is
 * `format (1 byte) · nonce (12) · tag (16) · ciphertext`. `about` names what is sealed (an id) and is authenticated
 * with it, so that a sealed value moved to another row does not open.
 */
export class Vault {
  readonly #keys: KeyRing
  readonly #randomBytes: (size: number) => Buffer
  readonly #hashes = new BoundedCache<string, Uint8Array>(20_000)
  #hashKey: DataKey | null = null
  #pool: Buffer = Buffer.alloc(0)
  #poolUsed = 0

  constructor(options: { keys: KeyRing; randomBytes: (size: number) => Buffer }) {
    this.#keys = options.keys
    this.#randomBytes = options.randomBytes
  }

  /** The key under which addresses are hashed; it never changes, or no address would be found again. */
  setHashKey(key: DataKey): void {
    this.#hashKey = key
  }

  /** @param keyId - the key of the key file that the database names as current */
  newDataKey(keyId: string): { key: DataKey; wrapped: WrappedKey } {
    const bytes = this.#randomBytes(KEY_BYTES)
    return { key: createSecretKey(bytes), wrapped: this.#wrap(bytes, keyId) }
  }

  unwrap({ keyId, wrapped }: WrappedKey): DataKey {
    return createSecretKey(this.#open(this.#keys.key(keyId), wrapped, keyId))
  }

  /** The same data key under another key of the key file. */
  rewrap(key: WrappedKey, keyId: string): WrappedKey {
    return this.#wrap(this.#open(this.#keys.key(key.keyId), key.wrapped, key.keyId), keyId)
  }

  seal(key: DataKey, text: string, about: string): Uint8Array {
    return this.#seal(key, Buffer.from(text, 'utf8'), about)
  }

  /** @throws when the key is another one, or a single bit was changed. */
  open(key: DataKey, sealed: Uint8Array, about: string): string {
    return this.#open(key, sealed, about).toString('utf8')
  }

  /** The keyed hash by which an address is found; without the key it cannot be computed from a phone number. */
  hashAddress(address: Address): Uint8Array {
    const identity = addressKey(address)
    const known = this.#hashes.get(identity)
    if (known) return known
    const hash = this.#hash(identity)
    this.#hashes.set(identity, hash)
    return hash
  }

  /** The keyed hash by which a case is found by its word; without the key no list of all words helps. */
  hashCaseWord(word: string): Uint8Array {
    return this.#hash(`case_word:${word}`)
  }

  #hash(text: string): Uint8Array {
    if (!this.#hashKey) throw new Error('The vault has no hash key yet; the store was not migrated.')
    return createHmac('sha256', this.#hashKey).update(text).digest().subarray(0, HASH_BYTES)
  }

  /** Lower-case hexadecimal, unguessable. */
  token(bytes: number): string {
    return Buffer.from(this.#random(bytes)).toString('hex')
  }

  #wrap(dataKey: Buffer, keyId: string): WrappedKey {
    return { keyId, wrapped: this.#seal(this.#keys.key(keyId), dataKey, keyId) }
  }

  #seal(key: KeyObject, plain: Buffer, about: string): Uint8Array {
    const sealed = Buffer.allocUnsafe(HEAD_BYTES + plain.length)
    sealed[0] = FORMAT
    sealed.set(this.#random(NONCE_BYTES), 1)
    const cipher = createCipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE_BYTES))
    cipher.setAAD(Buffer.from(about, 'utf8'))
    sealed.set(cipher.update(plain), HEAD_BYTES)
    cipher.final()
    sealed.set(cipher.getAuthTag(), 1 + NONCE_BYTES)
    return sealed
  }

  #open(key: KeyObject, sealed: Uint8Array, about: string): Buffer {
    if (sealed.length < HEAD_BYTES || sealed[0] !== FORMAT) {
      throw new Error(`A sealed value of format ${FORMAT} was expected; ${sealed.length} other bytes came.`)
    }
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE_BYTES), { authTagLength: 16 })
    decipher.setAAD(Buffer.from(about, 'utf8'))
    decipher.setAuthTag(sealed.subarray(1 + NONCE_BYTES, HEAD_BYTES))
    const plain = decipher.update(sealed.subarray(HEAD_BYTES))
    decipher.final()
    return plain
  }

  /** Random bytes out of a pool: asking the kernel for 12 bytes at a time costs more than the encryption. */
  #random(size: number): Buffer {
    if (this.#poolUsed + size > this.#pool.length) {
      this.#pool = this.#randomBytes(POOL_BYTES)
      this.#poolUsed = 0
    }
    const bytes = this.#pool.subarray(this.#poolUsed, this.#poolUsed + size)
    this.#poolUsed += size
    return bytes
  }
}

const FORMAT = 1
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const HEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES
/** Enough that two addresses never meet by chance, and half the index. */
const HASH_BYTES = 16
const POOL_BYTES = 8192

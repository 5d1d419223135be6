import { createSecretKey, type KeyObject } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** The keys of the key file, by id. Which one is current, the database says too, so that all processes agree. */
export interface KeyRing {
  /** @throws when the key file has no key of that id. */
  key(id: string): KeyObject
}

/**
 * The file that holds the keys which wrap all other keys. Made at the first start with mode 600; never overwritten,
 * except by a rotation, which replaces it whole.
 */
export class KeyFile implements KeyRing {
  readonly path: string
  #content: KeyFileContent
  readonly #objects = new Map<string, KeyObject>()

  private constructor(path: string, content: KeyFileContent) {
    this.path = path
    this.#content = content
  }

  static exists(path: string): boolean {
    return existsSync(path)
  }

  static read(path: string): KeyFile {
    return new KeyFile(path, parse(path))
  }

  /** @throws when the file is there already. */
  static create(path: string, randomBytes: (size: number) => Buffer): KeyFile {
    const id = newKeyId(randomBytes)
    const content: KeyFileContent = { version: 1, current: id, keys: { [id]: randomBytes(32).toString('base64') } }
    mkdirSync(dirname(path), { recursive: true })
    write(path, 'wx', content)
    return new KeyFile(path, content)
  }

  currentId(): string {
    return this.#content.current
  }

  key(id: string): KeyObject {
    const known = this.#objects.get(id)
    if (known) return known
    // Another process may have rotated the keys since we read the file.
    if (!this.#content.keys[id]) this.#content = parse(this.path)
    const encoded = this.#content.keys[id]
    if (!encoded) throw new WrongKeyError(this.path)
    const object = createSecretKey(Buffer.from(encoded, 'base64'))
    this.#objects.set(id, object)
    return object
  }

  /** Puts a new current key beside the old ones. */
  addKey(randomBytes: (size: number) => Buffer): string {
    const id = newKeyId(randomBytes)
    const keys = { ...parse(this.path).keys, [id]: randomBytes(32).toString('base64') }
    this.#replace({ version: 1, current: id, keys })
    return id
  }

  /** Forgets every key but the current one. */
  keepOnlyCurrent(): void {
    const { current, keys } = this.#content
    this.#replace({ version: 1, current, keys: { [current]: keys[current]! } })
    this.#objects.clear()
  }

  #replace(content: KeyFileContent): void {
    const next = `${this.path}.next`
    write(next, 'w', content)
    renameSync(next, this.path)
    syncFolder(dirname(this.path))
    this.#content = content
  }
}

/** The key file does not belong to this database. */
export class WrongKeyError extends Error {
  constructor(path: string, cause?: unknown) {
    super(
      `The key file ${path} is not the one this database was written with. ` +
        'Put the right file there, or set PUENTE_KEY_FILE to where it is; nothing was changed.',
      { cause },
    )
    this.name = 'WrongKeyError'
  }
}

/** The database holds encrypted data, but its key file is gone. */
export class MissingKeyError extends Error {
  constructor(path: string) {
    super(
      `The database holds encrypted data, but its key file ${path} is missing. ` +
        'Bring it back from where you keep its copy, or set PUENTE_KEY_FILE to where it is; ' +
        'a new key could read nothing of what is stored.',
    )
    this.name = 'MissingKeyError'
  }
}

interface KeyFileContent {
  version: 1
  current: string
  keys: Record<string, string>
}

function parse(path: string): KeyFileContent {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    // Without the cause: a JSON error quotes the text it failed on, which here is the key.
    throw new Error(`The key file ${path} cannot be read as JSON.`)
  }
  if (!isKeyFileContent(content)) {
    throw new Error(`The key file ${path} does not have the form {"version":1,"current":…,"keys":{…}}.`)
  }
  return content
}

function isKeyFileContent(value: unknown): value is KeyFileContent {
  if (typeof value !== 'object' || value === null) return false
  const { version, current, keys } = value as Partial<Record<keyof KeyFileContent, unknown>>
  if (version !== 1 || typeof current !== 'string' || typeof keys !== 'object' || keys === null) return false
  const entries = Object.entries(keys)
  return (
    entries.some(([id]) => id === current) &&
    entries.every(([, key]) => typeof key === 'string' && Buffer.from(key, 'base64').length === 32)
  )
}

function write(path: string, flags: 'w' | 'wx', content: KeyFileContent): void {
  const file = openSync(path, flags, 0o600)
  try {
    writeSync(file, `${JSON.stringify(content, null, 2)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  syncFolder(dirname(path))
}

/** A new file is only safe from a power cut when its folder is written too; Windows cannot open folders. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function newKeyId(randomBytes: (size: number) => Buffer): string {
  return `k${randomBytes(6).toString('hex')}`
}

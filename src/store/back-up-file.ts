import { Readable } from 'node:stream'
import { createGunzip, createGzip } from 'node:zlib'
import { SCHEMA_VERSION } from './schema-version.ts'
import { readSealed, SealedFileError, writeSealed } from './sealed-file.ts'
import { readSnapshot, writeSnapshot } from './snapshot.ts'
import type { SnapshotRow, SnapshotValue } from './snapshot-tables.ts'
import type { WrappedKey } from './vault.ts'

/** The first line of a back-up. */
interface BackUpHead {
  puente: 'back-up'
  version: 1
  schema: number
  madeAt: number
}

/**
 * Writes all of a database to a sealed file while the server goes on. The key file is not in it: what people said opens
 * with both only.
 *
 * @returns the size in bytes
 */
export async function writeBackUp(options: {
  databaseUrl: string
  path: string
  passphrase: string
  now: number
}): Promise<number> {
  const { databaseUrl, path, passphrase, now } = options
  const head: BackUpHead = { puente: 'back-up', version: 1, schema: SCHEMA_VERSION, madeAt: now }
  async function* lines() {
    yield `${JSON.stringify(head)}\n`
    for await (const { table, values } of readSnapshot(databaseUrl))
      yield `${JSON.stringify([table, ...values.map(toJson)])}\n`
  }
  return writeSealed(path, passphrase, Readable.from(lines(), { objectMode: false }).pipe(createGzip()))
}

/**
 * Whether a back-up opens, is of this version, and belongs to the key file at hand; before anything is made for it.
 *
 * @param options.opensWith - throws when the key file at hand is not the one the data was written with
 * @throws SealedFileError, or what `opensWith` throws
 */
export async function checkBackUp(options: {
  path: string
  passphrase: string
  opensWith: (key: WrappedKey) => void
}): Promise<{ madeAt: number }> {
  const { path, passphrase, opensWith } = options
  let madeAt = 0
  for await (const row of readBackUp(path, passphrase)) {
    if ('madeAt' in row) madeAt = row.madeAt
    else if (row.table === 'keys' && row.values[0] === 'hash') {
      opensWith({ keyId: String(row.values[1]), wrapped: row.values[2] as Uint8Array })
      return { madeAt }
    }
  }
  throw new SealedFileError('The back-up holds no keys; it was made of an empty database.')
}

/** Fills an empty database from a back-up; tells how many rows. */
export async function restoreBackUp(options: {
  databaseUrl: string
  path: string
  passphrase: string
}): Promise<number> {
  const { databaseUrl, path, passphrase } = options
  async function* rows(): AsyncGenerator<SnapshotRow> {
    for await (const row of readBackUp(path, passphrase)) if ('table' in row) yield row
  }
  return writeSnapshot(databaseUrl, rows())
}

async function* readBackUp(path: string, passphrase: string): AsyncGenerator<BackUpHead | SnapshotRow> {
  for await (const line of linesOf(gunzipped(readSealed(path, passphrase)))) {
    const parsed = JSON.parse(line) as BackUpHead | [string, ...JsonValue[]]
    if (Array.isArray(parsed)) {
      const [table, ...values] = parsed
      yield { table, values: values.map(fromJson) }
      continue
    }
    if (parsed.version !== 1 || parsed.schema !== SCHEMA_VERSION)
      throw new SealedFileError('The back-up was made by another version of Puente; restore it with that one.')
    yield parsed
  }
}

async function* gunzipped(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  const from = Readable.from(source, { objectMode: false })
  // A pipe does not pass errors on.
  from.on('error', (error) => gunzip.destroy(error))
  from.pipe(gunzip)
  yield* gunzip as AsyncIterable<Buffer>
}

async function* linesOf(source: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of source) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop()!
    yield* lines
  }
  if (rest !== '') throw new SealedFileError('The back-up ends in the middle of a row.')
}

/** Bytes are an object, so that no text can be taken for them. */
type JsonValue = string | number | boolean | null | { bytes: string }

const toJson = (value: SnapshotValue): JsonValue =>
  value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('base64') } : value

const fromJson = (value: JsonValue): SnapshotValue =>
  typeof value === 'object' && value !== null ? Buffer.from(value.bytes, 'base64') : value

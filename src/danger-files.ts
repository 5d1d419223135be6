import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { parse } from 'yaml'
import { z } from 'zod'
import { dangerLexiconSchema } from './triage/danger-lexicon.ts'
import { dangerRulesSchema } from './triage/danger-rules.ts'
import { type LikenessModel, likenessHeadSchema } from './triage/likeness.ts'
import type { DangerScanner } from './triage/scan-danger.ts'
import { compileDanger } from './triage/scan-danger.ts'

/**
 * Reads `dialogs/danger-rules.yaml` and every `locales/<language>/danger.yaml`.
 *
 * @param root - the folder that holds `dialogs` and `locales`
 * @throws Error naming the file and the key when one does not fit its schema
 */
export function readDangerScanner(root: string): DangerScanner {
  const rules = readAs(dangerRulesSchema, root, join('dialogs', 'danger-rules.yaml'))
  const lexicons = readdirSync(join(root, 'locales'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, 'locales', entry.name, 'danger.yaml')))
    .map(({ name }) => {
      const source = readAs(dangerLexiconSchema, root, join('locales', name, 'danger.yaml'))
      if (source.language !== name) throw new Error(`locales/${name}/danger.yaml says it is for "${source.language}"`)
      return { language: name, source }
    })
  return compileDanger(lexicons, rules, readLikenessModel(root))
}

/**
 * Reads `src/triage/model`, which `scripts/train-danger.ts` writes.
 *
 * @throws Error when a file of it is missing or damaged
 */
export function readLikenessModel(root: string): LikenessModel {
  const folder = join(root, 'src/triage/model')
  const head = likenessHeadSchema.parse(JSON.parse(readFileSync(join(folder, 'danger.json'), 'utf8')))
  const bytes = zstdDecompressSync(readFileSync(join(folder, 'danger.bin.zst')), { chunkSize: CHUNK_BYTES })
  if (bytes.length !== head.buckets * head.outputs.length)
    throw new Error(`${folder} is damaged: danger.bin.zst does not hold what danger.json says`)
  // A copy of its own size: what zlib hands back keeps the whole chunk it was unpacked into.
  return { ...head, weights: Int8Array.from(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length)) }
}

// The default of 16 kB makes unpacking ten times slower.
const CHUNK_BYTES = 4 * 1024 * 1024

function readAs<Schema extends z.ZodType>(schema: Schema, root: string, path: string): z.output<Schema> {
  const read = schema.safeParse(parse(readFileSync(join(root, path), 'utf8')))
  if (!read.success) throw new Error(`${path} does not fit:\n${z.prettifyError(read.error)}`)
  return read.data
}

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { parse } from 'yaml'
import { type LanguageModel, loadLanguageModel } from './language/detect-language.ts'
import type { Language } from './types.ts'

/**
 * Reads the language model from disk: src/language/model/ and every locales/<language>/first-words.yaml.
 *
 * A `.zst` file is a Zstandard stream; one too large for a single file is cut into `.zst.0`, `.zst.1` and so on.
 *
 * @param root - the project's folder
 * @throws Error when a model file is missing or damaged; a broken list of first words is the same
 */
export function readLanguageModel(root: string): LanguageModel {
  return loadLanguageModel(readModelFiles(join(root, 'src/language/model')), readFirstWordFiles(join(root, 'locales')))
}

function readModelFiles(folder: string): { texts: Record<string, string>; bytes: Record<string, Uint8Array> } {
  const texts: Record<string, string> = {}
  const packed = new Map<string, Buffer[]>()
  for (const file of readdirSync(folder).sort()) {
    if (file.endsWith('.json')) texts[file] = readFileSync(join(folder, file), 'utf8')
    const name = /^([\w-]+\.bin)\.zst(?:\.\d)?$/.exec(file)?.[1]
    if (name !== undefined) packed.set(name, [...(packed.get(name) ?? []), readFileSync(join(folder, file))])
  }
  const bytes: Record<string, Uint8Array> = {}
  for (const [name, parts] of packed) bytes[name] = unpack(Buffer.concat(parts))
  return { texts, bytes }
}

/** A copy of its own size: what zlib hands back keeps the whole chunk it was unpacked into. */
const unpack = (packed: Buffer): Uint8Array => Uint8Array.from(zstdDecompressSync(packed, { chunkSize: CHUNK_BYTES }))

// The default of 16 kB makes unpacking ten times slower.
const CHUNK_BYTES = 4 * 1024 * 1024

function readFirstWordFiles(folder: string): { language: Language; text: string }[] {
  const entries: { language: Language; text: string }[] = []
  for (const language of readdirSync(folder).sort()) {
    const file = join(folder, language, 'first-words.yaml')
    if (!existsSync(file)) continue
    const words = readPlainList(readFileSync(file, 'utf8'))
    if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) {
      throw new Error(`locales/${language}/first-words.yaml must be a list of texts; put "yes" and "1" in quotes`)
    }
    for (const text of words) entries.push({ language, text })
  }
  return entries
}

/** A list of one plain or quoted text a line, which these files are, is read without the YAML parser: 100 ms less. */
function readPlainList(yaml: string): unknown {
  const words: string[] = []
  for (const line of yaml.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const found = PLAIN_ITEM.exec(line)
    if (found === null) return parse(yaml)
    words.push(found[1] ?? (JSON.parse(found[2] as string) as string))
  }
  return words
}

// Starts and ends with a letter, holds nothing that means something in YAML; or in double quotes.
const PLAIN_ITEM = /^- (?:((?!(?:true|false|null)$)[\p{L}\p{M}](?:[^:#"']*[\p{L}\p{M}])?)|("[^"\\]*"))$/iu

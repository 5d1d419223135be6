import type { Language } from '../types.ts'
import type { DangerLexicon } from './danger-lexicon.ts'
import { indexWords, type WordIndex } from './danger-words.ts'
import { newWordHints } from './word-hints.ts'

/**
 * The word indexes of all languages, each built when it is first asked for: together they cost half a second, which
 * a server that restarts in the middle of a night should spend after it listens.
 */
export class LateIndexes {
  readonly languages: readonly Language[]
  readonly #built = new Map<Language, WordIndex>()
  readonly #sources: Map<Language, DangerLexicon>
  readonly #hints = newWordHints()

  constructor(lexicons: readonly { language: Language; source: DangerLexicon }[]) {
    this.#sources = new Map(lexicons.map(({ language, source }) => [language, source]))
    this.languages = [...this.#sources.keys()]
  }

  /** How many are built. */
  get built(): number {
    return this.#built.size
  }

  has(language: Language): boolean {
    return this.#built.has(language) || this.#sources.has(language)
  }

  /** @throws RangeError if a phrase of the lexicon cannot be read; {@link buildAll} has refused it before */
  get(language: Language): WordIndex | undefined {
    const built = this.#built.get(language)
    if (built !== undefined) return built
    const source = this.#sources.get(language)
    if (source === undefined) return undefined
    const index = indexWords(source, this.#hints)
    this.#built.set(language, index)
    this.#sources.delete(language)
    return index
  }

  /** Builds one that is missing. @returns whether there was one */
  buildNext(): boolean {
    for (const language of this.#sources.keys()) return this.get(language) !== undefined
    return false
  }

  /** @throws RangeError if a phrase of any lexicon cannot be read */
  buildAll(): void {
    while (this.buildNext());
  }
}

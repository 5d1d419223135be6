/**
 * Says that the texts of a language follow the English of today: writes the hashes into locales/<language>/review.json.
 *
 * Run it only after the texts were looked at: `node scripts/review-sources.ts es [questions.E1 ...]`. Without keys it
 * takes all. Nothing else in the file changes; a missing file begins as a draft.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { type LocaleTexts, type Review, requiredNamespaces, reviewSchema } from '../src/language/locale-schema.ts'
import { sourceHashes } from '../src/language/review-state.ts'

const [language, ...keys] = process.argv.slice(2)
if (language === undefined || !existsSync(`locales/${language}/questions.json`)) {
  console.error('Usage: node scripts/review-sources.ts <language> [<namespace>.<key> ...], in the root of the project.')
  process.exit(1)
}
const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))
const english = Object.fromEntries(
  requiredNamespaces.map((namespace) => [namespace, json(`locales/en/${namespace}.json`)]),
) as LocaleTexts
const path = `locales/${language}/review.json`
const review: Review = existsSync(path)
  ? reviewSchema.parse(json(path))
  : {
      version: 1,
      language,
      state: 'draft',
      reviewer: null,
      on: null,
      back_translation: null,
      texts: {},
      source: {},
    }
const today = sourceHashes(english, requiredNamespaces)
for (const [namespace, hashes] of Object.entries(today))
  for (const [key, hash] of Object.entries(hashes))
    if (keys.length === 0 || keys.includes(`${namespace}.${key}`))
      review.source[namespace] = { ...review.source[namespace], [key]: hash }
writeFileSync(path, `${JSON.stringify(review, null, 2)}\n`)

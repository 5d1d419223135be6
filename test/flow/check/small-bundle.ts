import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readBundleFiles } from '../../../src/bundle-files.ts'
import type { BundleFiles } from '../../../src/flow/read-bundle.ts'

/** Languages that the tests of the gate look at; all of them would take minutes. */
const kept = ['en', 'es', 'ht', 'fr', 'ru', 'zh', 'ar']

/** The shipped dialogs and locales, with these languages alone written. */
export function smallBundle(): BundleFiles {
  const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')
  const files = Object.fromEntries(
    Object.entries(readBundleFiles(root)).filter(([file]) => {
      const language = file.match(/^locales\/([^/]+)\//)?.[1]
      return language === undefined || kept.includes(language)
    }),
  )
  files['dialogs/languages.yaml'] = files['dialogs/languages.yaml']!.replace(
    /(\{id: (\w+),[^\n]*written: )true/g,
    (line, start, language) => (kept.includes(language) ? line : `${start}false`),
  )
  files['dialogs/levels.yaml'] = files['dialogs/levels.yaml']!.replace(
    /advocate_languages: \[([^\]]*)\]/,
    (_, list: string) =>
      `advocate_languages: [${list
        .split(', ')
        .filter((one) => kept.includes(one))
        .join(', ')}]`,
  )
  const danger = new RegExp(`^ {2}- \\{ language: (?!(?:${kept.join('|')}),).*\\n`, 'gm')
  files['dialogs/promises.yaml'] = files['dialogs/promises.yaml']!.replace(danger, '')
  return files
}

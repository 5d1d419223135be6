import { placeholdersIn } from '../../language/texts.ts'
import type { Problem } from '../../problem.ts'
import { fileOf } from './locale-texts.ts'
import type { Check } from './subject.ts'

/**
 * What advocates read and send: each sentence has words and the placeholders of the English one.
 *
 * A language need not have them all; what it lacks is told, so that somebody can add it.
 */
export const checkStaffTexts: Check = (subject) => {
  const problems: Problem[] = []
  const english = subject.locales.get('en')
  for (const { id } of subject.dialogs.phrasebook)
    if (english?.phrasebook && !(id in english.phrasebook))
      problems.push(
        subject.point(
          'dialogs/phrasebook.yaml',
          [],
          'phrasebook/unknown-text',
          `The sentence "${id}" has no words in locales/en/phrasebook.json.\nAn advocate who sends it would send nothing.`,
        ),
      )
  for (const [language, locale] of subject.locales)
    for (const namespace of ['phrasebook', 'flags', 'advocate'] as const) {
      const texts = locale[namespace]
      if (!texts) continue
      const file = fileOf(language, namespace)
      for (const [id, master] of Object.entries(english?.[namespace] ?? {})) {
        const text = texts[id]
        if (text === undefined) {
          const message = `"${id}" is missing.\nAn advocate who works in this language would not get these words.`
          const problem = subject.point(file, [], 'locale/staff-text-missing', message)
          // The program itself sends those of `advocate`; a sentence or a flag may be new and not yet translated.
          problems.push(namespace === 'advocate' ? problem : { ...problem, severity: 'warning' })
          continue
        }
        if (text.trim() === '') {
          const message = `"${id}" is empty.\nAn advocate, or the person they write to, would get no words.`
          problems.push(subject.point(file, [id], 'locale/empty-text', message))
          continue
        }
        const lost = placeholdersIn(master).filter((name) => !placeholdersIn(text).includes(name))
        if (lost.length > 0) {
          const message = `English has ${lost.map((name) => `{{${name}}}`).join(', ')} here, this text has not.\nAn advocate would miss what stands there.`
          problems.push(subject.point(file, [id], 'locale/placeholder', message))
        }
      }
    }
  return problems
}

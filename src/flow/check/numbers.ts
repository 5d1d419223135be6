import { plainDigits } from '../../language/digits.ts'
import type { Problem } from '../../problem.ts'
import type { Language } from '../../types.ts'
import { fileOf } from './locale-texts.ts'
import type { Check } from './subject.ts'

/**
 * A text has the same numbers in every language: how long we keep words, from which age on, which digit stands for what.
 * Where one language differs from the others it says something else than they do.
 */
export const checkNumbers: Check = (subject) =>
  (['questions', 'messages', 'phrasebook'] as const).flatMap((namespace) => {
    const byText = new Map<string, { language: Language; numbers: string }[]>()
    for (const language of subject.live)
      for (const [id, text] of Object.entries(subject.locales.get(language)?.[namespace] ?? {})) {
        if (text.trim() === '') continue
        byText.set(id, [...(byText.get(id) ?? []), { language, numbers: numbersIn(text) }])
      }
    return [...byText].flatMap(([id, own]): Problem[] => {
      const counts = new Map<string, number>()
      for (const { numbers } of own) counts.set(numbers, (counts.get(numbers) ?? 0) + 1)
      const [usual, count] = [...counts].sort(([, one], [, other]) => other - one)[0]!
      // With two languages nobody can tell which of them is wrong, unless it is most of them.
      if (count * 2 <= own.length) return []
      return own
        .filter(({ numbers }) => numbers !== usual)
        .map(({ language, numbers }) => {
          const message = `The numbers of ${id} are ${usual || 'none'} in the other languages; here they are ${numbers || 'none'}. Write the same ones, in digits.\nWho reads this language would be told something else than the others.`
          return subject.point(fileOf(language, namespace), [id], 'locale/numbers-differ', message)
        })
    })
  })

const numbersIn = (text: string): string =>
  [
    ...plainDigits(text.normalize('NFKC'))
      .replace(/\{\{[^}]*\}\}/g, '')
      .matchAll(/\d+/g),
  ]
    .map(([number]) => Number(number))
    .sort((one, other) => one - other)
    .join(', ')

import { describe, expect, test } from '@jest/globals'
import { assemble } from '../../src/assemble-files.ts'
import { readBundleFiles } from '../../src/bundle-files.ts'
import { checkBundle } from '../../src/flow/check/check-bundle.ts'
import { newConversation } from '../../src/flow/conversation.ts'
import { renderMessage } from '../../src/flow/render-reply.ts'
import { projectRoot } from '../../src/project-root.ts'
import type { MessageId } from '../../src/types.ts'

const shipped = readBundleFiles(projectRoot)
const dates = '    checked_on: 2026-11-10\n    checked_by: desk\n    next_check: 2026-12-20\n'
/** The emergency number and the sentence on care, checked by somebody until 20 December. */
const files = {
  ...shipped,
  'dialogs/directory.yaml': shipped['dialogs/directory.yaml']!.replace(
    / {4}demonstration: true\n {2}life_line/,
    `${dates}  life_line`,
  ).replace(/( {4}source: Ley de Migraci.n, article 8\n)/, `$1${dates}`),
}
const at = (time: string) => Date.parse(`${time}Z`)

describe('what has a date of its next check', () => {
  const bundle = assemble(files)!
  const says = (id: string, time: string) =>
    renderMessage(bundle.flow, { ...newConversation('b', 'intake', 'whatsapp'), language: 'en' }, id as MessageId, {
      texts: bundle.texts,
      languages: bundle.dialogs.languages,
      now: at(time),
      word: 'mango',
      isDemonstration: false,
    })

  test('stands in messages until the day before', () => {
    expect(says('M_P1_MED', '2026-12-19T23:59:59')).toContain('911')
    expect(says('M_CARE_MX', '2026-12-19T23:59:59')).not.toBeNull()
  })

  test('vanishes by itself on that day, and the rest of the message stays', () => {
    const before = says('M_P1_MED', '2026-12-19T23:59:59')!
    const after = says('M_P1_MED', '2026-12-20T00:00:00')!
    expect(after).not.toContain('911')
    expect(after.length).toBeGreaterThan(0)
    expect(before.length).toBeGreaterThan(after.length)
    expect(says('M_CARE_MX', '2026-12-20T00:00:00')).toBeNull()
  })

  test('is not there before anybody has checked it', () => {
    const unchecked = assemble(shipped)!
    const rendering = { texts: unchecked.texts, languages: unchecked.dialogs.languages, now: at('2026-12-01T00:00:00') }
    const talk = { ...newConversation('b', 'intake', 'whatsapp'), language: 'en' }
    const text = (isDemonstration: boolean) =>
      renderMessage(unchecked.flow, talk, 'M_P1_MED' as MessageId, { ...rendering, word: 'mango', isDemonstration })
    expect(text(false)).not.toContain('911')
    // Simulated phones reach nobody.
    expect(text(true)).toContain('911')
  })

  const told: [time: string, codes: string[]][] = [
    ['2026-12-05T23:59:59', []],
    ['2026-12-06T00:00:00', ['warning directory/ends-soon', 'warning directory/ends-soon']],
    ['2026-12-19T23:59:59', ['warning directory/ends-soon', 'warning directory/ends-soon']],
    ['2026-12-20T00:00:00', ['problem directory/expired', 'problem directory/expired']],
  ]
  test.each(told)('check tells of it: %s', (time, codes) => {
    const { problems, warnings } = checkBundle(files, { now: at(time), rota: null, proves: false })
    const found = [
      ...problems.map(({ code }) => `problem ${code}`),
      ...warnings.map(({ code }) => `warning ${code}`),
    ].filter((line) => /directory\/(ends-soon|expired)$/.test(line))
    expect(found).toEqual(codes)
  })
})

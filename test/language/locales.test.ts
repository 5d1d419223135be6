import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { francAll } from 'franc'
import { parse } from 'yaml'
import { checkLocale, findForbidden, type LocaleContext, placeLocaleProblem } from '../../src/language/check-locale.ts'
import { countSegments } from '../../src/language/count-segments.ts'
import { languagesSchema } from '../../src/language/languages.ts'
import {
  forbiddenSchema,
  type LocaleTexts,
  phrasebookSchema,
  requiredNamespaces,
  reviewSchema,
  textsFileSchema,
} from '../../src/language/locale-schema.ts'
import { plainForSms } from '../../src/language/plain-sms.ts'
import { countReviewStates, reviewState, sourceHashes, textHash } from '../../src/language/review-state.ts'
import { fillText, loadTexts } from '../../src/language/texts.ts'

const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const yaml = (path: string): unknown => parse(file(path))

const written = languagesSchema.parse(yaml('dialogs/languages.yaml')).languages.filter((entry) => entry.written)
const words = yaml('dialogs/words.yaml') as Record<string, string[]>
const carrierWords = [...words.carrier_stop!, ...words.carrier_start!, ...words.carrier_reserved!]
const flagLanguages = ['en', 'es', 'ht', 'fr', 'pt']

function readLocale(language: string): LocaleTexts {
  return Object.fromEntries(
    requiredNamespaces.map((namespace) => [
      namespace,
      textsFileSchema.parse(JSON.parse(file(`locales/${language}/${namespace}.json`))),
    ]),
  )
}

function contextOf(language: string): LocaleContext {
  return {
    language,
    direction: written.find((entry) => entry.id === language)!.direction,
    forbidden: forbiddenSchema.parse(yaml(`locales/${language}/forbidden.yaml`)).words,
    carrierWords,
    segmentsOf: (text) => countSegments(plainForSms(text, language)),
  }
}

const english = readLocale('en')

/** Changes one English text and returns the codes that the check gives. */
function codesAfter(namespace: string, key: string, text: string | undefined, context = contextOf('en')): string[] {
  const changed = { ...english, [namespace]: { ...english[namespace], [key]: text } } as LocaleTexts
  return checkLocale(english, changed, context).map((problem) => problem.code)
}

describe('the shipped languages', () => {
  test('are the eighteen that people are promised', () => {
    expect(written.map((entry) => entry.id).toSorted()).toEqual(
      'ar en es fa fr hi ht kk ky pa pt ru tg tr uk uz vi zh'.split(' '),
    )
  })

  test.each(written.map((entry) => entry.id))('%s has every text, and none that could hurt', (language) => {
    expect(checkLocale(english, readLocale(language), contextOf(language))).toEqual([])
  })

  test.each(written.map((entry) => entry.id))('%s follows the English of today, and says who read it', (language) => {
    const review = reviewSchema.parse(JSON.parse(file(`locales/${language}/review.json`)))
    expect(review.language).toBe(language)
    const counts = countReviewStates(english, readLocale(language), review)
    expect(counts).toMatchObject({ missing: 0, stale: 0 })
    const isNamed = review.reviewer !== null && review.on !== null
    expect(review.state === 'reviewed').toBe(isNamed)
  })

  // franc is not our detector: it must find each language among all that it knows. It has Persian and Dari apart.
  test.each(
    Object.entries({
      ...{ es: 'spa', en: 'eng', ht: 'hat', pt: 'por', fr: 'fra', ru: 'rus', zh: 'cmn', ar: 'arb', uk: 'ukr' },
      ...{ tr: 'tur', fa: 'pes prs', uz: 'uzn', ky: 'kir', tg: 'tgk', kk: 'kaz', hi: 'hin', pa: 'pan', vi: 'vie' },
    }),
  )('an independent detector takes %s for what it is', (language, code) => {
    const { L1: _, ...questions } = readLocale(language).questions!
    const text = Object.values(questions)
      .join(' ')
      .replace(/[0-9=]/g, '')
    expect(code.split(' ')).toContain(francAll(text)[0]![0])
  })

  test.each(flagLanguages)('%s tells an advocate what each flag stands for', (language) => {
    const keys = (path: string) => Object.keys(textsFileSchema.parse(JSON.parse(file(path))))
    expect(keys(`locales/${language}/flags.json`)).toEqual(keys('locales/en/flags.json'))
  })

  test('every flag of the rules has its line', () => {
    const rules = yaml('dialogs/rules.yaml') as { flags: Record<string, unknown> | { id: string }[] }
    const ids = Array.isArray(rules.flags) ? rules.flags.map((flag) => flag.id) : Object.keys(rules.flags)
    const lines = JSON.parse(file('locales/en/flags.json')) as Record<string, string>
    expect(ids.filter((id) => !(id in lines))).toEqual([])
  })

  test('every phrase of the phrasebook has words, and every word its number', () => {
    const book = phrasebookSchema.parse(yaml('dialogs/phrasebook.yaml'))
    const phrases = book.groups.flatMap((group) => group.phrases)
    expect(phrases.map((phrase) => phrase.id)).toEqual(Object.keys(english.phrasebook!))
    expect(new Set(phrases.map((phrase) => phrase.number)).size).toBe(phrases.length)
  })

  test('a missing number takes only its own sentence along, and SOS stays', () => {
    for (const { id: language } of written) {
      const texts = loadTexts({ [language]: readLocale(language) })
      for (const key of ['M_NOBODY', 'M_P4', 'M_TAKEN'])
        expect(fillText(texts, language, 'messages', key, {})).toContain('SOS')
      for (const key of ['M_P1_MED', 'M_P1_LIFE', 'M_NOBODY', 'M_P4', 'M_TAKEN']) {
        const text = fillText(texts, language, 'messages', key, {})
        expect(text).not.toMatch(/[{}]/)
      }
    }
  })
})

describe('checkLocale', () => {
  test('reports a text that is missing, empty, or not in English', () => {
    expect(codesAfter('messages', 'M_QUIET', undefined)).toEqual(['locale/missing-text'])
    expect(codesAfter('messages', 'M_QUIET', ' ')).toEqual(['locale/missing-text'])
    expect(codesAfter('messages', 'M_QUIETLY', 'Hush.')).toEqual(['locale/extra-key'])
  })

  test('reports digits that are gone, in another order or in another script', () => {
    expect(codesAfter('questions', 'MED', 'Are you sick? 1 = Yes.')).toEqual(['locale/digits-differ'])
    expect(codesAfter('questions', 'MED', 'Are you sick? 2 = No. 1 = Yes.')).toEqual(['locale/digits-differ'])
    expect(codesAfter('questions', 'MED', 'Are you sick? ١ = Yes. ٢ = No.')).toEqual([
      'locale/digits-script',
      'locale/digits-differ',
    ])
  })

  test('reports placeholders, and a way out that would be dropped with one', () => {
    expect(codesAfter('messages', 'M_P1_LIFE', 'Thank you.')).toEqual(['locale/placeholders-differ'])
    expect(codesAfter('messages', 'M_NOBODY', 'I keep trying. {{LINE}} If it gets worse send SOS.')).toEqual([
      'locale/placeholder-sentence',
    ])
  })

  test.each([
    'The police will come.',
    'You are a victim.',
    'Your case is open.',
    'Then escape.',
    'For Asylum-seekers.',
  ])('reports what a third reader must not see: %s', (text) =>
    expect(codesAfter('messages', 'M_QUIET', text)).toEqual(['locale/forbidden-word']),
  )

  test('reports words that carriers act on, and keywords that are lost', () => {
    expect(codesAfter('messages', 'M_QUIET', 'Send STOP.')).toEqual(['locale/carrier-word'])
    expect(codesAfter('messages', 'M_PRE_SAFE', 'You can send nothing.')).toEqual(['locale/keyword'])
  })

  test('reports texts that cost too much, labels that are too long, characters that cannot be seen', () => {
    expect(codesAfter('messages', 'M_QUIET', 'word '.repeat(80).trim())).toEqual(['locale/segments'])
    expect(codesAfter('options', 'E1.yes', 'Yes, somebody is in danger')).toEqual(['locale/option-length'])
    expect(codesAfter('messages', 'M_QUIET', 'OK.\u200e')).toEqual(['locale/direction-marks'])
    expect(codesAfter('messages', 'M_QUIET', 'OK.  Thanks.')).toEqual(['locale/spaces'])
    expect(codesAfter('messages', 'M_QUIET', 'Cafe\u0301.')).toEqual(['locale/not-composed'])
    expect(codesAfter('messages', 'M_QUIET', 'Тhanks.')).toEqual(['locale/mixed-letters'])
  })

  test('reports an untranslated text, a text from the wrong side, a menu of its own', () => {
    expect(codesAfter('messages', 'M_QUIET', 'OK شكرا', { ...contextOf('en'), direction: 'rtl' })).toContain(
      'locale/direction',
    )
    expect(codesAfter('questions', 'L1', '1 English')).toEqual(['locale/menu-differs'])
    const spanish = { ...contextOf('es'), language: 'es' }
    expect(checkLocale(english, english, spanish).some(({ code }) => code === 'locale/untranslated')).toBe(true)
  })

  test('every code has its entry in the guide for translators', () => {
    const source = file('src/language/check-locale.ts')
    const codes = [...source.matchAll(/report\(\s*(?:key, )?'([a-z-]+)'/g)].map((match) => `locale/${match[1]}`)
    expect(codes.length).toBeGreaterThan(15)
    const guide = file('docs/translating.md')
    expect(codes.filter((code) => !guide.includes(`\`${code}\``))).toEqual([])
  })

  test('points at the line of the text', () => {
    const text = '{\n  "A": "one",\n  "M_QUIET": "The police."\n}'
    const problem = { code: 'locale/x', language: 'en', namespace: 'messages', key: 'M_QUIET', message: 'Why.' }
    expect(placeLocaleProblem(problem, text)).toMatchObject({
      source: 'locales/en/messages.json',
      line: 3,
      column: 14,
      length: 13,
    })
    expect(placeLocaleProblem({ ...problem, key: 'B' }, text)).toMatchObject({ line: 1, column: 1 })
  })
})

describe('findForbidden', () => {
  test.each([
    ['No es su caso', 'caso', true],
    ['Ocaso', 'caso', false],
    ['las víctimas', 'víctima*', true],
    ['والشرطة', '*شرطة*', true],
    ['有人被绑架了', '*绑架*', true],
    ['nạn nhân', 'nạn nhân*', true],
    ['o‘g‘irlash', 'garov*', false],
  ])('%s / %s', (text, pattern, isFound) => {
    expect(findForbidden(text, [pattern]) !== null).toBe(isFound)
  })

  test('finds a forbidden word wherever it stands', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.constantFrom('police', 'asylum', 'victims'), (before, after, word) => {
        const patterns = contextOf('en').forbidden
        expect(findForbidden(`${before} ${word} ${after}`, patterns)).not.toBeNull()
      }),
    )
  })
})

describe('reviewState', () => {
  const locale: LocaleTexts = { messages: { M: 'Hola.' } }
  const masters: LocaleTexts = { messages: { M: 'Hello.' } }
  const review = reviewSchema.parse({
    version: 1,
    language: 'es',
    state: 'draft',
    reviewer: null,
    on: null,
    back_translation: null,
    texts: {},
    source: sourceHashes(masters, ['messages']),
  })
  const at = { namespace: 'messages', key: 'M' }
  const reviewed = {
    ...review,
    texts: { 'messages.M': { state: 'reviewed' as const, reviewer: 'R', on: '2026-12-01', text: textHash('Hola.') } },
  }

  test('is a draft until somebody stands for it', () => {
    expect(reviewState(masters, locale, review, at)).toBe('draft')
    expect(reviewState(masters, locale, reviewed, at)).toBe('reviewed')
  })

  test('is stale when the English changed, a draft again when the translation did, missing without words', () => {
    expect(reviewState({ messages: { M: 'Hello!' } }, locale, reviewed, at)).toBe('stale')
    expect(reviewState(masters, { messages: { M: 'Buenas.' } }, reviewed, at)).toBe('draft')
    expect(reviewState(masters, { messages: {} }, reviewed, at)).toBe('missing')
  })

  test('a hash changes with one letter', () => {
    expect(textHash('')).toBe('811c9dc5')
    expect(textHash('Hello.')).not.toBe(textHash('Hello!'))
  })
})

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compileAnswerWords } from '../../src/language/answer-words.ts'
import { findWordCollisions } from '../../src/language/find-word-collisions.ts'
import { foldText } from '../../src/language/fold-text.ts'
import { type AnswerShape, type ReadAnswer, readAnswer, readGlobalWord } from '../../src/language/read-reply.ts'
import { files, labelsOf, languages, messagesOf, shapes, shared, words, written } from './answer-tables.ts'

/** What a reply was read as, in one short string. */
function said(read: ReadAnswer): string {
  if (read.kind === 'chosen') return read.options.join(' ')
  return read.kind === 'number' ? String(read.value) : `(${read.kind})`
}

function check(language: string | null, question: string, cases: Record<string, string>) {
  const read = Object.fromEntries(
    Object.keys(cases).map((text) => [text, said(readAnswer(words, text, language, shapes[question]!))]),
  )
  expect(read).toEqual(cases)
}

describe('a choice of one', () => {
  test('digits in every form that a phone can type', () => {
    const forms = [
      '1',
      '1.',
      '1)',
      ' 1 ',
      '(1)',
      '#1',
      '№1',
      'nº 1',
      '1️⃣',
      '١',
      '۱',
      '१',
      '੧',
      '１',
      '𝟏',
      '①',
      '❶',
      '¹',
      '1!!',
      '“1”',
    ]
    check('es', 'E1', Object.fromEntries(forms.map((form) => [form, 'yes'])))
    check(null, 'E1', Object.fromEntries(forms.map((form) => [form, 'yes'])))
  })

  test('digits with a few words of politeness around', () => {
    check('es', 'WHO', {
      'la 2 por favor': 'family',
      'opción 2': 'family',
      'Es el dos, gracias': 'family',
      'creo que 2': 'family',
      'mi respuesta es 2': 'family',
    })
    check('en', 'WHO', { 'opt 2': 'family', 'number two please': 'family', "it's 2": 'family' })
    check('ht', 'WHO', { 'nimewo 2 souple': 'family', 'se 2': 'family' })
    check('ru', 'WHO', { 'вариант 2': 'family', 'два, спасибо': 'family' })
    check('zh', 'WHO', { 选2: 'family', 第二个: 'family', 二号: 'family' })
  })

  test('a number inside a sentence is no choice', () => {
    check('es', 'E2', { 'tengo 2 hijos enfermos': '(none)', 'somos 3 y no comemos': '(none)' })
    check('en', 'WHO', { 'I have 2 kids': '(none)', '2 men took him': '(none)' })
    check('ht', 'WHO', { 'mwen gen 2 timoun malad': '(none)' })
    check('ru', 'WHO', { 'у меня 2 ребёнка болеют': '(none)' })
    check('zh', 'WHO', { 我有2个孩子生病了: '(none)' })
  })

  test('yes and no as people text them, in any language', () => {
    const yes =
      'sí si SI ss sip siii yes yep yeah wi wè oui ouais sim да ага так 是的 有 نعم ايوه evet بله ha ооба иә ҳа हाँ haan ਹਾਂ có dạ'
    const no =
      'no nop nope NOOO non não nao нет неа ні 没有 لا hayır yok نه yoʻq yoq жок жоқ нест नहीं nahi ਨਹੀਂ không khong ko'
    for (const language of [null, 'es']) {
      for (const text of yes.split(' ')) check(language, 'E1', { [text]: 'yes' })
      for (const text of no.split(' ')) check(language, 'E1', { [text]: 'no' })
    }
    check('es', 'E1', { '👍': 'yes', '👍🏽': 'yes', '👎': 'no', '❌': 'no', 'si, 1': 'yes', 'no 2': 'no' })
  })

  test('yes with the digit for no asks again', () => {
    check('es', 'E1', { 'si 2': '(ambiguous)', 'no 1': '(ambiguous)', 'si no': '(ambiguous)' })
  })

  test('two digits are both given, for the caller to take the most serious', () => {
    check('es', 'E1', { '12': 'yes no', '1 o 2': 'yes no', '2,1': 'yes no' })
    check('es', 'MED_WHO', { '5 y 1': 'baby_under_2_months adult' })
  })

  test('a digit out of range, a zero, a phone number do not fit', () => {
    check('es', 'E1', { '3': '(none)', '10': '(none)', '0': '(none)', '+52 868 111 2233': '(none)', '2026': '(none)' })
    check('es', 'CHILD_DS', { '868 123 4567': '(none)' })
  })

  test('a bare yes at a list asks again, a bare no is its "no"', () => {
    check('es', 'TH', { sí: '(ambiguous)', no: 'no', nadie: '(none)' })
    check('es', 'PREG', { no: 'no' })
  })
})

describe('several choices', () => {
  test('with and without separators', () => {
    for (const text of [
      '1,3',
      '1 3',
      '13',
      '31',
      '1y3',
      '1 e 3',
      '1.3',
      '1-3',
      '1/3',
      '3+1',
      'uno y tres',
      '1️⃣3️⃣',
      '١،٣',
      '1, 3, 1',
    ])
      check('es', 'E2', { [text]: 'sick threat' })
    check('zh', 'E2', { '1、3': 'sick threat', '1和3': 'sick threat', 一三: 'sick threat', 一和三: 'sick threat' })
    check('ar', 'E2', { '١ و ٣': 'sick threat', 'واحد وثلاثة': 'sick threat' })
    check('ht', 'E2', { 'youn ak twa': 'sick threat' })
  })

  test('"none" is dropped when a sign comes with it', () => {
    check('es', 'CHILD_DS', { '9,1': 'cannot_drink', '9': 'none', nada: 'none', no: 'none', ninguno: 'none' })
    check('es', 'KIDS', { '4,5': 'no_parent_here' })
  })

  test('one digit that is not in the list asks again', () => {
    check('es', 'E2', { '1,3,7': '(none)' })
  })

  test('"no fever" is not fever', () => {
    check('es', 'CHILD_DS', { 'no fiebre': '(ambiguous)', 'nada de fiebre': '(none)', 'sin fiebre': '(none)' })
    check('en', 'CHILD_DS', { 'no fever': '(ambiguous)' })
    check('pt', 'CHILD_DS', { 'sem febre': '(none)' })
    check('zh', 'CHILD_DS', { 不发烧: '(ambiguous)' })
  })

  test('the words of the options, with accents, case, typos and another language forgiven', () => {
    check('es', 'CHILD_DS', {
      'fiebre y diarrea': 'fever diarrhea',
      'FIEBRE, VOMITA TODO': 'vomits_all fever',
      ficbre: 'fever',
      fibere: 'fever',
      lafyèv: 'fever',
      fever: 'fever',
    })
    check('ht', 'ADULT_DS', { 'doulè nan pwatrin': 'chest_pain', 'senyen anpil ak fyev': '(none)' })
    check('ru', 'CHILD_DS', { 'температура и понос': 'fever diarrhea', тимпература: 'fever' })
    check('vi', 'CHILD_DS', { 'sốt, tiêu chảy': 'fever diarrhea', 'sot va tieu chay': 'fever diarrhea' })
    check('tr', 'CHILD_DS', { ATEŞ: 'fever', ates: 'fever', 'ateş ve ishal': 'fever diarrhea' })
    check('ky', 'CHILD_DS', { 'ысытма жана ич өтүү': 'fever diarrhea', 'ич оту': '(none)' })
  })
})

describe('times', () => {
  test('at DAYS and MEDS_D a time or a number above the list is days', () => {
    check('es', 'DAYS', {
      '1': 'under_7',
      '2': '7_or_more',
      '3': 'under_7',
      '14': '7_or_more',
      '3 días': 'under_7',
      'hace 3 dias': 'under_7',
      'desde ayer': 'under_7',
      'una semana': '7_or_more',
      '2 o 3 semanas': '7_or_more',
      '1 semana 2 dias': '7_or_more',
      'un mes': '7_or_more',
      '12 horas': 'under_7',
      dias: '(ambiguous)',
    })
    check('es', 'MEDS_D', {
      '4': 'later',
      '5': '4_to_7_days',
      '14': 'later',
      'se acabó': 'finished',
      hoy: 'finished',
      mañana: '1_to_3_days',
      'en una semana': '4_to_7_days',
    })
    check('ht', 'DAYS', { 'depi yè': 'under_7', 'sa gen 2 semèn': '7_or_more', '3 jou': 'under_7' })
    check('ru', 'DAYS', { 'уже две недели': '7_or_more', '3 дня': 'under_7', 'со вчера': 'under_7' })
    check('ar', 'DAYS', { 'منذ يومين': 'under_7', '٣ أيام': 'under_7', أسبوعين: '7_or_more' })
    check('zh', 'DAYS', { 三天了: 'under_7', 两个星期: '7_or_more', '10天': '7_or_more' })
    check('vi', 'DAYS', { '3 ngày': 'under_7', 'hai tuần rồi': '7_or_more' })
  })

  test('elsewhere a time is no digit of the list', () => {
    check('es', 'WHO', { '2 meses': '(none)', '3 años': '(none)' })
  })
})

describe('ages', () => {
  test.each([
    [
      'es',
      {
        '16': '16',
        '16 años': '16',
        'tengo 16': '16',
        dieciséis: '16',
        'treinta y cinco': '35',
        '3 meses': '0',
        '24 meses': '2',
      },
    ],
    [
      'es',
      {
        '1990': '35',
        '2010': '15',
        '12/05/2008': '17',
        '1 año 3 meses': '1',
        '16.5': '16',
        '16 y 14': '(ambiguous)',
        '121': '(none)',
      },
    ],
    [
      'es',
      {
        '0': '(none)',
        '16-17': '(ambiguous)',
        '16,17': '(ambiguous)',
        'no sé': '(none)',
        'tengo miedo': '(none)',
        '2030': '(none)',
        'a las 3': '(none)',
      },
    ],
    ['en', { "I'm 16": '16', 'sixteen years old': '16', 'thirty-two': '32', 'born in 2009': '16', '8 months': '0' }],
    ['ht', { 'mwen gen 16 an': '16', sèz: '16', 'trant senk': '35', '6 mwa': '0' }],
    ['pt', { 'tenho 16 anos': '16', 'vinte e cinco': '25' }],
    [
      'fr',
      {
        "j'ai seize ans": '16',
        'soixante-quinze': '75',
        'quatre-vingt-dix': '90',
        'vingt et un': '21',
        'onze heures': '(none)',
      },
    ],
    ['ru', { 'мне 16 лет': '16', 'двадцать пять': '25', шестнадцать: '16' }],
    ['uk', { 'мені 16 років': '16', 'двадцять пять': '25' }],
    ['zh', { 我今年16岁: '16', 十六: '16', 二十五岁: '25', 三十: '30' }],
    ['ar', { 'عمري ١٦ سنة': '16', 'خمسة وعشرين': '25', 'ستة عشر': '16' }],
    ['fa', { '۱۶ ساله': '16', 'بیست و پنج': '25', '۱۳۸۶': '17' }],
    ['tr', { '16 yaşındayım': '16', 'yirmi beş': '25', 'on altı': '16' }],
    ['uz', { '16 yosh': '16', "o'n olti": '16', 'йигирма беш': '25' }],
    ['ky', { '16 жаш': '16', 'он алты': '16', 'жыйырма беш': '25' }],
    ['kk', { '16 жаста': '16', 'он алты': '16', 'жиырма бес': '25' }],
    ['tg', { '16 сола': '16', 'бисту панҷ': '25' }],
    ['hi', { '१६ साल': '16', सोलह: '16', 'मेरी उम्र 16 साल है': '16' }],
    ['pa', { '੧੬ ਸਾਲ': '16', ਸੋਲਾਂ: '16' }],
    ['vi', { '16 tuổi': '16', 'mười sáu': '16', 'hai mươi lăm': '25', 'sinh năm 2009': '16' }],
  ] as [string, Record<string, string>][])('%s %j', (language, cases) => {
    check(language, 'AGE', cases)
  })

  test('a year of birth gives the younger age, so that a child is not taken for an adult', () => {
    check('es', 'AGE', { '2008': '17', '2007': '18' })
  })

  test('zero counts only where the question says so', () => {
    const shape: AnswerShape = { ...shapes.AGE!, zeroIsAnswer: true }
    expect(said(readAnswer(words, '0', 'es', shape))).toBe('0')
  })
})

test('months of a pregnancy: weeks from 11 on, 27 weeks are month 7, not sure is 10', () => {
  check('es', 'PREG_W', {
    '8': '8',
    '8 meses': '8',
    'tengo 8 meses': '8',
    '7 y medio': '7',
    '10': '10',
    'no sé': '10',
    '11': '3',
    '26': '6',
    '27': '7',
    '30 semanas': '7',
    '8 semanas': '2',
    '42': '9',
    '43': '(none)',
    '0': '(none)',
  })
  check('ht', 'PREG_W', { '8 mwa': '8', 'mwen pa konnen': '10', '32 semèn': '7' })
  check('zh', 'PREG_W', { 八个月: '8', 不知道: '10', '30周': '7' })
  check('hi', 'PREG_W', { 'आठ महीने': '8', 'पता नहीं': '10' })
})

describe('global words', () => {
  function is(text: string, language: string | null = 'es') {
    const word = readGlobalWord(words, text, language)
    return word?.kind === 'language' ? word.language : (word?.kind ?? null)
  }

  test('only as the whole message, whatever stands around it', () => {
    for (const text of [
      '0',
      ' 0 ',
      '0.',
      '(0)',
      '0️⃣',
      '٠',
      '۰',
      '０',
      '𝟎',
      '00',
      '0 🙏',
      '\u200f0',
      'cero',
      'zewo',
      'ноль',
    ])
      expect([text, is(text)]).toEqual([text, 'stop'])
    for (const text of ['no 0', '10', '0 1', 'alto riesgo', 'sos mi amigo', 'una persona enferma', 'por qué no vienen'])
      expect([text, is(text)]).toEqual([text, null])
  })

  test('stop words of all languages, and those of the carrier apart', () => {
    for (const text of [
      'alto',
      'Sispann!',
      'стоп',
      '停',
      'توقف',
      'dur',
      'بس',
      'toʻxta',
      'токто',
      'тоқта',
      'रुको',
      'ਰੁਕੋ',
      'dừng',
      'pare',
      'arrête',
    ])
      expect([text, is(text, null)]).toEqual([text, 'stop'])
    for (const text of [
      'STOP',
      'stop',
      'S\u200bTOP',
      'Stop.',
      'ЅТОР',
      'SТOP',
      'ＳＴＯＰ',
      'StopAll',
      'unsubscribe',
      'END',
    ])
      expect([text, is(text)]).toEqual([text, 'carrier_stop'])
    expect(is('start')).toBe('carrier_start')
  })

  test('SOS in any script or sign', () => {
    for (const text of [
      'SOS',
      's.o.s.',
      'S O S',
      'SOS!!!',
      '🆘',
      '🆘🆘 🙏',
      'ayuda 🆘',
      '911',
      '٩١١',
      '９１１',
      'СОС',
      '求救',
      '救命',
      'anmwe',
      'socorro',
    ])
      expect([text, is(text, null)]).toEqual([text, 'sos'])
  })

  test('a question mark alone asks why', () => {
    for (const text of ['?', '??', '¿?', '؟', '？', ' ? ']) expect([text, is(text)]).toEqual([text, 'why'])
    expect(is('1?')).toBeNull()
  })

  test.each([
    ['kreyol', 'ht'],
    ['Kreyòl', 'ht'],
    ['KREYÒL AYISYEN', 'ht'],
    ['creole', 'ht'],
    ['español', 'es'],
    ['espanol', 'es'],
    ['castellano', 'es'],
    ['quiche', 'quc'],
    ["K'iche'", 'quc'],
    ['kiche', 'quc'],
    ['canjobal', 'kjb'],
    ["Q'anjob'al", 'kjb'],
    ['kekchi', 'kek'],
    ['mam', 'mam'],
    ['русский', 'ru'],
    ['по-русски', 'ru'],
    ['中文', 'zh'],
    ['العربية', 'ar'],
    ['فارسی', 'fa'],
    ['кыргызча', 'ky'],
    ['mixteco', 'mix'],
    ['aimara', 'ay'],
    ['lengua de señas', 'sgn'],
  ])('%s names the language %s', (text, language) => {
    expect(is(text, null)).toBe(language)
    expect(is(text, 'en')).toBe(language)
  })

  test('every autonym names its language', () => {
    for (const { id, autonym } of languages) expect([id, is(autonym, null)]).toEqual([id, id])
  })

  test('an answer in the own language is no command of another one', () => {
    const own = files.map((file) =>
      file.language === 'es' ? { ...file, words: { ...file.words, yes: [...file.words.yes, 'dur'] } } : file,
    )
    const tables = compileAnswerWords(own, shared, languages)
    expect(readGlobalWord(tables, 'dur', 'es')).toBeNull()
    expect(readGlobalWord(tables, 'dur', 'tr')).toEqual({ kind: 'stop' })
    expect(readGlobalWord(tables, 'dur', null)).toEqual({ kind: 'stop' })
  })

  test('Vietnamese tones tell right from stop', () => {
    expect(is('dừng', 'vi')).toBe('stop')
    expect(is('đúng', 'vi')).toBeNull()
    expect(is('dung', 'vi')).toBeNull()
    check('vi', 'E1', { đúng: 'yes', Đúng: 'yes' })
  })
})

describe('the shipped word files', () => {
  test('have no option word that is read as something else', () => {
    expect(findWordCollisions(words, Object.values(shapes))).toEqual([])
  })

  test.each([
    ['STOP', { kind: 'carrier' }],
    ['stop!', { kind: 'carrier' }],
    ['Start', { kind: 'carrier' }],
    ['sos', { kind: 'global', global: 'sos' }],
    ['sispann', { kind: 'global', global: 'stop' }],
    ['стоп', { kind: 'global', global: 'stop' }],
    ['SKIP', { kind: 'global', global: 'skip' }],
    ['kreyol', { kind: 'global', global: 'language' }],
    ['fiebre', { kind: 'option', option: 'injury' }],
    ['0', { kind: 'global', global: 'stop' }],
    ['2', { kind: 'option', option: 'vomits_all' }],
  ])('an option word %s is a collision', (word, other) => {
    const shape = shapes.CHILD_DS!
    const options = shape.options.map((option) => (option.id === 'injury' ? { ...option, words: [word] } : option))
    const found = findWordCollisions(words, [{ ...shape, options }])
    expect(found.map((collision) => collision.with)).toContainEqual(expect.objectContaining(other))
  })

  test.each(written)('%s: every word is read as what it stands for', (language) => {
    const wrong: unknown[] = []
    const expectRead = (text: string, question: string, expected: string) => {
      const read = said(readAnswer(words, text, language, shapes[question]!))
      if (read !== expected) wrong.push({ text, question, expected, read })
    }
    const { words: own } = files.find((file) => file.language === language)!
    for (const [question, options] of Object.entries(own.options))
      for (const [option, entries] of Object.entries(options))
        for (const entry of entries) expectRead(entry, question, option)
    for (const [id, label] of Object.entries(labelsOf(language))) {
      const [question, option] = id.split('.') as [string, string]
      if (shapes[question]) expectRead(label, question, option)
    }
    for (const entry of own.yes) expectRead(entry, 'E1', 'yes')
    for (const entry of own.no) expectRead(entry, 'TH', 'no')
    for (const entry of [...own.no, ...own.none]) expectRead(entry, 'CHILD_DS', 'none')
    for (const entry of own.unsure) expectRead(entry, 'PREG_W', '10')
    for (const [value, entries] of Object.entries(own.numbers))
      if (value !== '0') for (const entry of entries) expectRead(entry, 'AGE', value)
    expect(wrong).toEqual([])
  })

  test.each(written)('%s: every command is heard, in capitals and with signs too', (language) => {
    const { words: own } = files.find((file) => file.language === language)!
    for (const kind of ['stop', 'sos', 'person', 'erase', 'why', 'data', 'skip', 'language_menu'] as const)
      for (const entry of own[kind])
        expect([entry, readGlobalWord(words, ` ${entry.toUpperCase()}!! 🙏`, language)?.kind]).toEqual([entry, kind])
  })

  test.each(written)('%s: the words that the messages teach are understood', (language) => {
    for (const text of Object.values(messagesOf(language)))
      for (const [word] of text.matchAll(/(?<![\p{L}{])\p{Lu}{3,}(?![\p{L}}])/gu))
        expect([word, readGlobalWord(words, word, language)?.kind]).toEqual([word, expect.any(String)])
  })
})

describe('any text', () => {
  const seed = 20261124
  const runs = { seed, numRuns: 400 }
  const question = fc.constantFrom(...Object.values(shapes))
  const language = fc.constantFrom<string | null>(null, ...written, 'mam')
  const digitScripts = ['٠', '۰', '०', '੦', '০', '０', '𝟎', '𝟘', '០', '๐'].map((zero) => zero.codePointAt(0)!)

  test(`is read without throwing, as options of the question in their order, each once (seed ${seed})`, () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc
        .array(
          fc.constantFrom(
            '1',
            '2',
            '9',
            '0',
            ' ',
            ',',
            'y',
            'si',
            'no',
            'fiebre ',
            'dos ',
            'días',
            '\u200f',
            '👍',
            '是',
            '天',
            'و',
          ),
        )
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, language, question, (reply, spoken, shape) => {
        readGlobalWord(words, reply, spoken)
        const read = readAnswer(words, reply, spoken, shape)
        if (read.kind === 'number') expect(Number.isFinite(read.value) && read.value >= 0).toBe(true)
        if (read.kind !== 'chosen') return
        const order = shape.options.map(({ id }) => id)
        expect(read.options.length).toBeGreaterThan(0)
        expect(read.options).toEqual(order.filter((id) => read.options.includes(id)))
      }),
      runs,
    )
  })

  test(`a digit is the same in every script (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.nat(9999), fc.constantFrom(...digitScripts), question, (number, zero, shape) => {
        const other = String(number).replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)))
        expect(readAnswer(words, other, 'es', shape)).toEqual(readAnswer(words, String(number), 'es', shape))
      }),
      runs,
    )
  })

  test(`the order and the separators of several choices do not matter (seed ${seed})`, () => {
    const shape = shapes.CHILD_DS!
    const separator = fc.constantFrom('', ' ', ',', ', ', ' y ', '.', '\n', ' - ', '、', '،', ' & ')
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { minLength: 1 }), separator, (digits, between) => {
        const read = readAnswer(words, digits.join(between), 'es', shape)
        const expected = shape.options.filter(({ digit }) => digits.includes(digit)).map(({ id }) => id)
        expect(read).toEqual({ kind: 'chosen', options: expected })
      }),
      runs,
    )
  })

  test(`case, invisible characters and signs around a reply change nothing (seed ${seed})`, () => {
    const reply = fc.constantFrom(
      '1',
      'sí',
      'fiebre y diarrea',
      'no',
      '1 y 3',
      'tres',
      'wi',
      'да',
      'alto',
      'sos',
      'persona',
    )
    const noise = fc
      .array(fc.constantFrom(' ', '\u200b', '\u200f', '\u202e', '\ufeff', '.', '!', '🙏', '"', '\n', '*'))
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(reply, noise, noise, fc.boolean(), question, (text, before, after, isUpper, shape) => {
        const noisy = before + (isUpper ? text.toUpperCase() : text) + after
        expect(readAnswer(words, noisy, 'es', shape)).toEqual(readAnswer(words, text, 'es', shape))
        expect(readGlobalWord(words, noisy, 'es')).toEqual(readGlobalWord(words, text, 'es'))
      }),
      runs,
    )
  })

  test(`folding twice is folding once (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(foldText(foldText(text))).toBe(foldText(text))
      }),
      runs,
    )
  })
})

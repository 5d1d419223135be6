/**
 * Words as people type them with Latin letters, one of several usual spellings drawn by `random`.
 * Only for training: made spellings are rougher than real ones, so figures on them are not about people.
 */
export function romanise(language: string, word: string, random: () => number): string {
  if (language === 'am' || language === 'ti') return romaniseEthiopic(word, random)
  if (language === 'hi' || language === 'ne') return romaniseIndic(word, 0x900, language === 'hi', random)
  if (language === 'bn') return romaniseIndic(word, 0x980, false, random)
  if (language === 'pa') return romaniseIndic(word, 0xa00, true, random)
  const table = language === 'ar' || language === 'fa' || language === 'ps' ? ARABIC : (CYRILLIC[language] ?? {})
  let out = ''
  for (const letter of word.toLowerCase().normalize('NFC')) {
    const options = table[letter] ?? (language in CYRILLIC ? (RUSSIAN[letter] ?? [letter]) : [letter])
    out += pick(options, random)
    // Short vowels are not written in Arabic script, but are in Latin letters.
    if (table === ARABIC && !VOWELS.has(letter) && random() < 0.55) out += pick(['a', 'a', 'e', 'i', 'o', 'u'], random)
  }
  return out
}

// The first spelling is the usual one and is drawn more often.
function pick(options: readonly string[], random: () => number): string {
  if (options.length === 1 || random() < 0.65) return options[0] as string
  return options[Math.floor(random() * options.length)] as string
}

type Table = Record<string, readonly string[]>

const RUSSIAN: Table = {
  а: ['a'],
  б: ['b'],
  в: ['v'],
  г: ['g'],
  д: ['d'],
  е: ['e', 'ye'],
  ё: ['e', 'yo'],
  ж: ['zh', 'j'],
  з: ['z'],
  и: ['i'],
  й: ['y', 'j', 'i'],
  к: ['k'],
  л: ['l'],
  м: ['m'],
  н: ['n'],
  о: ['o'],
  п: ['p'],
  р: ['r'],
  с: ['s'],
  т: ['t'],
  у: ['u'],
  ф: ['f'],
  х: ['h', 'kh', 'x'],
  ц: ['ts', 'c'],
  ч: ['ch'],
  ш: ['sh'],
  щ: ['sch', 'shch'],
  ъ: [''],
  ы: ['y'],
  ь: [''],
  э: ['e'],
  ю: ['yu', 'u'],
  я: ['ya', 'ia'],
}
const TURKIC: Table = {
  ж: ['j', 'zh'],
  ң: ['n', 'ng'],
  ө: ['o'],
  ү: ['u'],
  ұ: ['u'],
  қ: ['k', 'q'],
  ғ: ['g', 'gh'],
  ә: ['a', 'e'],
  і: ['i'],
  һ: ['h'],
  х: ['h', 'kh'],
  ы: ['y', 'i'],
  ц: ['ts', 's'],
  й: ['y', 'i'],
  щ: ['sch', 'sh'],
}
const CYRILLIC: Record<string, Table> = {
  ru: RUSSIAN,
  uk: {
    г: ['h', 'g'],
    ґ: ['g'],
    и: ['y', 'i'],
    і: ['i'],
    ї: ['yi', 'i'],
    є: ['ye', 'ie'],
    й: ['y', 'i'],
    х: ['h', 'kh'],
    щ: ['sch', 'shch'],
    "'": [''],
    ж: ['zh'],
    е: ['e'],
  },
  kk: TURKIC,
  ky: TURKIC,
  tg: {
    ж: ['zh', 'j'],
    ҷ: ['j', 'ch'],
    қ: ['k', 'q'],
    ғ: ['g', 'gh'],
    ҳ: ['h'],
    х: ['h', 'kh'],
    ӣ: ['i'],
    ӯ: ['u', 'o'],
    й: ['y'],
    ъ: ['', "'"],
    е: ['e', 'ye'],
  },
}

const VOWELS = new Set('اآأإوىيیعءئؤةهه')
const ARABIC: Table = {
  ا: ['a'],
  آ: ['a', 'aa'],
  أ: ['a', '2'],
  إ: ['i', 'e'],
  ب: ['b'],
  پ: ['p'],
  ت: ['t'],
  ث: ['th', 's'],
  ج: ['j', 'g'],
  چ: ['ch'],
  ح: ['h', '7'],
  خ: ['kh', '5'],
  د: ['d'],
  ذ: ['z', 'th'],
  ر: ['r'],
  ز: ['z'],
  ژ: ['zh'],
  س: ['s'],
  ش: ['sh'],
  ص: ['s'],
  ض: ['d', 'z'],
  ط: ['t'],
  ظ: ['z'],
  ع: ['a', '3'],
  غ: ['gh'],
  ف: ['f'],
  ق: ['q', 'gh'],
  ك: ['k'],
  ک: ['k'],
  گ: ['g'],
  ل: ['l'],
  م: ['m'],
  ن: ['n'],
  ه: ['h', 'e'],
  ة: ['a'],
  و: ['o', 'w', 'u'],
  ى: ['a'],
  ي: ['i', 'y'],
  ی: ['i', 'y'],
  ئ: ['e'],
  ؤ: ['o'],
  ء: ['', 'a'],
  '\u200c': [''],
  ټ: ['t'],
  ځ: ['z'],
  څ: ['s'],
  ډ: ['d'],
  ړ: ['r'],
  ښ: ['kh', 'sh'],
  ږ: ['g'],
  ګ: ['g'],
  ڼ: ['n'],
  ې: ['e'],
  ۍ: ['ai'],
  ۀ: ['a'],
}

const ETHIOPIC_ROWS: readonly (readonly string[])[] = [
  ['h'],
  ['l'],
  ['h'],
  ['m'],
  ['s'],
  ['r'],
  ['s'],
  ['sh'],
  ['q', 'k'],
  [''],
  ['q', 'k'],
  [''],
  ['b'],
  ['v'],
  ['t'],
  ['ch'],
  ['h'],
  [''],
  ['n'],
  ['ny', 'gn'],
  ['', 'a'],
  ['k'],
  [''],
  ['h', 'kh'],
  [''],
  ['w'],
  ['', 'a'],
  ['z'],
  ['zh'],
  ['y'],
  ['d'],
  [''],
  ['j'],
  ['g'],
  [''],
  [''],
  ['t'],
  ['ch'],
  ['p'],
  ['ts'],
  ['ts'],
  ['f'],
  ['p'],
]
const ETHIOPIC_VOWELS = [['e', 'a'], ['u'], ['i'], ['a'], ['e', 'ie'], ['', 'i', 'e'], ['o'], ['wa']] as const

function romaniseEthiopic(word: string, random: () => number): string {
  let out = ''
  for (const letter of word) {
    const at = (letter.codePointAt(0) ?? 0) - 0x1200
    const row = ETHIOPIC_ROWS[at >> 3]
    if (at < 0 || row === undefined) continue
    const consonant = pick(row, random)
    const order = at & 7
    out += consonant === '' && order === 0 ? 'a' : consonant + pick(ETHIOPIC_VOWELS[order] as readonly string[], random)
  }
  return out
}

// By offset inside the block: Devanagari, Bengali and Gurmukhi share one plan.
const INDIC_LETTERS: Record<number, readonly string[]> = {
  5: ['a'],
  6: ['aa', 'a'],
  7: ['i'],
  8: ['ee', 'i'],
  9: ['u'],
  10: ['oo', 'u'],
  11: ['ri'],
  15: ['e'],
  16: ['ai'],
  19: ['o'],
  20: ['au'],
  21: ['k'],
  22: ['kh'],
  23: ['g'],
  24: ['gh'],
  25: ['n'],
  26: ['ch'],
  27: ['chh', 'ch'],
  28: ['j'],
  29: ['jh'],
  30: ['n'],
  31: ['t'],
  32: ['th'],
  33: ['d'],
  34: ['dh'],
  35: ['n'],
  36: ['t'],
  37: ['th'],
  38: ['d'],
  39: ['dh'],
  40: ['n'],
  42: ['p'],
  43: ['ph', 'f'],
  44: ['b'],
  45: ['bh'],
  46: ['m'],
  47: ['y'],
  48: ['r'],
  50: ['l'],
  51: ['l'],
  53: ['v', 'w'],
  54: ['sh'],
  55: ['sh'],
  56: ['s'],
  57: ['h'],
  89: ['kh'],
  90: ['g'],
  91: ['z'],
  92: ['r', 'd'],
  93: ['rh'],
  94: ['f'],
  95: ['y'],
}
const INDIC_SIGNS: Record<number, readonly string[]> = {
  62: ['a', 'aa'],
  63: ['i'],
  64: ['i', 'ee'],
  65: ['u'],
  66: ['u', 'oo'],
  67: ['ri'],
  71: ['e'],
  72: ['ai'],
  75: ['o'],
  76: ['au'],
  77: [''],
}

function romaniseIndic(word: string, base: number, dropsLastVowel: boolean, random: () => number): string {
  const units = [...word.normalize('NFD').normalize('NFC')].map((letter) => (letter.codePointAt(0) ?? 0) - base)
  let out = ''
  for (let at = 0; at < units.length; at++) {
    const unit = units[at] as number
    const next = units[at + 1]
    if (unit === 0x02 || unit === 0x01 || unit === 0x70) out += pick(['n', 'n', 'm'], random)
    else if (unit === 0x03) out += 'h'
    const letter = INDIC_LETTERS[unit]
    if (letter === undefined) continue
    out += pick(letter, random)
    if (unit < 0x15) continue
    const sign = next === 0x3c ? units[at + 2] : next
    const written = sign === undefined ? undefined : INDIC_SIGNS[sign]
    if (written !== undefined) out += pick(written, random)
    else if (sign !== undefined || !dropsLastVowel) {
      // Inside a word Hindi swallows some of its short vowels: "karna", not "karanaa".
      if (
        sign === undefined ||
        !dropsLastVowel ||
        at === 0 ||
        INDIC_SIGNS[units[at + 2] ?? 0] === undefined ||
        random() < 0.4
      ) {
        out += base === 0x980 ? 'o' : 'a'
      }
    }
  }
  return out
}

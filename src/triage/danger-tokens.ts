import type { DangerSpelling } from './danger-lexicon.ts'

/** A word as it is compared, with its place in the text as it came. */
export interface DangerToken {
  word: string
  from: number
  to: number
  /** A number in digits of any script, or in Chinese numerals. */
  number: number | null
  /** A full stop, question mark or line break stands before it. */
  startsSentence: boolean
  /** A comma or any of the above stands before it. */
  startsPart: boolean
}

export type DangerScript = 'latin' | 'cyrillic' | 'arabic' | 'han' | 'indic'

/** A run of letters and digits as it came, before any language's spelling is applied. */
export interface RawPiece {
  text: string
  from: number
  script: DangerScript | 'digits' | 'other'
  startsSentence: boolean
  startsPart: boolean
}

// One pass, no nested repetition: linear for any text.
const pieces = /[\p{L}\p{M}\p{Nd}'’ʻʼ`´‘\u200c\u200d]+|[.!?;\n\r。！？；؟۔।|]|[,،、，:：()]/gu
const sentenceEnds = new Set('.!?;\n\r。！？；؟۔।|')
const partEnds = new Set(',،、，:：()')

/** Cuts a text into pieces of one script each; digits in front of letters stand apart. */
export function cutText(text: string): RawPiece[] {
  const out: RawPiece[] = []
  let startsSentence = true
  let startsPart = true
  for (const match of text.matchAll(pieces)) {
    const piece = match[0]
    if (piece.length === 1 && sentenceEnds.has(piece)) {
      startsSentence = true
      startsPart = true
    } else if (piece.length === 1 && partEnds.has(piece)) {
      startsPart = true
    } else {
      for (const raw of cutByScript(piece, match.index)) {
        out.push({ ...raw, startsSentence, startsPart })
        startsSentence = false
        startsPart = false
      }
    }
  }
  return out
}

function cutByScript(piece: string, at: number): Pick<RawPiece, 'text' | 'from' | 'script'>[] {
  const only = onlyScript(piece)
  if (only !== null) return [{ text: piece, from: at, script: only }]
  const out: Pick<RawPiece, 'text' | 'from' | 'script'>[] = []
  let start = 0
  let script: RawPiece['script'] | null = null
  let index = 0
  for (const char of piece) {
    const here = scriptOf(char.codePointAt(0)!)
    if (here === 'han') {
      if (script !== null && index > start) out.push({ text: piece.slice(start, index), from: at + start, script })
      out.push({ text: char, from: at + index, script: 'han' })
      start = index + char.length
      script = null
    } else if (here !== 'other') {
      // Latin letters and digits stay together ("ma2sour"); whoever spells decides where they part.
      const joins =
        script === null || script === here || script === 'other' || (script === 'latin' && here === 'digits')
      if (!joins) {
        out.push({ text: piece.slice(start, index), from: at + start, script: script! })
        start = index
      }
      if (joins && script === 'latin') {
        // keeps 'latin'
      } else script = here
    } else script ??= 'other'
    index += char.length
  }
  if (script !== null && index > start) out.push({ text: piece.slice(start, index), from: at + start, script })
  return out
}

/** The script of a piece that is all of one, as most are; null when it must be cut, or may have to be. */
function onlyScript(piece: string): RawPiece['script'] | null {
  const first = scriptOf(piece.charCodeAt(0))
  if (first === 'han' || first === 'other') return null
  for (let i = 1; i < piece.length; i++) if (scriptOf(piece.charCodeAt(i)) !== first) return null
  return first
}

function scriptOf(code: number): RawPiece['script'] {
  if (code < 0x30) return 'other'
  if (code <= 0x39) return 'digits'
  if (code < 0x250) return code === 0x60 || code === 0xb4 ? 'other' : 'latin'
  if (code >= 0x1e00 && code <= 0x1eff) return 'latin'
  if (code >= 0x400 && code <= 0x52f) return 'cyrillic'
  if ((code >= 0x660 && code <= 0x669) || (code >= 0x6f0 && code <= 0x6f9)) return 'digits'
  if ((code >= 0x966 && code <= 0x96f) || (code >= 0xa66 && code <= 0xa6f)) return 'digits'
  if (code >= 0xff10 && code <= 0xff19) return 'digits'
  if (code >= 0x600 && code <= 0x6ff) return 'arabic'
  if ((code >= 0xfb50 && code <= 0xfdff) || (code >= 0xfe70 && code <= 0xfeff)) return 'arabic'
  if (code >= 0x900 && code <= 0xa7f) return 'indic'
  if ((code >= 0x3400 && code <= 0x9fff) || (code >= 0xf900 && code <= 0xfaff) || code >= 0x20000) return 'han'
  return 'other'
}

/** The words of a text in one spelling, before any language's sloppy forms and number words are known. */
export function foldPieces(raw: readonly RawPiece[], spelling: DangerSpelling): DangerToken[] {
  const out: DangerToken[] = []
  for (let index = 0; index < raw.length; index++) {
    const piece = raw[index]!
    if (piece.script === 'han') {
      index = pushHan(raw, index, out)
      continue
    }
    let { startsSentence, startsPart } = piece
    for (const { text, from } of splitPiece(piece, spelling)) {
      const number = readDigits(text)
      const word = number === null ? foldWord(text, spelling) : String(number)
      if (word === '') continue
      out.push({ word, from, to: from + text.length, number, startsSentence, startsPart })
      startsSentence = false
      startsPart = false
    }
  }
  return out
}

/** The words of one language: sloppy forms become what they stand for, number words get their number. */
export function spellWords(
  folded: readonly DangerToken[],
  sameWord: ReadonlyMap<string, readonly string[]>,
  numberWords: ReadonlyMap<string, number>,
): DangerToken[] {
  const out: DangerToken[] = []
  for (const token of folded) {
    const expanded = sameWord.get(token.word)
    if (expanded === undefined) {
      const number = token.number ?? numberWords.get(token.word) ?? null
      out.push(number === token.number ? token : { ...token, number })
      continue
    }
    expanded.forEach((word, at) => {
      const { from, to } = token
      const isFirst = at === 0
      const number = numberWords.get(word) ?? null
      const startsSentence = isFirst && token.startsSentence
      out.push({ word, from, to, number, startsSentence, startsPart: isFirst && token.startsPart })
    })
  }
  return out
}

const hanDigits = new Map([...'零一二三四五六七八九'].map((char, value) => [char, value]))
hanDigits.set('两', 2).set('〇', 0)

/** Reads a run of Chinese numerals as one number (十五 is 15); other characters stand alone. Returns the last index used. */
function pushHan(raw: readonly RawPiece[], index: number, out: DangerToken[]): number {
  const first = raw[index]!
  let end = index
  let value = 0
  let digit: number | null = null
  let isTen = false
  while (end < raw.length && end - index < 4) {
    const piece = raw[end]!
    if (piece.script !== 'han' || (end > index && piece.startsPart)) break
    const char = simplify(piece.text)
    if (char === '十' && !isTen) {
      value = (digit ?? 1) * 10
      digit = null
      isTen = true
    } else if (hanDigits.has(char) && digit === null) digit = hanDigits.get(char)!
    else break
    end++
  }
  const number = end > index ? value + (digit ?? 0) : null
  const last = raw[Math.max(index, end - 1)]!
  out.push({
    word: number === null || end === index + 1 ? simplify(first.text) : String(number),
    from: first.from,
    to: last.from + last.text.length,
    number,
    startsSentence: first.startsSentence,
    startsPart: first.startsPart,
  })
  return Math.max(index, end - 1)
}

function splitPiece({ text, from, script }: RawPiece, spelling: DangerSpelling): { text: string; from: number }[] {
  if (script === 'digits') return [{ text, from }]
  if (spelling === 'split_apostrophe' && hasApostrophe(text)) {
    const out: { text: string; from: number }[] = []
    let start = 0
    for (let i = 0; i <= text.length; i++) {
      if (i === text.length || apostrophes.has(text[i]!)) {
        if (i > start) out.push(...splitDigits(text.slice(start, i), from + start))
        start = i + 1
      }
    }
    return out
  }
  // In Arabic typed with Latin letters digits are letters: "ma2sour" stays one word.
  if (spelling === 'arabic') return [{ text, from }]
  return splitDigits(text, from)
}

function splitDigits(text: string, from: number): { text: string; from: number }[] {
  let digitsEnd = -1
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 0x30 && code <= 0x39) {
      digitsEnd = i
      break
    }
  }
  if (digitsEnd < 0) return [{ text, from }]
  const out: { text: string; from: number }[] = []
  let start = 0
  for (let i = 1; i <= text.length; i++) {
    if (i === text.length || isDigit(text, i) !== isDigit(text, i - 1)) {
      out.push({ text: text.slice(start, i), from: from + start })
      start = i
    }
  }
  return out
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  return code >= 0x30 && code <= 0x39
}

/** The value of a run of digits of any script; null for anything else. Long runs (phone numbers) count as 0. */
function readDigits(text: string): number | null {
  let value = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const digit =
      code >= 0x30 && code <= 0x39
        ? code - 0x30
        : code >= 0x660 && code <= 0x669
          ? code - 0x660
          : code >= 0x6f0 && code <= 0x6f9
            ? code - 0x6f0
            : code >= 0x966 && code <= 0x96f
              ? code - 0x966
              : code >= 0xa66 && code <= 0xa6f
                ? code - 0xa66
                : code >= 0xff10 && code <= 0xff19
                  ? code - 0xff10
                  : -1
    if (digit < 0) return null
    value = value * 10 + digit
  }
  return text.length > 6 ? 0 : value
}

const apostrophes = new Set(["'", '’', 'ʻ', 'ʼ', '`', '´', '‘'])
function hasApostrophe(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (apostrophes.has(text[i]!)) return true
  return false
}

/**
 * The form in which a word is compared: small letters, no accents, no apostrophes, runs of a letter cut to one.
 *
 * `cyrillic` and `uzbek` end in Latin letters, so that "держат", "derzhat" and "derjat" are one word.
 */
export function foldWord(word: string, spelling: DangerSpelling): string {
  const small = word.toLowerCase()
  if (spelling === 'cyrillic' || spelling === 'uzbek') return reduceLatin(toLatin(small, spelling), spelling)
  if (isPlain(small)) return small
  let folded = ''
  const plain = isAscii(small) ? small : small.normalize('NFKD')
  for (let i = 0; i < plain.length; i++) {
    const char = plain[i]!
    const code = plain.charCodeAt(i)
    if (code < 0x80) {
      if (code !== 0x27 && code !== 0x60) folded += char
      continue
    }
    const isMark = (code >= 0x300 && code <= 0x36f) || (code >= 0x64b && code <= 0x65f) || code === 0x670
    if (isMark || apostrophes.has(char)) continue
    folded += char
  }
  folded = cutRuns(folded)
  let out = ''
  for (const char of folded) out += foldedLetters[char] ?? char
  return out
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}

/** Small letters a to z without a run of three: the usual case, and nothing is left to do. */
function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x61 || code > 0x7a) return false
    if (i >= 2 && code === text.charCodeAt(i - 1) && code === text.charCodeAt(i - 2)) return false
  }
  return true
}

/** "ayudaaaa" and "ayuda" are one word. Two of a letter stay ("passport"). */
function cutRuns(text: string): string {
  let out = ''
  for (let i = 0; i < text.length; i++) {
    let end = i
    while (end + 1 < text.length && text[end + 1] === text[i]) end++
    out += end - i >= 2 && !isDigit(text, i) ? text[i] : text.slice(i, end + 1)
    i = end
  }
  return out
}

// Letters that keyboards, habits or Unicode write in several ways; an empty value drops the mark.
const foldedLetters: Record<string, string> = {
  ı: 'i',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ə: 'a',
  // Arabic and Persian: carriers of hamza, ta marbuta, the two kaf and yeh, tatweel, vowel signs.
  ٱ: 'ا',
  ى: 'ي',
  ی: 'ي',
  ې: 'ي',
  ة: 'ه',
  ھ: 'ه',
  ہ: 'ه',
  ۀ: 'ه',
  ک: 'ك',
  گ: 'ك',
  ء: '',
  '\u0640': '',
  '\u200c': '',
  '\u200d': '',
  // Hindi and Punjabi: nukta, the nasal signs, long and short vowels that people mix up.
  '\u093c': '',
  '\u0901': '\u0902',
  ई: 'इ',
  ऊ: 'उ',
  '\u0940': '\u093f',
  '\u0942': '\u0941',
  '\u0a3c': '',
  '\u0a70': '\u0a02',
  '\u0a71': '',
  '\u0a40': '\u0a3f',
  '\u0a42': '\u0a41',
  ਈ: 'ਇ',
  ਊ: 'ਉ',
}

const cyrillicToLatin: Record<string, string> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  ґ: 'g',
  д: 'd',
  е: 'e',
  ё: 'e',
  є: 'ye',
  ж: 'zh',
  з: 'z',
  и: 'i',
  і: 'i',
  ї: 'yi',
  й: 'y',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'h',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'sh',
  ъ: '',
  ы: 'y',
  ь: '',
  э: 'e',
  ю: 'yu',
  я: 'ya',
  ө: 'o',
  ү: 'u',
  ң: 'n',
  қ: 'k',
  ғ: 'g',
  ұ: 'u',
  ә: 'a',
  һ: 'h',
  ӣ: 'i',
  ӯ: 'u',
  ҳ: 'h',
  ҷ: 'zh',
  ў: 'o',
}

function toLatin(small: string, spelling: DangerSpelling): string {
  if (isPlain(small)) return small
  let out = ''
  for (const char of isAscii(small) ? small : small.normalize('NFC')) {
    const latin = cyrillicToLatin[char]
    if (latin !== undefined) out += char === 'ё' && spelling === 'uzbek' ? 'yo' : latin
    else if (!apostrophes.has(char)) out += char
  }
  if (isAscii(out)) return out
  let plain = ''
  for (const char of out.normalize('NFKD')) {
    const code = char.charCodeAt(0)
    if (code < 0x300 || code > 0x36f) plain += foldedLetters[char] ?? char
  }
  return plain
}

/** Brings the usual ways of typing Cyrillic with Latin letters to one: kh h x, sh sch shch, ya ia ja, y i j. */
function reduceLatin(text: string, spelling: DangerSpelling): string {
  let out = ''
  const push = (char: string) => {
    if (!out.endsWith(char)) out += char
  }
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    const next = text[i + 1] ?? ''
    if (char === 's' && next === 'h') {
      push('$')
      i += text[i + 2] === 'c' && text[i + 3] === 'h' ? 3 : 1
    } else if (char === 's' && next === 'c' && text[i + 2] === 'h') {
      push('$')
      i += 2
    } else if (char === 'c' && next === 'h') {
      push('#')
      i++
    } else if (char === 'z' && next === 'h') {
      push('j')
      i++
    } else if (char === 'k' && next === 'h') {
      push('h')
      i++
    } else if (char === 't' && (next === 's' || next === 'z')) {
      push('c')
      i++
    } else if (char === 'n' && next === 'g' && spelling === 'cyrillic') {
      push('n')
      if (text[i + 2] === 'a' || text[i + 2] === 'o') push('g')
      i++
    } else if (char === 'x') push('h')
    else if (char === 'w') push('v')
    else if (char === 'q') push('k')
    else if (char === 'y' || char === 'i') {
      // Uzbek tells yo'q (no) from o'q (bullet) by this letter.
      const isKept = spelling === 'uzbek' && char === 'y' && (next === 'a' || next === 'o' || next === 'u')
      if (isKept || !'aeou'.includes(next) || next === '') push('i')
    } else push(char)
  }
  return out
}

// The characters of the lexicon that differ in traditional writing.
const traditional =
  '謝谢預预約约們们個个來来發发燒烧說说話话嗎吗這这裡里裏里綁绑關关門门車车錢钱護护無无沒没開开幫帮媽妈爸爸兒儿孫孙醫医藥药' +
  '產产懷怀頭头腦脑臉脸腳脚傷伤殺杀槍枪報报警警逼逼賣卖債债還还給给讓让準准許许過过時时間间現现後后當当從从問问題题應应該该' +
  '夠够腫肿脹胀氣气喘喘燙烫壞坏處处溫温熱热難难險险強强姦奸勒勒脅胁贖赎綁绑匪匪軍军員员警警國国籍籍證证件件歲岁獨独養养親亲' +
  '離离邊边橋桥過过聽听見见覺觉睡睡醒醒動动轉转運运貨货櫃柜廂厢鎖锁監监視视線线電电腦脑網网絡络業业務务錯错誤误軟软體体單单' +
  '雙双點点萬万幾几週周號号場场麼么樣样嚴严紅红綠绿黃黄藍蓝節节結结紙纸級级細细終终統统經经維维續续緊紧急急總总緩缓練练縫缝' +
  '縣县絕绝紹绍絲丝罵骂賭赌輕轻傳传帶带盡尽遺遗願愿嘔呕漲涨淚泪滿满灣湾潰溃瘋疯痺痹癲癫癇痫擊击擔担據据擋挡換换損损搶抢撐撑' +
  '樓楼機机欄栏歐欧殘残毆殴決决況况滅灭煩烦爾尔牆墙獄狱環环瘡疮盤盘瞭了砍砍禮礼種种積积穩稳窮穷競竞筆笔糧粮繩绳羅罗聯联職职' +
  '脫脱臟脏興兴舉举艙舱蘇苏蟲虫衛卫裝装複复規规記记設设訴诉診诊詐诈評评試试誰谁課课調调談谈請请論论諒谅識识譯译議议讀读變变' +
  '豬猪貓猫負负財财責责貴贵買买費费貼贴資资賠赔賓宾質质贏赢趕赶趙赵跡迹蹤踪軌轨輪轮輸输辦办農农遠远適适選选郵邮鄉乡鄰邻鐵铁' +
  '鏈链閉闭隊队階阶陽阳陰阴陸陆際际隨随雞鸡雲云靈灵靜静頂顶項项順顺須须預预頓顿領领頻频顆颗類类顧顾風风飛飞飯饭飲饮餓饿館馆' +
  '馬马駕驾騙骗驗验驚惊髒脏鬥斗魚鱼鳥鸟鹽盐麗丽麥麦齊齐齒齿龍龙龜龟淨净湯汤測测渴渴溝沟溺溺滾滚潛潜學学寶宝實实對对將将專专'
const simplified = new Map<string, string>()
{
  const chars = [...traditional]
  for (let i = 0; i + 1 < chars.length; i += 2) simplified.set(chars[i]!, chars[i + 1]!)
}

export function simplify(char: string): string {
  return simplified.get(char) ?? char
}

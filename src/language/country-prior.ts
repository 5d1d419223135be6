import type { Language } from '../types.ts'

/**
 * How much likelier each language is for a phone of this country; a language not named counts 1.
 *
 * Capped: many people use a Mexican number or keep the one from home, so a country may settle a tie
 * ("alo", "salam") but never outvote words. Countries and languages: domain section 9.
 *
 * @param number - a calling code with plus, or a whole E.164 number; the longest known code counts
 */
export function countryPrior(number: string | undefined): ReadonlyMap<Language, number> {
  if (number === undefined) return NONE
  const digits = number.replace(/\D/g, '')
  for (let length = 4; length > 0; length--) {
    const languages = COUNTRIES[digits.slice(0, length)]
    if (languages !== undefined)
      return new Map(languages.split(' ').map((language, at) => [language, at === 0 ? FIRST : LATER]))
  }
  return NONE
}

const FIRST = 3
const LATER = 2
const NONE: ReadonlyMap<Language, number> = new Map()

// Languages spoken there, the most usual first.
const COUNTRIES: Record<string, string> = {
  '1': 'en es',
  '1809': 'es ht',
  '1829': 'es ht',
  '1849': 'es ht',
  '1876': 'en',
  '7': 'ru kk',
  '77': 'kk ru',
  '20': 'ar',
  '27': 'en',
  '33': 'fr',
  '34': 'es',
  '51': 'es qu ay',
  '52': 'es nah mam tzo tzh mix zap',
  '53': 'es',
  '54': 'es',
  '55': 'pt ht',
  '56': 'es ht',
  '57': 'es',
  '58': 'es',
  '84': 'vi',
  '86': 'zh',
  '90': 'tr ku',
  '91': 'hi pa bn',
  '92': 'ur pa ps',
  '93': 'fa ps uz',
  '98': 'fa',
  '212': 'ar fr',
  '213': 'ar fr',
  '216': 'ar fr',
  '218': 'ar',
  '221': 'fr wo ff',
  '222': 'ar fr ff',
  '223': 'fr',
  '224': 'fr ff',
  '225': 'fr',
  '226': 'fr ff',
  '228': 'fr',
  '229': 'fr',
  '233': 'en',
  '234': 'en ha ig yo',
  '237': 'fr en',
  '242': 'fr ln',
  '243': 'fr ln sw',
  '244': 'pt ln',
  '249': 'ar',
  '250': 'rw fr',
  '251': 'am om ti so',
  '252': 'so ar',
  '253': 'so ar fr',
  '254': 'sw en so',
  '255': 'sw en',
  '256': 'en sw',
  '257': 'rw fr sw',
  '258': 'pt',
  '291': 'ti ar',
  '380': 'uk ru',
  '501': 'en es kek cab',
  '502': 'es quc mam kek kjb',
  '503': 'es',
  '504': 'es cab miq',
  '505': 'es miq',
  '506': 'es',
  '507': 'es',
  '509': 'ht fr',
  '591': 'es qu ay',
  '593': 'es qu',
  '595': 'es gn',
  '880': 'bn',
  '961': 'ar',
  '962': 'ar',
  '963': 'ar ku',
  '964': 'ar ckb',
  '967': 'ar',
  '970': 'ar',
  '977': 'ne',
  '992': 'tg ru uz',
  '996': 'ky ru uz',
  '998': 'uz ru tg',
}

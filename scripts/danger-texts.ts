import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** One labelled text of test/danger. */
export interface DangerText {
  lang: string
  urgent: boolean
  categories: string[]
  text: string
  /** The folder it stands in, and its place in the file: most files tell the same situations in a like order. */
  folder: string
  line: number
}

/** @throws Error from the file system when the file is not there */
export function readDangerTexts(file: string): DangerText[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('lang\t') && !line.startsWith('#'))
    .map((row, at) => {
      const [lang, urgent, categories, text] = row.split('\t')
      return {
        lang: lang!,
        urgent: urgent === '1',
        categories: categories === 'none' ? [] : categories!.split(','),
        text: text!,
        folder: basename(dirname(file)),
        line: at + 1,
      }
    })
}

/** Every `.tsv` of one folder. */
export function readDangerFolder(folder: string): DangerText[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.tsv'))
    .sort()
    .flatMap((name) => readDangerTexts(join(folder, name)))
}

/** By the place in the file and not by the text, so that a situation is on one side in most languages. */
export function halfOf({ line }: DangerText): 'tune' | 'held' {
  return line % 2 === 1 ? 'tune' : 'held'
}

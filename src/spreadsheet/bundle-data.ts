import { parse } from 'yaml'
import { remember } from '../flow/check/remember.ts'
import type { FlowData } from '../flow/flow-schema.ts'
import type { BundleFiles } from '../flow/read-bundle.ts'
import type { ConditionData } from '../triage/condition.ts'
import type { RulesData } from '../triage/rules-schema.ts'

export const INTAKE = 'dialogs/intake.yaml'
export const RULES = 'dialogs/rules.yaml'

/** A file as it is written, without defaults; {} when there is none. It is kept, so whoever changes it asks for a copy. */
export const readData = (files: BundleFiles, path: string): unknown => readText(files[path] ?? '{}')
/** The same, to be changed. */
export const copyOfData = (files: BundleFiles, path: string): unknown => parseText(files[path] ?? '{}')

const parseText = (text: string): unknown => parse(text, { version: '1.2' }) ?? {}
const readText = remember(500, parseText)

/** The part of the questions and rules that sheets show. */
export interface DialogData {
  questions: FlowData['questions']
  paths: FlowData['paths']
  flags: RulesData['flags']
  upgrades: RulesData['upgrades']
  places: ConditionPlace[]
}

/** A condition that is shown although its surroundings are not: it may be changed, not added or taken away. */
export interface ConditionPlace {
  kind: 'contact' | 'turn' | 'silence' | 'nudge' | 'before'
  name: string
  file: string
  path: (string | number)[]
  when: ConditionData | undefined
}

export function readDialogData(files: BundleFiles): DialogData {
  const flow = readData(files, INTAKE) as Partial<FlowData>
  const rules = readData(files, RULES) as Partial<RulesData>
  const { questions = {}, paths = {} } = flow
  const { flags = {}, upgrades = {} } = rules
  const places: ConditionPlace[] = [
    ...(rules.contact ?? []).map(
      ({ way, when }, index): ConditionPlace => ({
        kind: 'contact',
        name: `${index + 1} ${way}`,
        file: RULES,
        path: ['contact', index, 'when'],
        when,
      }),
    ),
    ...(flow.turns ?? []).flatMap((turn, index) =>
      (['when', 'unless'] as const).map(
        (key): ConditionPlace => ({
          kind: 'turn',
          name: `${index + 1} ${turn.flag}${key === 'unless' ? ' unless' : ''}`,
          file: INTAKE,
          path: ['turns', index, key],
          when: turn[key],
        }),
      ),
    ),
    ...(flow.silence ?? []).map(
      ({ at, when }, index): ConditionPlace => ({
        kind: 'silence',
        name: `${index + 1} ${at[0]}`,
        file: INTAKE,
        path: ['silence', index, 'when'],
        when,
      }),
    ),
    ...(flow.nudges ?? []).map(
      ({ when }, index): ConditionPlace => ({
        kind: 'nudge',
        name: String(index + 1),
        file: INTAKE,
        path: ['nudges', index, 'when'],
        when,
      }),
    ),
    ...Object.entries(questions).flatMap(([id, { before }]) =>
      (before ?? []).map(
        ({ text, when }, index): ConditionPlace => ({
          kind: 'before',
          name: `${id} ${text}`,
          file: INTAKE,
          path: ['questions', id, 'before', index, 'when'],
          when,
        }),
      ),
    ),
  ]
  return { questions, paths, flags, upgrades, places }
}

/** The words of one language, such as `questions`, by id. */
export const readWords = (files: BundleFiles, language: string, name: string): Record<string, string> =>
  readData(files, wordsFile(language, name)) as Record<string, string>
export const wordsFile = (language: string, name: string): string => `locales/${language}/${name}.json`
export const answersFile = (language: string): string => `locales/${language}/answers.yaml`

/** Words that people answer with, by question and option. */
export type Spellings = Record<string, Record<string, unknown[]>>
export const readSpellings = (files: BundleFiles, language: string): Spellings =>
  (readData(files, answersFile(language)) as { options?: Spellings }).options ?? {}

/** Languages that have such a file; the bridge languages first, since translators work from them. */
export function languagesWith(files: BundleFiles, name: string): string[] {
  const rank = (language: string): number => ({ en: 0, es: 1 })[language] ?? 2
  return Object.keys(files)
    .flatMap((path) => {
      const [folder, language, file] = path.split('/')
      return folder === 'locales' && language !== undefined && file === name ? [language] : []
    })
    .sort((one, other) => rank(one) - rank(other) || one.localeCompare(other))
}

/** What is at a path of plain data. */
export const valueAt = (data: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Record<string | number, unknown> | undefined)?.[key], data)

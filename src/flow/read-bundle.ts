import type { ZodType } from 'zod'
import { type Levels, readLevels } from '../handoff/levels.ts'
import { type ParseYaml, parseYaml, readYaml, type YamlReading } from '../handoff/read-yaml.ts'
import { type LanguageEntry, languagesSchema } from '../language/languages.ts'
import { phrasebookSchema } from '../language/locale-schema.ts'
import type { Problem } from '../problem.ts'
import { type RolesData, type RulesData, rolesSchema, rulesSchema } from '../triage/rules-schema.ts'
import { type DirectoryData, directorySchema } from './directory.ts'
import { type FlowData, flowSchema, type TextsData, textsSchema } from './flow-schema.ts'
import { type GroundsData, groundsSchema } from './grounds.ts'

/** All that coordinators edit, as text: path below the root ("dialogs/intake.yaml", "locales/es/messages.json") to content. */
export type BundleFiles = Record<string, string>

/** The dialogs of a bundle, read and of the right shape. */
export interface Dialogs {
  flow: FlowData
  rules: RulesData
  roles: RolesData
  texts: TextsData
  levels: Levels
  directory: DirectoryData
  grounds: GroundsData
  languages: LanguageEntry[]
  /** Sentences that an advocate sends by number. */
  phrasebook: { number: number; id: string }[]
}

/** Points at a place in one file of the bundle. */
export type PointAt = (file: string, ...where: Parameters<YamlReading<unknown>['problemAt']>) => Problem

/**
 * Reads the dialogs of a bundle: every file against its schema, all problems at once, each with file, line and caret.
 *
 * @returns `dialogs` is null when a file is missing or has the wrong shape
 */
export function readDialogs(
  files: BundleFiles,
  parse: ParseYaml = parseYaml,
): { dialogs: Dialogs | null; problems: Problem[]; pointAt: PointAt } {
  const problems: Problem[] = []
  const readings = new Map<string, YamlReading<unknown>>()
  const read = <T>(file: string, schema: ZodType<T>, area: string): T | null => {
    const text = files[file]
    if (text === undefined) {
      problems.push({
        code: `${area}/missing-file`,
        source: file,
        line: 1,
        column: 1,
        message: `The file ${file} is missing.`,
      })
      return null
    }
    const reading = readYaml(text, schema, area, parse)
    readings.set(file, reading)
    problems.push(...reading.problems.map((problem) => ({ ...problem, source: file })))
    return reading.value
  }
  const flow = read('dialogs/intake.yaml', flowSchema, 'flow')
  const rules = read('dialogs/rules.yaml', rulesSchema, 'rules')
  const roles = read('dialogs/roles.yaml', rolesSchema, 'roles')
  const texts = read('dialogs/texts.yaml', textsSchema, 'texts')
  const phrasebook = read('dialogs/phrasebook.yaml', phrasebookSchema, 'phrasebook')
  const directory = read('dialogs/directory.yaml', directorySchema, 'directory')
  const grounds = read('dialogs/grounds.yaml', groundsSchema, 'grounds')
  const { levels, problems: levelProblems } = readLevels(files['dialogs/levels.yaml'] ?? '')
  problems.push(...levelProblems.map((problem) => ({ ...problem, source: 'dialogs/levels.yaml' })))
  const languages = read('dialogs/languages.yaml', languagesSchema, 'languages')
  const isComplete = flow && rules && roles && texts && levels && languages && directory && grounds && phrasebook
  return {
    dialogs: isComplete
      ? {
          flow,
          rules,
          roles,
          texts,
          levels,
          directory,
          grounds,
          languages: languages.languages,
          phrasebook: phrasebook.groups.flatMap(({ phrases }) => phrases),
        }
      : null,
    problems,
    pointAt: (file, ...where) => {
      const reading = readings.get(file)
      const message = where[2]
      const at = reading ? reading.problemAt(...where) : { code: where[1], line: 1, column: 1, message }
      return { ...at, source: file }
    },
  }
}

import type { ZodType } from 'zod'
import { levelsSchema } from '../handoff/levels.ts'
import { rotaSchema } from '../handoff/rota.ts'
import { answerWordsSchema, sharedWordsSchema } from '../language/answer-words.ts'
import { languagesSchema } from '../language/languages.ts'
import { forbiddenSchema, phrasebookSchema } from '../language/locale-schema.ts'
import { dangerLexiconSchema } from '../triage/danger-lexicon.ts'
import { dangerRulesSchema } from '../triage/danger-rules.ts'
import { rolesSchema, rulesSchema } from '../triage/rules-schema.ts'
import { directorySchema } from './directory.ts'
import { flowSchema, textsSchema } from './flow-schema.ts'
import { groundsSchema } from './grounds.ts'
import { acceptedSchema, promisesSchema } from './promises/promises-schema.ts'
import { scenarioSchema } from './scenario-schema.ts'

/** One kind of YAML file that people edit. */
export interface FileFormat {
  /** What its JSON Schema is called: docs/schema/<name>.json. */
  name: string
  /** Where such files are; `<…>` stands for a name of one's own. */
  file: string
  about: string
  schema: ZodType
}

/** Every kind of YAML file, with the schema that checks it. The reference page and the JSON Schemas are made from these. */
export const fileFormats: readonly FileFormat[] = [
  {
    name: 'intake',
    file: 'dialogs/intake.yaml',
    about: 'The questions, the order in which they are asked, and what turns the path.',
    schema: flowSchema,
  },
  {
    name: 'rules',
    file: 'dialogs/rules.yaml',
    about: 'From answers to flags, from flags to a level and to who is asked.',
    schema: rulesSchema,
  },
  {
    name: 'texts',
    file: 'dialogs/texts.yaml',
    about: 'Which text is due when. The words are in locales/.',
    schema: textsSchema,
  },
  { name: 'roles', file: 'dialogs/roles.yaml', about: 'Who can be paged.', schema: rolesSchema },
  {
    name: 'levels',
    file: 'dialogs/levels.yaml',
    about: 'How long each level may wait, and who is asked when.',
    schema: levelsSchema,
  },
  {
    name: 'directory',
    file: 'dialogs/directory.yaml',
    about: 'Numbers and policy sentences, each with its source and an end.',
    schema: directorySchema,
  },
  {
    name: 'grounds',
    file: 'dialogs/grounds.yaml',
    about: 'What a record for a lawyer points at, each with its source and an end.',
    schema: groundsSchema,
  },
  {
    name: 'languages',
    file: 'dialogs/languages.yaml',
    about: 'Every language that people may name, and how we can answer in it.',
    schema: languagesSchema,
  },
  {
    name: 'phrasebook',
    file: 'dialogs/phrasebook.yaml',
    about: 'Sentences that an advocate sends by number. The words are in locales/.',
    schema: phrasebookSchema,
  },
  {
    name: 'words',
    file: 'dialogs/words.yaml',
    about: 'Words that no language owns.',
    schema: sharedWordsSchema,
  },
  {
    name: 'answers',
    file: 'locales/<language>/answers.yaml',
    about: 'The words that people answer with.',
    schema: answerWordsSchema,
  },
  {
    name: 'danger',
    file: 'locales/<language>/danger.yaml',
    about: 'The ways to say a danger in one language; docs/danger-scan.md explains them.',
    schema: dangerLexiconSchema,
  },
  {
    name: 'danger-rules',
    file: 'dialogs/danger-rules.yaml',
    about: 'What follows when such ideas come together.',
    schema: dangerRulesSchema,
  },
  {
    name: 'forbidden',
    file: 'locales/<language>/forbidden.yaml',
    about: 'Words that would expose a person whose phone others read.',
    schema: forbiddenSchema,
  },
  {
    name: 'scenario',
    file: 'dialogs/scenarios/<name>.yaml',
    about: 'A conversation that must come out as it is written.',
    schema: scenarioSchema,
  },
  {
    name: 'promises',
    file: 'dialogs/promises.yaml',
    about: 'What no change of the other files may break.',
    schema: promisesSchema,
  },
  {
    name: 'promises-accepted',
    file: 'dialogs/promises-accepted.yaml',
    about: 'Who answers for the promises as they stand.',
    schema: acceptedSchema,
  },
  {
    name: 'rota',
    file: '<rota>.yaml',
    about: 'Who is on call when; docs/rota-file.md explains it.',
    schema: rotaSchema,
  },
]

/** The format of a file of a bundle, by its path below the root; undefined for a file of no known kind. */
export function formatOf(path: string): FileFormat | undefined {
  if (/(^|\/)rota\.yaml$/.test(path)) return fileFormats.find(({ name }) => name === 'rota')
  return fileFormats.find(({ file }) =>
    new RegExp(`^${file.replace('.', '\\.').replace(/<\w+>/, '[^/]+')}$`).test(path),
  )
}

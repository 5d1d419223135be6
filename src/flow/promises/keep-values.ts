import type { YamlPath } from '../../handoff/read-yaml.ts'
import type { Check } from '../check/subject.ts'
import type { PromisedValue } from './promises-schema.ts'

const FILES = {
  flow: 'dialogs/intake.yaml',
  rules: 'dialogs/rules.yaml',
  roles: 'dialogs/roles.yaml',
  texts: 'dialogs/texts.yaml',
  levels: 'dialogs/levels.yaml',
  directory: 'dialogs/directory.yaml',
  danger_rules: 'dialogs/danger-rules.yaml',
} as const

/** What whoever means it does about a promise. */
export const ifMeant =
  'If this is meant, change the promise in dialogs/promises.yaml, and let who answers for it write: puente promises accept.'

/** Single values of the other files are as promised: which text answers what, how long a page may wait. */
export const keepValues: Check = (subject) =>
  (subject.promises?.values ?? []).flatMap((promised) => {
    const whole = promised.in === 'danger_rules' ? subject.dangerRules : subject.dialogs[promised.in]
    const { own, path } = find(whole, promised.at.split('.'))
    const wanted = missedBy(promised, own)
    if (wanted === null) return []
    const message = `${promised.at} is promised to be ${wanted}; here it is ${say(own)}.\n${promised.otherwise} ${ifMeant}`
    return [subject.point(FILES[promised.in], path, 'promises/value-changed', message)]
  })

/** What was promised, in words, or null when it is kept. */
function missedBy({ is, includes, only, at_most, at_least }: PromisedValue, own: unknown): string | null {
  // null stands for what is left out.
  if (is !== undefined && inOrder(own ?? null) !== inOrder(is)) return is === null ? 'left out' : say(is)
  if (at_most !== undefined && !(typeof own === 'number' && own <= at_most)) return `${at_most} at most`
  if (at_least !== undefined && !(typeof own === 'number' && own >= at_least)) return `${at_least} at least`
  const list = Array.isArray(own) ? own : []
  if (includes?.some((one) => !list.includes(one))) return `a list with ${includes.join(', ')}`
  if (only && list.some((one) => !only.includes(one))) return `${only.join(', ') || 'nothing'} and nothing else`
  return null
}

/** Entries of a list are found by what names them, so that one may be added before them. */
function find(from: unknown, keys: readonly string[]): { own: unknown; path: YamlPath } {
  const path: (string | number)[] = []
  let own = from
  for (const key of keys) {
    const place = Array.isArray(own) ? placeIn(own as Named[], key) : key
    path.push(place)
    own = (own as Record<string | number, unknown> | null | undefined)?.[place]
  }
  return { own, path }
}

interface Named {
  id?: string
  text?: string
  flag?: string
  ask?: string
  group?: string
}

const placeIn = (list: Named[], key: string): number =>
  /^\d+$/.test(key)
    ? Number(key)
    : list.findIndex(({ id, text, flag, ask, group }) => [id, text, flag, ask, group].includes(key))

/** As text, keys sorted: the order in which somebody writes them means nothing. */
export const inOrder = (value: unknown): string | undefined =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  )

function say(value: unknown): string {
  if (value === undefined) return 'left out'
  if (value === null) return 'never'
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(', ') || 'empty'
  if (typeof value === 'string') return value
  // As it stands in the files: { question: TR1, is: yes }.
  return JSON.stringify(value)
    .replace(/"([\w ]+)"/g, '$1')
    .replace(/([:,])(?=\S)/g, '$1 ')
    .replace(/\{(?=\S)/g, '{ ')
    .replace(/(?<=\S)\}/g, ' }')
}

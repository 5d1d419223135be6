import type { PageGroup } from '../../handoff/levels.ts'
import type { YamlPath } from '../../handoff/read-yaml.ts'
import type { Problem } from '../../problem.ts'
import type { Check } from '../check/subject.ts'

const LEVELS = 'dialogs/levels.yaml'

/** Who is asked when, and what the person is told meanwhile, is as soon as promised (protocol section 2). */
export const keepLevelPromises: Check = (subject) => {
  const { promises } = subject
  if (!promises) return []
  const problems: Problem[] = []
  for (const level of ['P1', 'P2', 'P3', 'P4'] as const) {
    const promised = promises.levels[level]
    if (!promised) continue
    const rule = subject.dialogs.levels.levels[level]
    const report = (path: YamlPath, code: string, message: string, part?: 'key') =>
      problems.push(subject.point(LEVELS, ['levels', level, ...path], code, message, part))
    const late = (path: YamlPath, own: number, most: number, what: string) => {
      if (own > most)
        report(
          path,
          'promises/too-late',
          `${what} within ${most} minutes is promised for ${level}; here it is ${own}.\nA person in danger would wait longer.`,
        )
    }
    late(['target_minutes'], rule.target_minutes, promised.opened_within_minutes, 'A human')
    for (const step of promised.steps) {
      const index = rule.steps.findIndex(({ page }) => reaches(page, step.page))
      const who = WHO[step.page]
      if (index < 0) {
        report(
          ['steps'],
          'promises/nobody-asked',
          `${who} must be paged by minute ${step.by_minutes} of an untaken ${level}; no step does it.\nA person whom nobody has answered would wait for ever.`,
          'key',
        )
        continue
      }
      late(
        ['steps', index, 'at_minutes'],
        rule.steps[index]!.at_minutes,
        step.by_minutes,
        `Paging ${who.toLowerCase()}`,
      )
      for (const group of step.if_nobody ?? [])
        if (!rule.steps[index]!.if_nobody?.includes(group))
          report(
            ['steps', index],
            'promises/nobody-asked',
            `When nobody is on shift, ${WHO[group].toLowerCase()} must be paged at once; here it is not said (if_nobody).\nA person in danger at night would wait for nobody.`,
          )
    }
    if (promised.repeat) {
      const { repeat } = rule
      if (!repeat)
        report(
          [],
          'promises/repeat-removed',
          `The repeat of ${level} is missing.\nA case that nobody took would be forgotten.`,
          'key',
        )
      else {
        late(['repeat', 'every_minutes'], repeat.every_minutes, promised.repeat.every_minutes, 'Paging again')
        if (!reaches(repeat.page, promised.repeat.page))
          report(
            ['repeat', 'page'],
            'promises/nobody-asked',
            `${WHO[promised.repeat.page]} must be paged again and again until somebody takes a ${level}.\nA case that nobody took would be forgotten.`,
          )
        if (promised.repeat.at_shift_start && !repeat.at_shift_start)
          report(
            ['repeat', 'at_shift_start'],
            'promises/repeat-removed',
            `A ${level} that nobody took must be paged again when a shift starts.\nWho comes on shift would not learn of it.`,
          )
      }
    }
    for (const tell of promised.tell ?? []) {
      const index = rule.tell?.findIndex(({ message }) => message === tell.message) ?? -1
      if (index < 0)
        report(
          ['tell'],
          'promises/untold',
          `${tell.message} is promised by minute ${tell.by_minutes} of an untaken ${level}; it is never sent.\nA person who waits would hear nothing.`,
          'key',
        )
      else late(['tell', index, 'at_minutes'], rule.tell![index]!.at_minutes, tell.by_minutes, `${tell.message}`)
    }
    if (promised.taken) {
      if (!rule.taken)
        report(
          [],
          'promises/taken-unwatched',
          `What follows when a taken ${level} is not helped is missing ("taken").\nA case could be taken and forgotten.`,
          'key',
        )
      else {
        late(
          ['taken', 'open_within_minutes'],
          rule.taken.open_within_minutes,
          promised.taken.open_within_minutes,
          'Opening a taken case',
        )
        late(
          ['taken', 'contact_within_minutes'],
          rule.taken.contact_within_minutes,
          promised.taken.contact_within_minutes,
          'Contact after taking',
        )
      }
    }
    if (promised.load_cap !== undefined && (rule.load_cap === undefined || rule.load_cap > promised.load_cap))
      report(
        rule.load_cap === undefined ? [] : ['load_cap'],
        'promises/load',
        `One person is promised to have at most ${promised.load_cap} open ${level}.\nAn advocate with too many would help nobody.`,
      )
  }
  return problems
}

/** Everybody includes the lines and the coordinator. */
const reaches = (page: readonly PageGroup[], group: PageGroup): boolean =>
  page.includes(group) || page.includes('everybody')

const WHO: Record<PageGroup, string> = {
  line_1: 'The first line',
  line_2: 'The second line',
  coordinator: 'The coordinator',
  everybody: 'Everybody in the rota',
}

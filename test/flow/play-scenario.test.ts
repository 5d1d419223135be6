import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { playScenario } from '../../src/flow/play-scenario.ts'
import { type Scenario, scenarioSchema } from '../../src/flow/scenario-schema.ts'
import { projectRoot } from '../../src/project-root.ts'
import { bundle } from './conversation.ts'

const file = join(projectRoot, 'dialogs/scenarios/33-nobody-answers.yaml')
/** The story of a night in which nobody answers at first, with something else written. */
function check(change: (scenario: Scenario) => void, says: string[]): void {
  const scenario = scenarioSchema.parse(parse(readFileSync(file, 'utf8')))
  change(scenario)
  expect(playScenario(bundle, scenario).map(({ message }) => message)).toEqual(says)
}

test('advocates are paged, answer and are told as they would be', () => check(() => {}, []))

test('what comes out otherwise says who should have got what, and what they got when', () => {
  check(
    ({ turns }) => Object.assign(turns[1]!, { gets: { luz: [], dora: ['L1 CODE'] } }),
    [
      expect.stringMatching(/^luz should get nothing; got "L1 CODE .*" at 02:19\.$/) as unknown as string,
      'dora should get "L1 CODE…"; got nothing.',
    ],
  )
})

test('who answers first has the case, also when both answer in the same moment', () => {
  check(
    ({ turns }) =>
      Object.assign(turns.at(-1)!, {
        answers: { ana: '1 CODE', luz: '1 CODE' },
        gets: { ana: ['CODE es tuyo.'], luz: ['TAKEN CODE', 'CODE'] },
      }),
    [],
  )
})

test('a name that is not on call is refused, since nothing might be what is written', () => {
  check(
    ({ turns }) => Object.assign(turns[0]!, { gets: { anna: [] } }),
    ['"anna" is not on call here. Did you mean "ana"?'],
  )
  check(
    (scenario) => {
      scenario.on_call = undefined
      scenario.turns = [{ they: 'hola', tells: [] }]
    },
    ['Who is on call is missing: write "on_call" above "turns".'],
  )
})

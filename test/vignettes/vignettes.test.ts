import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { loadBundle } from '../../src/commands/load-bundle.ts'
import { playVignette } from '../../src/commands/vignettes.ts'

const bundle = loadBundle(process)!
const cases = readFileSync(new URL('protocol.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Parameters<typeof playVignette>[1])

test.each(cases.map((vignette) => [vignette.id, vignette] as const))(
  'case %s comes out as the protocol says',
  (_, vignette) => {
    expect(playVignette(bundle, vignette).differences).toEqual([])
  },
)

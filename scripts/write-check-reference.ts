import { writeFileSync } from 'node:fs'
import { assemble } from '../src/assemble-files.ts'
import { checkBundle } from '../src/flow/check/check-bundle.ts'
import { renderProblem } from '../src/problem.ts'
import { broken, brokenCopies, warnedCopies, withoutCopy } from '../test/flow/check/broken-copies.ts'
import { smallBundle } from '../test/flow/check/small-bundle.ts'

// Every entry shows what the gate itself says about a broken copy of the shipped files.
const shipped = smallBundle()
const rotaFile = 'dialogs/demonstration/rota.yaml'
const lines = [
  '# What `puente check` says',
  '',
  'Written by `node scripts/write-check-reference.ts`: each output is what the gate says about a copy of the shipped files that',
  'was broken in the way of the heading. Problems stop publishing; warnings do not.',
]
const entries = new Map<string, string[]>()
for (const copy of [...brokenCopies, ...warnedCopies]) {
  if (entries.has(copy.code)) continue
  const files = broken(shipped, copy)
  const fingerprint = copy.code === 'promises/not-accepted' ? () => 'other' : undefined
  const { problems, warnings } = checkBundle(files, {
    now: Date.UTC(2026, 10, 24, 12),
    rota: { file: rotaFile, text: files[rotaFile]! },
    proves: copy.code.startsWith('proof/'),
    ...(copy.code === 'scenario/differs' && { assemble }),
    ...(fingerprint && { fingerprint }),
  })
  const found = [...problems, ...warnings].find(
    ({ code, message }) => code === copy.code && (!copy.says || message.includes(copy.says)),
  )
  if (!found) throw new Error(`${copy.name} is not told as ${copy.code}.`)
  const text = renderProblem('', (files[found.source ?? ''] ?? '').slice(0, 200_000), found)
  const shown = text.split('\n').map((line) => (line.length > 160 ? `${line.slice(0, 157)}…` : line))
  entries.set(copy.code, [
    `## ${copy.code}`,
    '',
    `${found.severity === 'warning' ? 'Warning: ' : ''}${copy.name}.`.replace(/^./, (first) => first.toUpperCase()),
    '',
    '```',
    ...shown,
    '```',
  ])
}
for (const [code, { about }] of Object.entries(withoutCopy)) entries.set(code, [`## ${code}`, '', about])
for (const [, entry] of [...entries].sort(([one], [other]) => one.localeCompare(other))) lines.push('', ...entry)
writeFileSync(new URL('../docs/checks.md', import.meta.url), `${lines.join('\n')}\n`)

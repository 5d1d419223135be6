/** One measured value with its labels. */
export interface Sample {
  labels: Record<string, string>
  value: number
}

/** A gauge or counter, or a histogram whose samples are `Distribution`s. */
export type MetricFamily =
  | { name: string; help: string; type: 'gauge' | 'counter'; samples: Sample[] }
  | { name: string; help: string; type: 'histogram'; samples: Distribution[] }

/** How often a value fell at or below each bound; the last bound, infinity, is `count`. */
export interface Distribution {
  labels: Record<string, string>
  /** Upper bounds, rising. */
  bounds: number[]
  /** For each bound how many values were at or below it. */
  atOrBelow: number[]
  sum: number
  count: number
}

/** The content type of what `writeExposition` gives. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * Writes measured values as Prometheus reads them. A family without samples is left out.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/ (text format 0.0.4)
 */
export function writeExposition(families: MetricFamily[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map((family) =>
      [
        `# HELP ${family.name} ${family.help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}`,
        `# TYPE ${family.name} ${family.type}`,
        ...linesOf(family),
        '',
      ].join('\n'),
    )
    .join('')
}

function linesOf(family: MetricFamily): string[] {
  if (family.type !== 'histogram') return family.samples.map(({ labels, value }) => line(family.name, labels, value))
  return family.samples.flatMap(({ labels, bounds, atOrBelow, sum, count }) => [
    ...bounds.map((bound, index) => line(`${family.name}_bucket`, { ...labels, le: String(bound) }, atOrBelow[index]!)),
    line(`${family.name}_bucket`, { ...labels, le: '+Inf' }, count),
    line(`${family.name}_sum`, labels, sum),
    line(`${family.name}_count`, labels, count),
  ])
}

function line(name: string, labels: Record<string, string>, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`
}

const escaped = (text: string) => text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')

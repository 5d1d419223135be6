import type { Curve } from './growth.ts'

const width = 520
const height = 260
const left = 64
const right = 20
const top = 40
const bottom = 48

/** A curve as SVG: sizes on a logarithmic scale, values from zero, so that flat looks flat. Reads in light and dark. */
export function plot({ title, along, unit, points }: Curve): string {
  const sizes = points.map(({ size }) => Math.log10(size))
  const [first, last] = [Math.min(...sizes), Math.max(...sizes)]
  const highest = niceCeiling(Math.max(...points.map(({ value }) => value)))
  const x = (size: number) => left + ((Math.log10(size) - first) / (last - first || 1)) * (width - left - right)
  const y = (value: number) => height - bottom - (value / highest) * (height - top - bottom)
  const line = points.map(({ size, value }) => `${x(size).toFixed(1)},${y(value).toFixed(1)}`).join(' ')
  const rows = [0, 0.5, 1].map((share) => highest * share)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="12">`,
    `<title>${plain(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${left}" y="22" font-size="14" font-weight="bold" fill="#1a1a1a">${plain(title)}</text>`,
    ...rows.map(
      (value) =>
        `<line x1="${left}" x2="${width - right}" y1="${y(value)}" y2="${y(value)}" stroke="#cccccc"/>` +
        `<text x="${left - 6}" y="${y(value) + 4}" text-anchor="end" fill="#333333">${written(value)}</text>`,
    ),
    `<text x="${left - 6}" y="${top - 6}" text-anchor="end" fill="#333333">${plain(unit.split(' ')[0]!)}</text>`,
    `<polyline points="${line}" fill="none" stroke="#0b5394" stroke-width="2"/>`,
    ...points.map(
      ({ size, value }) =>
        `<circle cx="${x(size).toFixed(1)}" cy="${y(value).toFixed(1)}" r="4" fill="#0b5394"/>` +
        `<text x="${x(size).toFixed(1)}" y="${height - bottom + 18}" text-anchor="middle" fill="#333333">${written(size)}</text>`,
    ),
    `<text x="${(left + width - right) / 2}" y="${height - 10}" text-anchor="middle" fill="#333333">${plain(along)}</text>`,
    '</svg>\n',
  ].join('\n')
}

/** 1, 2 or 5 times a power of ten, just above. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return power * ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10)
}

const written = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 1 })
const plain = (text: string): string => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)

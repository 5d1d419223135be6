import {
  CONTROL,
  CR,
  E_BASE,
  E_BASE_GAZ,
  E_MODIFIER,
  EXTEND,
  GLUE_AFTER_ZWJ,
  type GraphemeClass,
  graphemeClass,
  L,
  LF,
  LV,
  LVT,
  OTHER,
  PREPEND,
  REGIONAL_INDICATOR,
  SPACING_MARK,
  T,
  V,
  ZWJ,
} from './grapheme-classes.ts'

/**
 * Where the grapheme that begins at `start` ends, in code units.
 *
 * The same cuts as the package `grapheme-splitter` 1.0.4, its oddities included, because Twilio's calculator uses it.
 * `\r\n` counts as two, as it does there.
 *
 * @see https://www.unicode.org/reports/tr29/tr29-31.html (the rules named GB below)
 */
export function graphemeEnd(text: string, start: number): number {
  const first = text.codePointAt(start)!
  let at = start + (first > 0xffff ? 2 : 1)
  if (at >= text.length) return text.length
  const firstClass = graphemeClass(first)
  let nextClass = graphemeClass(text.codePointAt(at)!)
  if (firstClass === OTHER && nextClass === OTHER) return at
  if (firstClass === CR) return at
  const classes = [firstClass]
  // A letter with its marks, as in every word of Hindi: nothing but marks can follow without a cut.
  if (firstClass === OTHER) {
    while (nextClass === EXTEND || nextClass === SPACING_MARK) {
      classes.push(nextClass)
      if (++at >= text.length) return at
      nextClass = graphemeClass(text.codePointAt(at)!)
      if (nextClass === OTHER) return at
    }
  }
  while (at < text.length) {
    const codePoint = text.codePointAt(at)!
    nextClass = graphemeClass(codePoint)
    classes.push(nextClass)
    if (breaksBeforeLast(classes)) return at
    at += codePoint > 0xffff ? 2 : 1
  }
  return text.length
}

/** True when a cut falls before the last of these classes, the first being where the grapheme begins. */
function breaksBeforeLast(all: GraphemeClass[]): boolean {
  const start = all[0]!
  const previous = all.at(-2)!
  const next = all.at(-1)!
  const modifier = all.lastIndexOf(E_MODIFIER)
  if (modifier > 1 && isAll(all, 1, modifier, EXTEND) && start !== EXTEND && start !== E_BASE && start !== E_BASE_GAZ)
    return true
  const flag = all.lastIndexOf(REGIONAL_INDICATOR)
  if (flag > 0 && isAll(all, 1, flag, REGIONAL_INDICATOR) && previous !== PREPEND && previous !== REGIONAL_INDICATOR)
    return true
  // GB3 to GB5.
  if (previous === CR && next === LF) return false
  if (isControl(previous) || isControl(next)) return true
  // GB6 to GB8: Hangul.
  if (previous === L && (next === L || next === V || next === LV || next === LVT)) return false
  if ((previous === LV || previous === V) && (next === V || next === T)) return false
  if ((previous === LVT || previous === T) && next === T) return false
  // GB9, GB9a, GB9b.
  if (next === EXTEND || next === ZWJ || next === SPACING_MARK || previous === PREPEND) return false
  // GB10: a skin colour after its emoji.
  const lastExtend = all.lastIndexOf(EXTEND)
  const base = lastExtend === -1 ? all.length - 2 : lastExtend - 1
  if (next === E_MODIFIER && (all[base] === E_BASE || all[base] === E_BASE_GAZ)) {
    if (isAll(all, base + 1, all.length - 1, EXTEND)) return false
  }
  // GB11: emoji glued by a joiner.
  if (previous === ZWJ && (next === GLUE_AFTER_ZWJ || next === E_BASE_GAZ)) return false
  // GB12 and GB13: flags are pairs.
  const middleFlag = all.indexOf(REGIONAL_INDICATOR, 1)
  if (middleFlag !== -1 && middleFlag < all.length - 1) return true
  return !(previous === REGIONAL_INDICATOR && next === REGIONAL_INDICATOR)
}

function isControl(its: GraphemeClass): boolean {
  return its === CONTROL || its === CR || its === LF
}

function isAll(all: GraphemeClass[], from: number, to: number, wanted: GraphemeClass): boolean {
  for (let at = from; at < to; at++) if (all[at] !== wanted) return false
  return true
}

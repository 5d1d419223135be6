/**
 * The grapheme break class of a code point, from Unicode 10's GraphemeBreakProperty.txt.
 *
 * Unicode 10 and not the newest, because Twilio's own calculator cuts segments by that version; see `countSegments`.
 */
export function graphemeClass(codePoint: number): GraphemeClass {
  if (codePoint < 0x300) return codePoint >= 0x20 && codePoint < 0x7f ? OTHER : classInTable(codePoint)
  // Hangul syllables: every 28th has no final consonant.
  if (codePoint >= 0xac00 && codePoint <= 0xd7a3) return (codePoint - 0xac00) % 28 === 0 ? LV : LVT
  return classInTable(codePoint)
}

export type GraphemeClass = number
export const CR = 0
export const LF = 1
export const CONTROL = 2
export const EXTEND = 3
export const REGIONAL_INDICATOR = 4
export const SPACING_MARK = 5
export const L = 6
export const V = 7
export const T = 8
export const LV = 9
export const LVT = 10
export const OTHER = 11
export const PREPEND = 12
export const E_BASE = 13
export const E_MODIFIER = 14
export const ZWJ = 15
export const GLUE_AFTER_ZWJ = 16
export const E_BASE_GAZ = 17

/**
 * Ranges in order: how far after the last range, "." and the length when above 1 (both base 36), class as a letter from A.
 * Written once from the published table; Unicode 10 does not change any more.
 */
const RANGES =
  '0.aC0B0.2C0A0.iC2n.xCdCgi.34D7n.7D7b.19D1D1.2D1.2D1D1k.6Ma.bD1C1a.lDgD2t.7D0M1.6D2.2D1.4DxM1Du.rD2j.' +
  'bD1m.9Dy.4D1.9D1.3D1.5D17.3D3c.eD0M0.wD0F1iD0F0D1.3F0.8D0.4F0D0.2F1.7Da.2DtD0.2F1kD1D0.2F0.4D2.2F2.2' +
  'F0D9Da.2Dt.2D0F1kD1.3F0.2D4.2D2.3D3Du.2D3Db.2D0F1kD1.3F0.5D1.2D0F1.2F0Dk.2Dm.6D1D0.2F1kD1.2D0F0.4D2.' +
  '2F2.2F0D8.2Da.2DuD1nD0F0D0.2F3.3F1.3F0D9D14D0.3F1m.3D0.4F1.3D1.4D7.2Db.2DtD0.2F1kD1F0D0.2F0D0.2F1D0.' +
  '2F1.2F0.2D7.2Db.2Ds.2D0.2F1j.2D1D0.2F0.4D1.3F1.3F0D0M8Da.2Du.2F1yD4D0.2F0.3D1D1.7F0Di.2F1pD1F0.7Dc.8' +
  'D2qD1F0.6D1.2Db.6D22.2DrD1D1D4.2F1d.eD0F0.5D1.2D5.bD1.10D9D2u.4D0F0.6D1.2D0.2F0.2Dn.2F0.2D4.3Dg.4DdD' +
  '1F0.2D6DfD2q.2oG0.20H0.2gI9p.3Dqa.3Dt.3Dt.2Du.2D1s.2D0F0.7D0.8F0D0.2F0.bD9D19.3D0C3a.2DyD3a.3D0.4F0.' +
  '2D0.3F4.2F0D0.6F0.3D63.2D0.2F0D1lF0D0F0.7D1D1D2.8D0.6F0.aD2D1c.fD1t.4D0F1bD0F0.5D0F0D0.5F0D0.2F12.9D' +
  'c.2D0FuF0.4D0.2F0.2D0F0.3D1kD0F0.2D0.3F0D0F0.3D0.2F1c.8F0.8D0.2F0.2D48.3D1.dD0F0.7D4D4.2F0D2F0.2D5i.' +
  '1mD1.5DejC0D0P0.2Co.7C1d.gC2o.xD10sNyQ1Q2a.2Q2qNeQ1.4N2eQ13e.3D3xD2o.wDfe.6D2x.2Dn9w.4D1.aDw.2D28.2D' +
  '7kD3D4Dn.2F0.2D0F2g.2F1e.gF0.2Dq.iD1g.8Dp.bD0.2Fc.tG3.3D0F1bD0.2F0.4D0.2F0D0.4F10D1v.6D0.2F0.2D0.2F0' +
  '.2DcD8D0F1aD1fD1.3D2.2D5.2D1D15F0.2D0.2F5F0D6k.2F0D0.2F0D0.2F1F0D8n6.nH4.1dI4.1kwC5cuDkh.gDg.gD5rC4e' +
  '.2D28.cCe9D6aD45.5D1ae.3D1.2D5.4D14.3D4D4l.2D109F0D0F1h.fD1k.3D0F19.3F0.4D0.2F0.2D2M1u.3D10.5D0F0.8D' +
  '1qDc.2D0F1c.3F0.9D0.2F1.2M6.3D2n.3F0.3D0.2F0D0F0.2D6D4gD0.3F0.8Dl.2D0.2F1kD1D0F0D0.4F2.2F2.3F9Da.2F2' +
  '.7D3.5D5c.3F0.8D0.2F0.3D0F0D2xD0.2F0.6D0F0D0.2F0D0F0.2D0F0.2D6jD0.2F0.4D2.4F0.2D0F0.2Dr.2D2a.3F0.8D0' +
  '.2F0D0F0.2D2yD0F0D0.2F0.6D0F0D2t.3D0.2F0.4D0F0.5Dk5.6D0.2F0.2D14.6D0F0M0.4D8D9.6D0.2F0.3D16.4M0.dD0F' +
  '0.2Db9F0.7D1.6D0F0D2a.mD1F0.7D0F0.2D0F0.2D3e.6D3D1.2D1.7D0M0Dfc8.5D1n.7Dt6.1aFg.4Df7u.2D1.4C43lD0F0.' +
  '3D3F0.5D0.8C0.8D2.7Du.4D44.3D1iz.1jD4.1eD8DeDm.5D1.fD11s.7D1.hD2.7D1.2D1.5D1ph.7D31.7D1p7.qE7cQ1hQ1g' +
  'QhNdQgQ3Qp.3N2N2.3NuQ1Qd.5O1u.2N2.bNl.4R4N1.9N3N4.3N1.3N3QuNg.2Q2yQ4Q1z.2N4NlN4.2N29Q2k.3N3.5N1cQhQg' +
  'Ng.3N9NbNgb.5N1.2N6N9.aN3.2N42.dNgw0y.wC0.2oD0.3kC0.6oD0.2s0C'

// The basic plane as one array, since nearly all text is there: a class costs one look.
const basicPlane = new Uint8Array(0x10000).fill(OTHER)
const starts: number[] = []
const ends: number[] = []
const classes: number[] = []
{
  let at = 0
  for (const [, gap, length, letter] of RANGES.matchAll(/([0-9a-z]+)(?:\.([0-9a-z]+))?([A-Z])/g)) {
    const start = at + Number.parseInt(gap!, 36)
    at = start + (length === undefined ? 1 : Number.parseInt(length, 36))
    const its = letter!.charCodeAt(0) - 65
    if (start < 0x10000) basicPlane.fill(its, start, at)
    else {
      starts.push(start)
      ends.push(at)
      classes.push(its)
    }
  }
}

function classInTable(codePoint: number): GraphemeClass {
  if (codePoint < 0x10000) return basicPlane[codePoint]!
  let low = 0
  let high = starts.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    if (codePoint < starts[middle]!) high = middle - 1
    else if (codePoint >= ends[middle]!) low = middle + 1
    else return classes[middle]!
  }
  return OTHER
}

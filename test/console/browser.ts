import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'

/**
 * A real Chromium, brought by an npm package. It unpacks itself into the temp folder and would take any older copy that
 * it finds there, so it gets a folder of its own.
 */
export async function openBrowser(): Promise<Browser> {
  const own = mkdtempSync(join(tmpdir(), 'puente-chromium-'))
  mkdirSync(own, { recursive: true })
  const before = process.env.TMPDIR
  process.env.TMPDIR = own
  try {
    const { default: chromium } = await import('@sparticuz/chromium')
    const { chromium: player } = await import('playwright-core')
    // One process for all would end the browser with the first page that is closed.
    const args = chromium.args.filter((arg) => arg !== '--single-process')
    return await player.launch({ executablePath: await chromium.executablePath(), args, headless: true })
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
}

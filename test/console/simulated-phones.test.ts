import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from './browser.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
let browser: Browser
let url: string
let stop: () => Promise<void>

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'puente-page-'))
  const child = spawn(process.execPath, [join(root, 'bin/puente.mjs'), 'start'], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', PORT: '0', PUENTE_DATA_DIR: folder },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  stop = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
    child.stdout.destroy()
  }
  url = await new Promise<string>((resolve, reject) => {
    let out = ''
    child.stdout.on('data', (chunk) => {
      out += String(chunk)
      const found = /open (http:\S+)/.exec(out)
      if (found) resolve(found[1]!)
    })
    child.once('exit', () => reject(new Error(out)))
  })
  browser = await openBrowser()
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await stop?.()
})

async function open(width = 1280, height = 900): Promise<{ page: Page; problems: string[] }> {
  const page = await browser.newPage({ viewport: { width, height } })
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  await page.goto(url)
  return { page, problems }
}

const writeAs = async (page: Page, text: string) => {
  const phone = page.getByRole('region', { name: "The person's phone" })
  await phone.getByRole('textbox').fill(text)
  await phone.getByRole('button', { name: 'Send', exact: true }).click()
}

describe('the simulated phones, in a real browser', () => {
  test('write as the person, see the page arrive, take it, and the person is told', async () => {
    const { page, problems } = await open()
    await page.getByText('Nothing has been written yet').waitFor()
    await writeAs(page, 'hello')
    await page.getByText(/Is anyone very sick/).waitFor()
    await writeAs(page, '1')
    const ana = page.getByRole('article', { name: 'Ana' })
    await ana.getByText(/^L1 /).waitFor()
    await page.getByTestId('case').getByText('life in danger').waitFor()
    await ana.getByRole('button', { name: /1 Take/ }).click()
    await page.getByText(/A person has read your message/).waitFor()
    await page.getByText(/Ana took it/).waitFor()
    await page
      .getByRole('article', { name: 'Luc' })
      .getByText(/^TAKEN /)
      .waitFor()
    expect(problems).toEqual([])
    await page.close()
  })

  test('nobody answers: time moves to what is due, and the second line is paged', async () => {
    const { page, problems } = await open()
    await writeAs(page, 'hola')
    await page.getByText(/1 = S/).waitFor()
    await writeAs(page, '1')
    await page.getByText(/Paged Ana/).waitFor()
    await page.getByRole('button', { name: 'To what is due next' }).click()
    await page.getByText(/Paged Marta/).waitFor()
    expect(problems).toEqual([])
    await page.close()
  })

  test('a story plays itself from its link', async () => {
    const { page } = await open()
    await page.goto(`${url}#story=child`)
    await page.reload()
    await page
      .getByText(/P1: .*/)
      .first()
      .waitFor({ timeout: 40_000 })
    await page.close()
  })

  test.each([
    [360, 800],
    [768, 1000],
  ])('nothing is cut off at %i pixels', async (width, height) => {
    const { page } = await open(width, height)
    await page.getByText('Nothing has been written yet').waitFor()
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
    await page.close()
  })

  test('script in a message stays a text', async () => {
    const { page, problems } = await open()
    await writeAs(page, '<img src=x onerror="document.title=1"> hello')
    await page.getByText('<img src=x').first().waitFor()
    expect(await page.title()).toMatch(/Puente/)
    expect(problems).toEqual([])
    await page.close()
  })

  test('everything can be reached by keyboard', async () => {
    const { page } = await open()
    await page.getByRole('textbox', { name: /Write as the person/ }).focus()
    await page.keyboard.type('hola')
    await page.keyboard.press('Enter')
    await page.getByText(/1 = S/).waitFor()
    await page.close()
  })
})

import type { StoryLine } from '../../story.ts'
import type { Level } from '../../types.ts'

/** A line of the story, numbered. */
export type ShownLine = StoryLine & { id: number }
export interface PhoneMessage {
  id: string
  direction: 'in' | 'out'
  at: number
  text: string
  status: string | null
  segments: number
}
export interface SimulatedAdvocate {
  id: string
  name: string
  roles: string[]
  languages: string[]
  lines: number[]
  isCoordinator: boolean
  openPages: { code: string; level: Level }[]
  thread: PhoneMessage[]
}
export interface SimulatedCase {
  code: string | null
  word: string | null
  level: Level
  flags: string[]
  roles: string[]
  status: 'none' | 'open' | 'taken' | 'closed'
  language: string | null
  open: string | null
  ended: string | null
}
export interface SimulatedState {
  now: number
  zone: string
  nextDueAt: number | null
  person: { thread: PhoneMessage[]; story: ShownLine[]; case: SimulatedCase | null }
  advocates: SimulatedAdvocate[]
}
export type PhoneChannel = 'sms' | 'whatsapp'

async function post(path: string, body: unknown): Promise<void> {
  const answer = await fetch(`/api/simulated/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`)
}

export async function readState(phone: string, channel: PhoneChannel): Promise<SimulatedState> {
  const query = new URLSearchParams({ phone, channel })
  const answer = await fetch(`/api/simulated/state?${query}`)
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`)
  return (await answer.json()) as SimulatedState
}
export const say = (phone: string, channel: PhoneChannel, text: string, media?: 'audio' | 'image') =>
  post('say', { phone, channel, text, ...(media && { media }) })
export const reply = (advocate: string, text: string) => post('reply', { advocate, text })
export const advance = (minutes: number) => post('clock', { minutes })
export const toNextDue = () => post('clock', { to: 'next_due' })

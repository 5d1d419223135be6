import { useCallback, useMemo, useRef, useState } from 'react'
import { advance, type PhoneChannel, readState, reply, say } from './api.ts'
import type { Story, StoryStep } from './stories.ts'

export interface StoryPlayer {
  story: Story | null
  isPlaying: boolean
  play(story: Story): void
  stop(): void
}

const readingMs = 1_500

/** Plays a story as somebody would who reads along: one message, then time to read what came of it. */
export function useStoryPlayer(parts: {
  startOver(): string
  setChannel(channel: PhoneChannel): void
  refresh(): unknown
}): StoryPlayer {
  const { startOver, setChannel, refresh } = parts
  const [story, setStory] = useState<Story | null>(null)
  const [isPlaying, setPlaying] = useState(false)
  const run = useRef(0)

  const stop = useCallback(() => {
    run.current += 1
    setPlaying(false)
    setStory(null)
  }, [])
  const play = useCallback(
    (next: Story) => {
      const own = ++run.current
      setStory(next)
      setPlaying(true)
      setChannel(next.channel)
      const phone = startOver()
      const steps = async () => {
        for (const step of next.steps) {
          await pause(readingMs)
          if (run.current !== own) return
          await take(step, phone, next.channel)
          await refresh()
        }
        if (run.current === own) setPlaying(false)
      }
      steps().catch(() => setPlaying(false))
    },
    [startOver, setChannel, refresh],
  )
  return useMemo(() => ({ story, isPlaying, play, stop }), [story, isPlaying, play, stop])
}

async function take(step: StoryStep, phone: string, channel: PhoneChannel): Promise<void> {
  if ('they' in step) return say(phone, channel, step.they)
  if ('minutes' in step) return advance(step.minutes)
  const { advocates, person } = await readState(phone, channel)
  const code = person.case?.code
  const isPaged = advocates.find(({ id }) => id === step.advocate)?.openPages.some((page) => page.code === code)
  const from = isPaged
    ? step.advocate
    : advocates.find(({ openPages }) => openPages.some((page) => page.code === code))?.id
  if (from && code) await reply(from, `${step.replies === 'take' ? 1 : 2} ${code}`)
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

import { Button, Group, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { Say } from '../words.ts'
import { advance, toNextDue } from './api.ts'
import { timeIn } from './time.ts'
import type { StoryPlayer } from './use-story-player.ts'

/** The simulated time, and ways to move it forward. */
export function ClockBar(props: {
  say: Say
  now: number | null
  zone: string
  nextDueAt: number | null
  refresh(): unknown
  player: StoryPlayer
  replay(): void
}) {
  const { say, now, zone, nextDueAt, refresh, player, replay } = props
  const [isMoving, setMoving] = useState(false)
  const shownNow = useTicking(now)
  const move = async (how: () => Promise<void>) => {
    setMoving(true)
    await how().catch(() => undefined)
    await refresh()
    setMoving(false)
  }
  const dueIn = nextDueAt === null || shownNow === null ? null : Math.max(0, nextDueAt - shownNow)
  return (
    <section className="clock" aria-label={say('clock')}>
      <Text component="output" className="clock-time" aria-live="off">
        {shownNow === null ? '--:--' : timeIn(zone, shownNow)}
      </Text>
      <Group gap="xs">
        <Button size="sm" variant="default" loading={isMoving} onClick={() => move(() => advance(1))}>
          {say('forward_1')}
        </Button>
        <Button size="sm" variant="default" loading={isMoving} onClick={() => move(() => advance(5))}>
          {say('forward_5')}
        </Button>
        <Button size="sm" variant="light" disabled={dueIn === null} loading={isMoving} onClick={() => move(toNextDue)}>
          {say('forward_next')}
        </Button>
        <Text size="sm" c="dimmed">
          {dueIn === null ? say('nothing_due') : say('due_in', { time: lasting(dueIn) })}
        </Text>
      </Group>
      {player.story && (
        <Group gap="xs" className="clock-story">
          <Text size="sm">{say('playing', { name: say(player.story.name) })}</Text>
          {player.isPlaying ? (
            <Button size="xs" variant="subtle" onClick={player.stop}>
              {say('stop')}
            </Button>
          ) : (
            <Button size="xs" variant="subtle" onClick={replay}>
              {say('replay')}
            </Button>
          )}
        </Group>
      )}
    </section>
  )
}

/** Counts on between two answers of the server. */
function useTicking(now: number | null): number | null {
  const [at, setAt] = useState<{ server: number; local: number } | null>(null)
  const [, tick] = useState(0)
  useEffect(() => {
    if (now !== null) setAt({ server: now, local: Date.now() })
  }, [now])
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1_000)
    return () => clearInterval(timer)
  }, [])
  return at === null ? now : at.server + (Date.now() - at.local)
}

function lasting(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
}

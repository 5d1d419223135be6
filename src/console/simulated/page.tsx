import { Alert, Button, Group, SegmentedControl, Text, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Say } from '../words.ts'
import { AdvocatePhones } from './advocate-phones.tsx'
import { type PhoneChannel, readState, reply, say as sayAs } from './api.ts'
import { ClockBar } from './clock-bar.tsx'
import { PersonPhone } from './person-phone.tsx'
import { type Story, stories } from './stories.ts'
import { StoryPanel } from './story-panel.tsx'
import { useStoryPlayer } from './use-story-player.ts'

interface PageProps {
  say: Say
  language: string
  onLanguage(language: string): void
  scheme: 'dark' | 'light'
  onScheme(scheme: 'dark' | 'light'): void
}

const newPhone = (): string => `+1555020${String(Math.floor(Math.random() * 10_000)).padStart(4, '0')}`

/** The front door: the whole promise at once, on phones that nobody has to own. */
export function SimulatedPhonesPage({ say, language, onLanguage, scheme, onScheme }: PageProps) {
  const [phone, setPhone] = useState(newPhone)
  const [channel, setChannel] = useState<PhoneChannel>('sms')
  const client = useQueryClient()
  const state = useQuery({
    queryKey: ['state', phone, channel],
    queryFn: () => readState(phone, channel),
    refetchInterval: 5_000,
    placeholderData: (before) => before,
  })
  const refresh = useCallback(() => client.invalidateQueries({ queryKey: ['state'] }), [client])
  useChanges(refresh)

  const startOver = useCallback(() => {
    const fresh = newPhone()
    setPhone(fresh)
    return fresh
  }, [])
  const player = useStoryPlayer({ startOver, setChannel, refresh })
  const play = (story: Story) => {
    window.history.replaceState(null, '', `#story=${story.id}`)
    player.play(story)
  }
  const opened = useRef(false)
  useEffect(() => {
    const id = new URLSearchParams(window.location.hash.slice(1)).get('story')
    const story = stories.find((one) => one.id === id)
    if (story && !opened.current) player.play(story)
    opened.current = true
  }, [player])

  const write = async (text: string, media?: 'audio' | 'image') => {
    player.stop()
    await sayAs(phone, channel, text, media)
    await refresh()
  }
  const answer = async (advocate: string, text: string) => {
    await reply(advocate, text)
    await refresh()
  }
  const { data } = state
  return (
    <div className="page">
      <header className="top">
        <div className="brand">
          <Title order={1} size="h2">
            <span aria-hidden="true" className="arch" />
            {say('title')}
          </Title>
          <Text size="sm" c="dimmed">
            {say('tagline')}
          </Text>
        </div>
        <Group gap="xs" wrap="wrap">
          <SegmentedControl
            size="xs"
            aria-label={say('language')}
            value={language}
            onChange={onLanguage}
            data={[
              { value: 'en', label: 'English' },
              { value: 'es', label: 'Español' },
            ]}
          />
          <Button size="xs" variant="default" onClick={() => onScheme(scheme === 'dark' ? 'light' : 'dark')}>
            {say(scheme === 'dark' ? 'light' : 'dark')}
          </Button>
        </Group>
      </header>
      {state.isError && (
        <Alert color="orange" role="alert">
          {say('offline')}
        </Alert>
      )}
      <nav className="shelf" aria-label={say('stories')}>
        <Text size="sm" fw={600}>
          {say('stories')}
        </Text>
        <div className="shelf-row">
          {stories.map((story) => (
            <button
              key={story.id}
              type="button"
              className={`story-card${player.story?.id === story.id ? ' is-playing' : ''}`}
              onClick={() => play(story)}
            >
              <strong>{say(story.name)}</strong>
              <span>{say(story.about)}</span>
            </button>
          ))}
        </div>
      </nav>
      <ClockBar
        say={say}
        now={data?.now ?? null}
        zone={data?.zone ?? 'UTC'}
        nextDueAt={data?.nextDueAt ?? null}
        refresh={refresh}
        player={player}
        replay={() => player.story && play(player.story)}
      />
      <main className="stage">
        <PersonPhone
          say={say}
          channel={channel}
          onChannel={(next) => {
            player.stop()
            setChannel(next)
          }}
          thread={data?.person.thread ?? []}
          language={data?.person.case?.language ?? null}
          onWrite={write}
          onNewPerson={() => {
            player.stop()
            window.history.replaceState(null, '', window.location.pathname)
            startOver()
          }}
        />
        <StoryPanel
          say={say}
          lines={data?.person.story ?? []}
          found={data?.person.case ?? null}
          zone={data?.zone ?? 'UTC'}
        />
        <AdvocatePhones say={say} advocates={data?.advocates ?? []} onReply={answer} zone={data?.zone ?? 'UTC'} />
      </main>
      <footer>
        <Text size="sm" c="dimmed">
          {say('simulated_note')}
        </Text>
      </footer>
    </div>
  )
}

/** Calls back when something happened on the server; polling goes on behind it. */
function useChanges(onChange: () => void): void {
  useEffect(() => {
    const events = new EventSource('/api/simulated/events')
    let waiting: ReturnType<typeof setTimeout> | null = null
    events.addEventListener('changed', () => {
      waiting ??= setTimeout(() => {
        waiting = null
        onChange()
      }, 80)
    })
    return () => {
      if (waiting) clearTimeout(waiting)
      events.close()
    }
  }, [onChange])
}

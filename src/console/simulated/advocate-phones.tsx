import { Button, Group } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Say } from '../words.ts'
import type { SimulatedAdvocate } from './api.ts'
import { LevelMark } from './story-panel.tsx'
import { Thread } from './thread.tsx'

/** The phones of those on call; whoever has an open page comes first. */
export function AdvocatePhones(props: {
  say: Say
  advocates: SimulatedAdvocate[]
  zone: string
  onReply(advocate: string, text: string): Promise<void>
}) {
  const { say, advocates, onReply } = props
  const inOrder = [...advocates].sort((one, other) => other.openPages.length - one.openPages.length)
  return (
    <section className="column" aria-label={say('advocate_phones')}>
      <div className="column-head">
        <h2>{say('advocate_phones')}</h2>
      </div>
      {inOrder.map((advocate) => (
        <AdvocatePhone key={advocate.id} say={say} advocate={advocate} onReply={onReply} />
      ))}
    </section>
  )
}

function AdvocatePhone(props: {
  say: Say
  advocate: SimulatedAdvocate
  onReply(advocate: string, text: string): Promise<void>
}) {
  const { say, advocate, onReply } = props
  const [text, setText] = useState('')
  const page = advocate.openPages.at(-1)
  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() === '') return
    await onReply(advocate.id, text).catch(() => undefined)
    setText('')
  }
  const where = [
    ...advocate.lines.map((line) => say(line === 1 ? 'line_1' : 'line_2')),
    ...(advocate.isCoordinator ? [say('coordinator')] : []),
  ]
  return (
    <article className={`phone phone-advocate${page ? ' is-paged' : ''}`} aria-label={advocate.name}>
      <header>
        <strong>{advocate.name}</strong>
        <small>
          {where.join(', ')} · {advocate.languages.join(' ')}
        </small>
        {page && <LevelMark say={say} level={page.level} />}
      </header>
      <div className="screen">
        <Thread say={say} thread={advocate.thread} empty={say('advocate_empty')} own="in" showSegments={false} />
      </div>
      {page && (
        <Group gap="xs" grow>
          <Button size="sm" onClick={() => onReply(advocate.id, `1 ${page.code}`)}>
            {say('take')} {page.code}
          </Button>
          <Button size="sm" variant="default" onClick={() => onReply(advocate.id, `2 ${page.code}`)}>
            {say('pass')}
          </Button>
        </Group>
      )}
      <form className="write" onSubmit={send}>
        <input
          aria-label={say('reply_as', { name: advocate.name })}
          placeholder={say('reply_as', { name: advocate.name })}
          value={text}
          maxLength={1600}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit" variant="light" disabled={text.trim() === ''}>
          {say('send')}
        </Button>
      </form>
    </article>
  )
}

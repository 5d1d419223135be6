import { Button, SegmentedControl } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Say } from '../words.ts'
import type { PhoneChannel, PhoneMessage } from './api.ts'
import { Thread } from './thread.tsx'

const rightToLeft = ['ar', 'fa', 'ps', 'ur']
const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#']

/** The person's phone: a keypad phone for SMS, a WhatsApp screen for WhatsApp. */
export function PersonPhone(props: {
  say: Say
  channel: PhoneChannel
  onChannel(channel: PhoneChannel): void
  thread: PhoneMessage[]
  language: string | null
  onWrite(text: string, media?: 'audio' | 'image'): Promise<void>
  onNewPerson(): void
}) {
  const { say, channel, onChannel, thread, language, onWrite, onNewPerson } = props
  const [text, setText] = useState('')
  const [isSending, setSending] = useState(false)
  const send = async (event?: FormEvent, media?: 'audio' | 'image') => {
    event?.preventDefault()
    if (text.trim() === '' && !media) return
    setSending(true)
    await onWrite(media ? '' : text, media)
      .then(() => setText(media ? text : ''))
      .catch(() => undefined)
    setSending(false)
  }
  const direction = language !== null && rightToLeft.includes(language) ? 'rtl' : 'ltr'
  return (
    <section className="column" aria-label={say('person_phone')}>
      <div className="column-head">
        <h2>{say('person_phone')}</h2>
        <Button size="xs" variant="subtle" onClick={onNewPerson}>
          {say('new_person')}
        </Button>
      </div>
      <SegmentedControl
        fullWidth
        size="sm"
        value={channel}
        onChange={(value) => onChannel(value as PhoneChannel)}
        data={[
          { value: 'sms', label: say('sms') },
          { value: 'whatsapp', label: say('whatsapp') },
        ]}
      />
      <div className={`phone phone-${channel}`}>
        <div className="phone-ear" aria-hidden="true" />
        <div className="screen" dir={direction}>
          <Thread say={say} thread={thread} empty={say('person_empty')} own="in" showSegments={channel === 'sms'} />
        </div>
        <form className="write" onSubmit={send}>
          <input
            aria-label={say('write_here')}
            placeholder={say('write_here')}
            value={text}
            maxLength={1600}
            dir="auto"
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button type="submit" loading={isSending} disabled={text.trim() === ''}>
            {say('send')}
          </Button>
        </form>
        {channel === 'sms' ? (
          <div className="keypad" aria-hidden="true">
            {keys.map((key) => (
              <button key={key} type="button" tabIndex={-1} onClick={() => setText((before) => before + key)}>
                {key}
              </button>
            ))}
          </div>
        ) : (
          <div className="attach">
            <Button size="xs" variant="subtle" onClick={() => send(undefined, 'audio')}>
              {say('voice_note')}
            </Button>
            <Button size="xs" variant="subtle" onClick={() => send(undefined, 'image')}>
              {say('picture')}
            </Button>
          </div>
        )}
      </div>
    </section>
  )
}

import { useEffect, useRef } from 'react'
import type { Say } from '../words.ts'
import type { PhoneMessage } from './api.ts'

const centsPerSegment = 1.2

/** Messages on a phone, the newest in view. `own` is the direction that this phone sends in. */
export function Thread(props: {
  say: Say
  thread: PhoneMessage[]
  empty: string
  own: 'in' | 'out'
  showSegments: boolean
}) {
  const { say, thread, empty, own, showSegments } = props
  const end = useRef<HTMLDivElement>(null)
  const count = thread.length
  useEffect(() => {
    if (count > 0) end.current?.scrollIntoView({ block: 'nearest' })
  }, [count])
  if (thread.length === 0) return <p className="empty">{empty}</p>
  return (
    <div className="thread" role="log" aria-live="polite">
      {thread.map((message) => {
        const isOwn = message.direction === own
        return (
          <div key={message.id} className={`message ${isOwn ? 'is-own' : 'is-other'}`}>
            <p dir="auto">{message.text === '' ? <em>{say('voice_note_shown')}</em> : message.text}</p>
            {showSegments && !isOwn && message.segments > 0 && (
              <small>
                {say(message.segments === 1 ? 'segments_one' : 'segments_other', { count: message.segments })} ·{' '}
                {say('cost', { cents: (message.segments * centsPerSegment).toFixed(1) })}
              </small>
            )}
          </div>
        )
      })}
      <div ref={end} />
    </div>
  )
}

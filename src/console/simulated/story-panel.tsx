import { useEffect, useRef } from 'react'
import type { Say, WordKey } from '../words.ts'
import type { ShownLine, SimulatedCase } from './api.ts'
import { timeIn } from './time.ts'

/** What happened between the phones, in plain words, and where the case stands. */
export function StoryPanel(props: { say: Say; lines: ShownLine[]; found: SimulatedCase | null; zone: string }) {
  const { say, lines, found, zone } = props
  const end = useRef<HTMLLIElement>(null)
  const count = lines.length
  useEffect(() => {
    if (count > 0) end.current?.scrollIntoView({ block: 'nearest' })
  }, [count])
  return (
    <section className="column" aria-label={say('story')}>
      <div className="column-head">
        <h2>{say('story')}</h2>
      </div>
      <div className="case" data-testid="case">
        <LevelMark say={say} level={found && found.status !== 'none' ? found.level : null} />
        <div>
          <strong>{found?.code ? say('case', { code: found.code }) : say('no_case')}</strong>
          <span>{found?.code ? say(`status_${found.status}` as WordKey) : ''}</span>
          {found && found.flags.length > 0 && (
            <ul className="flags" aria-label={say('flags')}>
              {found.flags.map((flag) => (
                <li key={flag}>{flag}</li>
              ))}
            </ul>
          )}
        </div>
      </div>
      {lines.length === 0 ? (
        <p className="empty">{say('story_empty')}</p>
      ) : (
        <ol className="story" role="log" aria-live="polite">
          {lines.map((line) => (
            <li key={line.id} className={`line line-${line.kind}`}>
              <time>{timeIn(zone, line.at)}</time>
              <span>
                {line.text}
                {line.detail && <small>{line.detail}</small>}
              </span>
            </li>
          ))}
          <li ref={end} aria-hidden="true" />
        </ol>
      )}
    </section>
  )
}

/** A level is a word, a shape and a colour, never a colour alone. */
export function LevelMark({ say, level }: { say: Say; level: string | null }) {
  if (level === null) return <span className="level level-none" aria-hidden="true" />
  return (
    <span className={`level level-${level}`}>
      <b>{level}</b>
      <i>{say(`level_${level}` as WordKey)}</i>
    </span>
  )
}

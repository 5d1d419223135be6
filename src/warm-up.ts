import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Does, once the server listens, what would else delay its start or its first answers: each piece by itself, with
 * room between for whoever writes meanwhile. Who comes before a piece is done has it done at once.
 *
 * @param pieces - each returns true while there is more of it
 * @returns a function that leaves the rest undone
 */
export function warmUp(pieces: (() => boolean | Promise<boolean>)[], onError: (error: unknown) => void): () => void {
  const waiting = [...pieces, giveMemoryBack]
  let timer = setTimeout(next, betweenMs)
  timer.unref()
  async function next(): Promise<void> {
    try {
      if (!(await waiting[0]!())) waiting.shift()
    } catch (error) {
      waiting.shift()
      onError(error)
    }
    if (waiting.length === 0) return
    timer = setTimeout(next, betweenMs)
    timer.unref()
  }
  return () => {
    waiting.length = 1
    clearTimeout(timer)
  }
}

const betweenMs = 20

/** Starting leaves as much garbage as it leaves objects, and an idle process would hold it for days. */
function giveMemoryBack(): false {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (how: object) => void
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  return false
}

import { Worker } from 'node:worker_threads'
import type { CheckResult } from './flow/check/check-bundle.ts'
import type { BundleFiles } from './flow/read-bundle.ts'

/** What the gate is asked. */
export interface GateRequest {
  files: BundleFiles
  /** Milliseconds since 1970. */
  now: number
  rota: { file: string; text: string } | null
}

/**
 * Runs the publish gate in threads of its own: the checks in one, the proof in another. It takes seconds of work, in
 * which whoever asks goes on, such as a server that answers webhooks.
 *
 * @throws what was thrown there; a gate that cannot finish lets nothing through
 */
export function runGate(request: GateRequest): Promise<CheckResult> {
  return askWorker(new URL('./gate-worker.ts', import.meta.url), request)
}

/** Starts a thread that waits for one request, so that it can load its code before the request is there. */
export function startWorker<Request, Answer>(file: URL): { ask(request: Request): Promise<Answer>; stop(): void } {
  // A proof makes many values that are gone after one turn. Kept few at a time they cost a quarter of a gigabyte less, and
  // some of the time, too.
  const worker = new Worker(file, { resourceLimits: { maxYoungGenerationSizeMb: 24 } })
  // A thread that is never asked keeps nobody waiting.
  worker.unref()
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        worker.ref()
        worker.once('message', (answer: Answer) => {
          resolve(answer)
          void worker.terminate()
        })
        worker.once('error', reject)
        worker.once('exit', (code) => reject(new Error(`The thread ${file.pathname} ended with code ${code}.`)))
        worker.postMessage(request)
      }),
    stop: () => void worker.terminate(),
  }
}

const askWorker = <Request, Answer>(file: URL, request: Request): Promise<Answer> =>
  startWorker<Request, Answer>(file).ask(request)

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ServerReport } from './report.ts'

export interface MeasuredServer {
  pid: number
  port: number
  /** Counts since the last question. */
  report(question?: 'counts' | 'memory'): Promise<ServerReport>
  stop(): Promise<void>
}

/** Starts one of the servers beside this file in a process of its own, as it would run; resolves when it listens. */
export async function runServer(file: string, env: Record<string, string>): Promise<MeasuredServer> {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const child = fork(path, {
    execArgv: ['--expose-gc'],
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const { port } = await answerOf<{ port: number }>(child)
  return {
    pid: child.pid!,
    port,
    report: (question = 'counts') => {
      const answer = answerOf<ServerReport>(child)
      child.send(question)
      return answer
    },
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
      }),
  }
}

function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`The server ended with ${code}.`))
    child.once('exit', onExit)
    child.once('message', (message) => {
      child.off('exit', onExit)
      resolve(message as T)
    })
  })
}

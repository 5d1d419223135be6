import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'

/** Of a running process: the size of a file in bytes, its memory in bytes, the number of its open files. */
export type Limit = 'fsize' | 'as' | 'nofile'

/** @returns false where that cannot be done, such as outside Linux */
export function setLimit(pid: number, limit: Limit, value: number): boolean {
  return existsSync(`/proc/${pid}`) && prlimit(pid, `--${limit}=${value}:`).status === 0
}

export function liftLimit(pid: number, limit: Limit): void {
  const hard = prlimit(pid, `--${limit}`, '--output=HARD', '--noheadings').stdout.trim()
  if (hard !== '') prlimit(pid, `--${limit}=${hard}:`)
}

/** What a process has of it now, so that it gets no more. */
export function inUse(pid: number, limit: 'as' | 'nofile'): number {
  if (limit === 'nofile') return Math.max(...readdirSync(`/proc/${pid}/fd`).map(Number)) + 1
  return Number(/^VmSize:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024
}

/** A process and those that it started. */
export function withChildren(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  return [pid, ...children]
}

/** As the owner of the process, since even root may be forbidden to limit those of others. */
function prlimit(pid: number, ...args: string[]) {
  const { uid, gid } = statSync(`/proc/${pid}`)
  return spawnSync('prlimit', [`--pid=${pid}`, ...args], { encoding: 'utf8', uid, gid, cwd: '/' })
}

/** Time that stands still until everything that can happen at an instant has happened. */
export interface VirtualTime {
  now(): number
  /** Plans an act; what it returns takes the plan back. Acts of one instant come in the order of planning. */
  at(time: number, act: () => void | Promise<void>): () => void
  after(ms: number, act: () => void | Promise<void>): () => void
  /** Runs what is planned until `end`; `settle` is awaited after every act. Stops early when `settle` says so. */
  runUntil(end: number, settle: () => Promise<'go_on' | 'stop'>): Promise<void>
}

interface Plan {
  time: number
  order: number
  act: (() => void | Promise<void>) | null
}

/** @param start - the first instant, milliseconds since 1970 */
export function createVirtualTime(start: number): VirtualTime {
  const heap: Plan[] = []
  let now = start
  let planned = 0

  function at(time: number, act: () => void | Promise<void>): () => void {
    const plan: Plan = { time: Math.max(now, time), order: planned++, act }
    push(heap, plan)
    return () => {
      plan.act = null
    }
  }

  return {
    now: () => now,
    at,
    after: (ms, act) => at(now + ms, act),
    async runUntil(end, settle) {
      for (;;) {
        const next = heap[0]
        if (next === undefined || next.time > end) break
        pop(heap)
        if (next.act === null) continue
        now = next.time
        await next.act()
        if ((await settle()) === 'stop') return
      }
      now = end
    },
  }
}

const isBefore = (left: Plan, right: Plan) =>
  left.time < right.time || (left.time === right.time && left.order < right.order)

function push(heap: Plan[], plan: Plan): void {
  let index = heap.push(plan) - 1
  while (index > 0) {
    const parent = (index - 1) >> 1
    if (!isBefore(heap[index]!, heap[parent]!)) return
    swap(heap, index, parent)
    index = parent
  }
}

function pop(heap: Plan[]): void {
  const last = heap.pop()!
  if (heap.length === 0) return
  heap[0] = last
  for (let index = 0; ; ) {
    let least = index
    for (const child of [2 * index + 1, 2 * index + 2])
      if (child < heap.length && isBefore(heap[child]!, heap[least]!)) least = child
    if (least === index) return
    swap(heap, index, least)
    index = least
  }
}

function swap(heap: Plan[], one: number, other: number): void {
  const kept = heap[one]!
  heap[one] = heap[other]!
  heap[other] = kept
}

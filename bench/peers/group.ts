/** Collects what comes in while `write` runs, and writes it together. */
export function grouped<Item>(write: (items: Item[]) => Promise<void>): (item: Item) => Promise<void> {
  let waiting: { item: Item; resolve(): void; reject(error: unknown): void }[] = []
  let isRunning = false
  const run = async () => {
    isRunning = true
    while (waiting.length > 0) {
      // Answers that just went out bring the next requests in: those share this commit.
      for (let seen = -1; seen < waiting.length; ) {
        seen = waiting.length
        await new Promise((resolve) => setImmediate(resolve))
      }
      const batch = waiting
      waiting = []
      try {
        await write(batch.map(({ item }) => item))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    isRunning = false
  }
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (!isRunning) void run()
    })
}

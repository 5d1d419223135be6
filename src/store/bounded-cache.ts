/**
 * Keeps entries that were used lately, up to a count. Only ever a copy of what the database holds: losing an entry
 * costs a read and nothing else.
 *
 * Two halves: what is used goes into the younger one, and when that is full the older one is dropped. So what was used
 * among the last `max / 2` entries is there, and a look-up moves nothing about, as a list in order of use would.
 */
export class BoundedCache<Key, Value> {
  #younger = new Map<Key, Value>()
  #older = new Map<Key, Value>()
  readonly #half: number

  constructor(max: number) {
    this.#half = Math.ceil(max / 2)
  }

  get(key: Key): Value | undefined {
    const value = this.#younger.get(key)
    if (value !== undefined) return value
    const older = this.#older.get(key)
    if (older !== undefined) this.set(key, older)
    return older
  }

  set(key: Key, value: Value): void {
    this.#younger.set(key, value)
    if (this.#younger.size < this.#half) return
    this.#older = this.#younger
    this.#younger = new Map()
  }

  delete(key: Key): void {
    this.#younger.delete(key)
    this.#older.delete(key)
  }

  clear(): void {
    this.#younger.clear()
    this.#older.clear()
  }
}

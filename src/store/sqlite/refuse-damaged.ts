import type { DatabaseSync } from 'node:sqlite'

/**
 * Refuses a file that SQLite itself finds damaged, before anything relies on it. A large file is not read
 * whole, since a restart must take seconds: there, damage shows at the first read that meets it, as every sealed value
 * is authenticated. `PRAGMA quick_check` by hand looks at it all.
 */
export function refuseDamaged(db: DatabaseSync): void {
  const { bytes } = db
    .prepare('SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()')
    .get() as { bytes: number }
  if (bytes > CHECKED_BYTES_MAX) return
  const { quick_check: found } = db.prepare('PRAGMA quick_check(1)').get() as { quick_check: string }
  if (found !== 'ok') throw new DamagedFileError(db.location() ?? 'in memory')
}

/** Parts of the database file are not what SQLite wrote. */
export class DamagedFileError extends Error {
  constructor(path: string) {
    super(
      `The database file ${path} is damaged, so Puente does not start on it: what was stored may be missing. ` +
        'Keep a copy of the file, and restore the last back-up.',
    )
    this.name = 'DamagedFileError'
  }
}

const CHECKED_BYTES_MAX = 64 * 1024 * 1024

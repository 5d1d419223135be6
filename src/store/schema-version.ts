/** The newest schema that this version of Puente knows. Goes up by one with every migration of either engine. */
export const SCHEMA_VERSION = 4

/** A newer Puente has changed the database; this one must not write into it. */
export class NewerSchemaError extends Error {
  constructor(found: number) {
    super(
      `The database has schema version ${found}, and this version of Puente knows ${SCHEMA_VERSION}. ` +
        'Start the newer version of Puente, or restore the back-up made before the upgrade.',
    )
    this.name = 'NewerSchemaError'
  }
}

/** The database cannot take writes now: locked, full or gone. Nothing was stored; the same call may be tried again. */
export class StoreUnavailableError extends Error {
  constructor(reason: string, cause?: unknown) {
    super(`The database cannot take writes now: ${reason}. Nothing of this call was stored.`, { cause })
    this.name = 'StoreUnavailableError'
  }
}

import type { PersonState } from '../person-state.ts'
import type { DatabaseRows } from '../store/inspect-rows.ts'
import type { Store } from '../store/store.ts'

/** What every person's conversation holds, by its id; what was erased is left out. */
export async function readPersonStates(store: Store, rows: DatabaseRows): Promise<Map<string, PersonState>> {
  const states = new Map<string, PersonState>()
  for (const { id, kind } of rows.conversations) {
    if (kind !== 'person') continue
    const found = await store.readConversation(id as never)
    if (found?.state) states.set(id, found.state as PersonState)
  }
  return states
}

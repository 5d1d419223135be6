import type { RoleId } from '../types.ts'
import { firstAsked, newChain } from './chain.ts'
import { audit, chainContext, type HandoffWork, notify, wantPage } from './handoff-work.ts'

/**
 * The person asks for a human although one has the case: perhaps for another one. The coordinator is asked first, then
 * others as for any role, and whoever takes it joins. The one who has the case does not hear of it.
 */
export function askForAnother(work: HandoffWork, role: RoleId): void {
  const { state, context } = work
  audit(work, 'asks_other')
  if (!state.addedRoles.includes(role)) state.addedRoles.push(role)
  // Somebody is being asked already; asking again with every text would only wear them out.
  if (state.chains.some((chain) => chain.role === role && chain.isActive)) return
  const people = chainContext(work)
  const { rota } = context
  const coordinator = rota.people.filter((person) => person.id === rota.coordinator && people.isPageable(person))
  const first = coordinator.length > 0 ? coordinator : firstAsked(role, people)
  wantPage(work, first, role)
  state.chains = [
    ...state.chains.filter((chain) => chain.role !== role),
    { ...newChain(role, context.now), stepsRun: [0], paged: first.map(({ id }) => id) },
  ]
  for (const { id } of first) notify(work, id, 'asks_other')
}

import { assign, createActor, createMachine } from 'xstate'
import { questions } from './reducer.ts'

/** The twelve questions as an XState machine: one state a question, answers in the context, an urgent answer noted. */
const machine = createMachine({
  id: 'triage',
  initial: 'E1',
  context: { answers: {}, urgent: false, messages: 0 },
  states: {
    ...Object.fromEntries(
      questions.map((question, index) => [
        question,
        {
          on: {
            ANSWER: [
              {
                guard: ({ event }) => event.value >= 0 && event.value <= 120,
                target: questions[index + 1] ?? 'closed',
                actions: assign(({ context, event }) => ({
                  answers: { ...context.answers, [question]: event.value },
                  urgent: context.urgent || (question === 'E1' && event.value === 1),
                  messages: context.messages + 1,
                })),
              },
              { actions: assign(({ context }) => ({ messages: context.messages + 1 })) },
            ],
          },
        },
      ]),
    ),
    closed: {},
  },
})

export const newXstateJson = (): string => JSON.stringify(createActor(machine).start().getPersistedSnapshot())

/** One turn, with the persisted snapshot as JSON in and out, as XState's documentation shows it. */
export function xstateTurn(json: string, text: string): string {
  const actor = createActor(machine, { snapshot: JSON.parse(json) }).start()
  actor.send({ type: 'ANSWER', value: Number.parseInt(text, 10) })
  const next = JSON.stringify(actor.getPersistedSnapshot())
  actor.stop()
  return next
}

import type { Migration } from './migrate.ts'

/**
 * From the draft format to version 1.
 *
 * A text that came with the next question waited until the path had gone past one question, named by `after`. Version 1
 * has `not_with`, the questions with which it never comes, and one way to say "gone past": the condition `left`. The
 * draft opened no case again; now one may be, and its text is the one for P2 until somebody chooses another.
 */
export const toVersion1: Migration = {
  why: 'A text waits for a question by the condition "left"; "not_with" names questions that it never comes with, and "after" is gone. "reopened" names the text for a case that is opened again.',
  change: {
    texts: (data) => ({
      ...data,
      with_next_question: list(data.with_next_question).map(text),
      reopened: data.reopened ?? 'M_P2',
    }),
  },
}

function text(entry: Record<string, unknown>): Record<string, unknown> {
  const { after, at_once_when, when, ...others } = entry
  if (after === undefined) return entry
  // It was due when its condition held and the question was passed, or when it was not to wait.
  const passed = at_once_when === undefined ? { left: after } : { any: [{ left: after }, at_once_when] }
  return { ...others, not_with: [], when: { all: [passed, when] } }
}

const list = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value : [])

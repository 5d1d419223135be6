import { expect, test } from '@jest/globals'
import {
  backTranslationSchema,
  readBackState,
  textsToReadBack,
  writeBackTranslation,
} from '../../src/language/back-translation.ts'
import { textHash } from '../../src/language/review-state.ts'

const english = {
  questions: { L1: '1 Español 2 English', E1: 'Hi.', AGE: 'How old are you?' },
  messages: { M_BYE: 'Bye.' },
  options: { 'E1.yes': 'Yes' },
}
const spanish = {
  questions: { L1: '1 Español 2 English', E1: 'Hola.', AGE: '¿Cuántos años tiene?' },
  messages: { M_BYE: 'Adiós.' },
  options: { 'E1.yes': 'Sí' },
}
const back = {
  version: 1 as const,
  language: 'es',
  texts: {
    'questions.E1': { of: textHash('Hola.'), says: 'Hello.' },
    'questions.AGE': { of: textHash('¿Qué edad tiene?'), says: 'What age are you?' },
  },
}

test('a text is read back, changed since, or never read', () => {
  expect(readBackState(english, spanish, back)).toEqual({
    current: ['questions.E1'],
    stale: ['questions.AGE'],
    missing: ['messages.M_BYE'],
  })
  expect(readBackState(english, spanish, null).missing).toHaveLength(3)
})

test('labels for advocates and what is the same in English need no reading', () => {
  expect(textsToReadBack(english, spanish).map(({ id }) => id)).toEqual([
    'questions.E1',
    'questions.AGE',
    'messages.M_BYE',
  ])
})

test('what is written is read again, one line a text', () => {
  const written = writeBackTranslation(back)
  expect(backTranslationSchema.parse(JSON.parse(written))).toEqual(back)
  expect(written.split('\n').filter((line) => line.includes('says'))).toHaveLength(2)
})

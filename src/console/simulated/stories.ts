import type { WordKey } from '../words.ts'
import type { PhoneChannel } from './api.ts'

/** What a story does, one step after the other. Everything else that happens is Puente. */
export type StoryStep = { they: string } | { minutes: number } | { advocate: string; replies: 'take' | 'pass' }
export interface Story {
  id: string
  name: WordKey
  about: WordKey
  channel: PhoneChannel
  steps: StoryStep[]
}

const answers = (...texts: string[]): StoryStep[] => texts.map((they) => ({ they }))

export const stories: Story[] = [
  {
    id: 'labour',
    name: 'story_labour',
    about: 'story_labour_about',
    channel: 'sms',
    steps: [
      ...answers('Bonswa', '1', '2', '2'),
      { minutes: 2 },
      { advocate: 'ana', replies: 'take' },
      ...answers('2', '2'),
    ],
  },
  {
    id: 'words',
    name: 'story_words',
    about: 'story_words_about',
    channel: 'whatsapp',
    steps: [
      ...answers('mi bebe de 3 meses tiene mucha calentura y no quiere mamar'),
      { advocate: 'ana', replies: 'take' },
      ...answers('1', '1', '2', '1 7', '1', '2'),
    ],
  },
  {
    id: 'child',
    name: 'story_child',
    about: 'story_child_about',
    channel: 'whatsapp',
    steps: [...answers('hola', '2', '1', '11', '4', '1', '1'), { advocate: 'luc', replies: 'take' }],
  },
  {
    id: 'threat',
    name: 'story_threat',
    about: 'story_threat_about',
    channel: 'sms',
    steps: answers('buenas', '2', '1', '31', '2', '3', '4', '2', '2', '1', '3', '5', '1', '2', '1', '4'),
  },
  {
    id: 'medicine',
    name: 'story_medicine',
    about: 'story_medicine_about',
    channel: 'sms',
    steps: answers('hello', '2', '1', '41', '1', '4', '9', '1', '1', '1', '2'),
  },
  {
    id: 'nobody',
    name: 'story_nobody',
    about: 'story_nobody_about',
    channel: 'sms',
    steps: [
      ...answers('ayuda', '1', '3', '1', '1', '1'),
      { minutes: 5 },
      { minutes: 5 },
      { minutes: 5 },
      { minutes: 15 },
      { advocate: 'marta', replies: 'take' },
    ],
  },
  {
    id: 'none',
    name: 'story_none',
    about: 'story_none_about',
    channel: 'sms',
    steps: answers('hi', '2', '1', '34', '2', '3', '4', '1', '4', '2', '3', '3', '5', '8', '1'),
  },
]

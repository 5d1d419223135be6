import {
  type Activity,
  BotAdapter,
  ConversationState,
  MemoryStorage,
  type ResourceResponse,
  TurnContext,
} from 'botbuilder'
import { ChoicePrompt, DialogSet, DialogTurnStatus, ListStyle, TextPrompt, WaterfallDialog } from 'botbuilder-dialogs'
import { questions } from './reducer.ts'

/** Keeps what would be sent. */
export class ListAdapter extends BotAdapter {
  readonly sent: string[] = []
  override async sendActivities(_context: TurnContext, activities: Partial<Activity>[]): Promise<ResourceResponse[]> {
    for (const { text } of activities) this.sent.push(text ?? '')
    return activities.map(() => ({ id: '1' }))
  }
  override async updateActivity(): Promise<undefined> {
    return undefined
  }
  override async deleteActivity(): Promise<void> {}
  override async continueConversation(): Promise<void> {}
}

export type Bot = (context: TurnContext) => Promise<void>

/**
 * The twelve questions as botbuilder's waterfall, state in its memory storage (JSON in and out).
 *
 * @param prompts - `choice` reads an answer as one of the options, which is what a question with digits needs; `text`
 * takes any number and reads nothing
 */
export function waterfallBot(prompts: 'choice' | 'text'): Bot {
  const state = new ConversationState(new MemoryStorage())
  const dialogs = new DialogSet(state.createProperty('dialog'))
  dialogs.add(
    new TextPrompt('text', async ({ recognized }) => {
      const value = Number.parseInt(recognized.value ?? '', 10)
      return value >= 0 && value <= 120
    }),
  )
  const choice = new ChoicePrompt('choice')
  choice.style = ListStyle.none
  dialogs.add(choice)
  const ask = (step: StepOf, question: string) =>
    prompts === 'choice' && question !== 'AGE'
      ? step.prompt('choice', { prompt: question, choices: ['yes', 'no', 'not sure', 'none'] })
      : step.prompt('text', question)
  const steps = [
    ...questions.map((question, index) => async (step: StepOf) => {
      if (index > 0) Object.assign(step.values, { [questions[index - 1]!]: step.result })
      return ask(step, question)
    }),
    async (step: StepOf) => step.endDialog(step.values),
  ]
  dialogs.add(new WaterfallDialog('triage', steps as never))
  return async (context) => {
    const dialog = await dialogs.createContext(context)
    const { status } = await dialog.continueDialog()
    if (status === DialogTurnStatus.empty) await dialog.beginDialog('triage')
    await state.saveChanges(context)
  }
}

interface StepOf {
  values: object
  result: unknown
  prompt(dialog: string, asked: string | { prompt: string; choices: string[] }): Promise<unknown>
  endDialog(result: unknown): Promise<unknown>
}

export function activityOf(conversation: string, text: string): Partial<Activity> {
  return {
    type: 'message',
    id: '1',
    channelId: 'sms',
    serviceUrl: '',
    from: { id: conversation, name: '' },
    recipient: { id: 'bot', name: '' },
    conversation: { id: conversation, name: '', isGroup: false, conversationType: 'personal' },
    text,
  }
}

/** Plays one triage to its end. */
export async function playWaterfall(bot: Bot, conversation: string, texts: string[]): Promise<void> {
  const adapter = new ListAdapter()
  for (const text of texts) await bot(new TurnContext(adapter, activityOf(conversation, text)))
}

import { type Activity, ActivityTypes, RoleTypes } from 'botbuilder'
import { TurnAdapter, type TurnInput } from './turn-adapter.ts'

/** Turns of SMS, WhatsApp and calls, as botbuilder sees them. */
export class TwilioAdapter extends TurnAdapter {
  protected override activityOf(input: TurnInput): Partial<Activity> {
    return messageActivity(input, input.event.from.channel === 'whatsapp' ? 'whatsapp' : 'sms')
  }
}

/** A message activity; the person goes by the conversation's id, so that no middleware ever holds a number. */
export function messageActivity({ conversation, event }: TurnInput, channelId: string): Partial<Activity> {
  return {
    type: ActivityTypes.Message,
    id: event.id,
    timestamp: new Date(event.at),
    channelId,
    serviceUrl: '',
    from: { id: conversation, name: '', role: RoleTypes.User },
    recipient: { id: 'puente', name: 'Puente', role: RoleTypes.Bot },
    conversation: { id: conversation, name: '', isGroup: false, conversationType: 'personal' },
    text: event.text,
    attachments: event.media.map(({ kind }) => ({ contentType: `${kind}/*` })),
    ...(event.optionId === undefined ? {} : { value: event.optionId }),
  }
}

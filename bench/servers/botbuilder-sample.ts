import { TurnContext } from 'botbuilder'
import express from 'express'
import twilio from 'twilio'
import { activityOf, ListAdapter, waterfallBot } from '../peers/waterfall.ts'
import { account, hookPath } from '../webhooks.ts'
import { reportTo } from './report.ts'

/**
 * What botbuilder's samples come to with a phone in front: Express, Twilio's own middleware, a waterfall with choice
 * prompts, and memory storage. Nothing is stored: all of it is gone with the process.
 */
const app = express()
const bot = waterfallBot('choice')
let turns = 0
app.use(express.urlencoded({ extended: false }))
app.post(
  hookPath,
  twilio.webhook(account.authTokens[0]!, { url: account.publicUrl + hookPath }),
  async (request, response) => {
    const adapter = new ListAdapter()
    await bot(new TurnContext(adapter, activityOf(request.body.From, request.body.Body)))
    turns++
    const reply = new twilio.twiml.MessagingResponse()
    for (const text of adapter.sent) reply.message(text)
    response.type('text/xml').send(reply.toString())
  },
)
const server = app.listen(0, '127.0.0.1', () => {
  reportTo((server.address() as { port: number }).port, () => ({ turns }))
})

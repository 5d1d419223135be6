import { describe, expect, test } from '@jest/globals'
import { bundle, Talk } from './conversation.ts'

const greeted = (options?: ConstructorParameters<typeof Talk>[0]) => {
  const talk = new Talk(options)
  talk.say('hello')
  return talk
}

describe('the first messages', () => {
  test('a greeting gets the first question and nothing else', () => {
    const talk = new Talk()
    expect(talk.say('hello')).toEqual([expect.stringMatching(/^Hi\. Is anyone/)])
    expect(talk.conversation.asked).toEqual(['E1'])
  })

  test('yes pages medical and protection at the second message', () => {
    const talk = greeted()
    talk.say('1')
    expect(talk.alerts).toEqual(['P1 medical,protection'])
    expect(talk.conversation.firstAlertMessage).toBe(2)
    expect(talk.open).toBe('E2')
  })

  test('an unknown language gets the menu, and the choice gets the first question', () => {
    const talk = new Talk({ language: null })
    talk.say('1')
    expect(talk.open).toBe('L1')
    expect(talk.say('3')[0]).toMatch(/1 = Wi/)
    expect(talk.conversation.asked).toEqual(['E1'])
  })

  test('9 at the menu: an interpreter is paged and two neutral texts go out', () => {
    const talk = new Talk({ language: null })
    const replies = talk.say('1', '9')
    expect(talk.alerts).toEqual(['P2 general,language'])
    expect(replies.length).toBe(2)
    expect(talk.contact).toBe('reply_voice')
    expect(talk.say('hmm')).toEqual([])
  })
})

describe('words that count at any time', () => {
  test('0 at the first question: a silent P2', () => {
    const talk = greeted()
    expect(talk.say('0')).toEqual([])
    expect(talk.flags).toEqual(['PHONE_UNSAFE', 'STOPPED'])
    expect(talk.alerts).toEqual(['P2 protection'])
    expect(talk.contact).toBe('wait')
  })

  test.each(['STOP', 'alto', 'sispann', 'стоп', '停', '٠', '０', ' 0. '])('%s stops like 0', (word) => {
    const talk = greeted()
    talk.say('2', '1', '30')
    expect(talk.say(word)).toEqual([])
    expect(talk.flags).toEqual(['STOPPED'])
    expect(talk.conversation.level).toBe('P3')
  })

  test('after 0 anything else gets the first question; 2 goes on, with the phone asked anew', () => {
    const talk = greeted()
    talk.say('2', '1', '30', '2', '3', '4', '1')
    talk.say('0')
    expect(talk.flags).toContain('PHONE_UNSAFE')
    expect(talk.say('hello?')[0]).toMatch(/^Hi\. Is anyone/)
    expect(talk.say('2')[0]).toMatch(/Who can read this phone/)
    expect(talk.flags).toContain('PHONE_UNSAFE')
  })

  test('after the carrier STOP nothing goes out until START, but danger is heard', () => {
    const talk = greeted()
    expect(talk.say('STOP')).toEqual([])
    expect(talk.say('hello')).toEqual([])
    expect(talk.say('my baby is not breathing')).toEqual([])
    expect(talk.conversation.level).toBe('P1')
    expect(talk.alerts.join()).toMatch(/P1 .*medical/)
    expect(talk.say('START')[0]).toMatch(/\nHi\. Is anyone/)
  })

  test('after STOP no word of theirs and no flag brings a text', () => {
    const talk = greeted({ channel: 'whatsapp' })
    talk.say('2', '1', '30', '2', '3', '4', '1', 'STOP')
    expect(talk.flags).toContain('PHONE_UNSAFE')
    expect(talk.say('PERSON')).toEqual([])
    expect(talk.alerts).toEqual(['P2 general'])
    expect(talk.say('they locked us in, we are tied')).toEqual([])
    expect(talk.say('SOS')).toEqual([])
  })

  test('SOS in the middle pages, then asks only what the fast track asks', () => {
    const talk = greeted()
    talk.say('2', '1', '30', '2')
    expect(talk.say('SOS')[0]).toMatch(/What is it/)
    expect(talk.alerts).toEqual(['P1 medical,protection'])
    talk.say('2')
    expect(talk.open).toBe('PREG_DS')
    talk.say('1')
    expect(talk.open).toBe('LOC')
    expect(talk.conversation.roles).toEqual(['medical'])
  })

  test('PERSON: page, the first question once, then only how to be reached', () => {
    const talk = new Talk()
    talk.say('PERSON')
    expect(talk.alerts).toEqual(['P2 general'])
    expect(talk.conversation.firstAlertMessage).toBe(1)
    expect(talk.open).toBe('E1')
    talk.say('2')
    expect(talk.open).toBe('CB')
    expect(talk.say('1')[0]).toMatch(/They use only the way you chose/)
  })

  test('PERSON on an unsafe phone gets the quiet line and no further question', () => {
    const talk = greeted()
    talk.say('2', '1', '30', '2', '3', '4', '3')
    expect(talk.say('PERSON')).toEqual([expect.stringMatching(/^OK, thank you\. No more questions/)])
    expect(talk.flags).toContain('HUMAN_REQ')
  })

  test('WHY and ? explain and ask again; DATA says what is kept only on a phone that is safe', () => {
    const talk = greeted()
    expect(talk.say('WHY')[0]).toMatch(/^I ask so the right person can help.*\nHi\. Is anyone/s)
    expect(talk.say('?')[0]).toMatch(/^I ask so/)
    expect(talk.say('DATA')[0]).not.toMatch(/30 days/)
    talk.say('2', '1', '30', '2', '3', '4', '1')
    expect(talk.say('DATA')[0]).toMatch(/30 days/)
    expect(talk.open).toBe('TH')
  })

  test('SKIP leaves a question open, and counts where the protocol says so', () => {
    const talk = greeted()
    talk.say('2', '1', '14')
    talk.say('SKIP')
    expect(talk.flags).toEqual(['MINOR', 'UC'])
    const other = greeted()
    expect(other.say('SKIP')[0]).toMatch(/^I did not understand/)
  })

  test('a language by its name at any time, and the open question again in it', () => {
    const talk = greeted()
    talk.say('2', '1')
    expect(talk.open).toBe('AGE')
    expect(talk.say('kreyol')[0]).toMatch(/laj|ane/i)
    expect(talk.open).toBe('AGE')
  })

  test('ERASE: at once without danger, later while somebody is looked for, never a word to the captive', () => {
    const talk = greeted()
    talk.say('2', '1')
    talk.say('ERASE')
    expect(talk.last!.erase).toBe('now')
    const urgent = greeted()
    urgent.say('1')
    expect(urgent.say('ERASE')[0]).toMatch(/24 hours/)
    expect(urgent.last!.erase).toBe('later')
    urgent.say('3', '2')
    expect(urgent.say('ERASE')).toEqual([])
  })
})

describe('answers', () => {
  test('asks once more, then hands the question to a human', () => {
    const talk = greeted()
    expect(talk.say('blah')[0]).toMatch(/^I did not understand.*\nHi\. Is anyone/s)
    // No question was answered yet, so the language is not certain either.
    expect(talk.say('blah blah').length).toBe(2)
    expect(talk.flags).toEqual(['UNCLEAR'])
    expect(talk.alerts).toEqual(['P2 general'])
    expect(talk.conversation.ended).toBe('unclear')
  })

  test('not understood at a danger sign: page of its role, then only how to be reached', () => {
    const talk = greeted()
    talk.say('2', '1', '30', '1', '3', 'zz', 'zzq')
    expect(talk.flags).toEqual(['MED_ROUTINE', 'UNCLEAR'])
    expect(talk.alerts).toEqual(['P2 medical'])
    expect(talk.open).toBe('CB')
  })

  test('not understood elsewhere: a human will see it, and the flow goes on', () => {
    const talk = greeted()
    talk.say('2', '1', 'zz', 'zzq')
    expect(talk.flags).toEqual(['UNREAD'])
    expect(talk.open).toBe('MED')
  })

  test.each([
    [
      'several digits at one choice: the more serious',
      ['2', '1', '30', '2', '3', '4', '1', '3 2'],
      'TH',
      'last_7_days',
    ],
    ['equal: the earlier', ['2', '2 3'], 'CONS', 'person'],
    ['the youngest child', ['2', '1', '30', '1', '5 2'], 'MED_WHO', 'baby_2_to_11_months'],
    ['none is dropped beside a sign', ['1', '1', '3', '7 9'], 'CHILD_DS', ['fever']],
    ['a child without parents', ['2', '1', '30', '2', '3', '4,5'], 'KIDS', ['no_parent_here']],
    ['weeks', ['2', '1', '30', '2', '1', '9', '30 weeks'], 'PREG_W', 7],
    ['an age with its unit', ['2', '1', '30', '1', '3 months'], 'MED_WHO', 'baby_2_to_11_months'],
    ['a time with its unit', ['2', '1', '30', '2', '3', '4', '1', '2 days ago'], 'TH', 'last_7_days'],
    ['days above the list', ['2', '1', '30', '1', '5', '9', '1', '5 days'], 'MEDS_D', '4_to_7_days'],
    ['year of birth', ['2', '1', '2010'], 'AGE', 15],
    ['digits of another script', ['٢', '１', '३०'], 'AGE', 30],
    ['words', ['no', 'ok', 'thirty'], 'AGE', 30],
  ])('%s', (_, answers, question, expected) => {
    const talk = greeted()
    talk.say(...answers)
    expect(talk.conversation.answers[question]).toEqual(expected)
  })

  test('0 where it is an answer: the medicine is finished, and the bot is silent', () => {
    const talk = greeted()
    talk.say('2', '1', '48', '1', '5', '9', '1')
    expect(talk.say('0')).toEqual([])
    expect(talk.flags).toEqual(['LAPSE_CRIT', 'STOPPED'])
    expect(talk.alerts).toEqual(['P1 medical'])
  })

  test('0 years old is not a stop', () => {
    const talk = greeted()
    talk.say('1', '4')
    expect(talk.open).toBe('AGE_ALONE')
    talk.say('0')
    expect(talk.flags).toEqual(['EMERG', 'UC'])
    expect(talk.open).toBe('LOC')
  })

  test('any short text is a city; a long one is not', () => {
    const talk = greeted()
    talk.say('1', '5')
    expect(talk.open).toBe('LOC')
    talk.say('Nuevo Laredo')
    expect(talk.conversation.city).toBe('Nuevo Laredo')
    expect(talk.open).toBe('CB')
  })
})

describe("danger in the person's own words", () => {
  test('pages at the first message, then the first question; 2 never lowers it', () => {
    const talk = new Talk({ language: 'es' })
    talk.say('mi hijo no despierta')
    expect(talk.alerts).toEqual(['P1 medical'])
    expect(talk.open).toBe('E1')
    talk.say('2')
    expect(talk.conversation.level).toBe('P1')
    expect(talk.open).toBe('LOC')
  })

  test('held and tied: paged, one neutral line, then nothing at all', () => {
    const talk = new Talk({ language: 'es' })
    expect(talk.say('estoy amarrado en una casa no puedo hablar')).toEqual([expect.stringMatching(/Gracias|gracias/)])
    expect(talk.flags).toContain('CAPTIVE')
    expect(talk.say('ayuda')).toEqual([])
    expect(talk.say('SOS')).toEqual([])
    expect(talk.say('PERSON')).toEqual([])
  })

  test('as the answer to the first question it counts as yes', () => {
    const talk = new Talk({ language: 'es' })
    talk.say('hola', 'mi bebe no respira')
    expect(talk.flags).toEqual(['EMERG', 'TEXT'])
    expect(talk.open).toBe('E2')
    expect(talk.alerts).toEqual(['P1 medical'])
  })

  test('at any other question it leaves the question, without scolding, and ends early', () => {
    const talk = new Talk({ language: 'es' })
    talk.say('hola', '2', '1', '30', '2')
    const [reply] = talk.say('me quieren matar, ya saben donde duermo')
    expect(reply).not.toMatch(/No entend/)
    expect(talk.open).toBe('LOC')
    // The model may hear another topic beside the one that a rule named; each only adds a role.
    expect(talk.alerts).toEqual([expect.stringMatching(/^P1 (\w+,)*protection/)])
  })

  test('the same again is quiet for half an hour, a new danger is not', () => {
    const talk = new Talk({ language: 'es' })
    talk.say('mi hijo no despierta')
    expect(talk.say('mi hijo no despierta') && talk.alerts).toEqual([])
    talk.say('me quieren matar, ya saben donde duermo')
    expect(talk.alerts).toEqual(['P1 protection'])
  })
})

describe('voice and pictures', () => {
  test('a voice note that nobody can understand is a person to look at', () => {
    const talk = new Talk({ language: null })
    const replies = talk.send({ media: ['audio'] })
    expect(talk.alerts).toEqual(['P2 general,language'])
    expect(replies.length).toBe(2)
    expect(talk.send({ media: ['audio'] })).toEqual([])
  })

  test('a picture first gets the question, and a human after 15 minutes of silence', () => {
    const talk = new Talk()
    talk.send({ media: ['image'] })
    expect(talk.open).toBe('E1')
    expect(talk.wait(14)).toEqual([])
    const [turn] = talk.wait(2)
    expect(turn!.alerts).toEqual([expect.objectContaining({ level: 'P2', roles: ['general'] })])
    expect(turn!.replies).toEqual([])
  })
})

describe('time', () => {
  test('danger answered, then silence: somebody is paged, nothing is written', () => {
    const talk = greeted()
    talk.say('2', '1', '30', '1')
    const turns = talk.wait(30)
    expect(turns.map(({ alerts }) => alerts)).toEqual([[expect.objectContaining({ level: 'P2', roles: ['medical'] })]])
    expect(turns.flatMap(({ replies }) => replies)).toEqual([])
    talk.say('5')
    expect(talk.open).toBe('ADULT_DS')
  })

  test('the menu unanswered for ten minutes is an unknown language', () => {
    const talk = new Talk({ language: null })
    talk.say('...')
    const [turn] = talk.wait(11)
    expect(turn!.alerts).toEqual([expect.objectContaining({ level: 'P2', roles: ['general', 'language'] })])
  })

  test('a late answer that fits counts; another text is asked whether to go on', () => {
    const talk = greeted()
    talk.say('2', '1', '30')
    talk.wait(60)
    talk.say('2')
    expect(talk.open).toBe('PREG')
    talk.wait(60)
    expect(talk.say('are you there')[0]).toMatch(/Do you want to go on/)
    expect(talk.say('1')[0]).toMatch(/pregnant/)
    talk.wait(60)
    talk.say('are you there', '2')
    expect(talk.open).toBe('E1')
  })

  test('after a day it begins at the first question, keeps the flags, and asks anew who reads the phone', () => {
    const talk = greeted()
    talk.say('2', '1', '30', '2', '3', '3', '1', '3')
    expect(talk.flags).toEqual(['THREAT_PAST'])
    talk.wait(25 * 60)
    expect(talk.say('1')[0]).toMatch(/^Hi\. Is anyone/)
    expect(talk.say('2')[0]).toMatch(/Who can read/)
    expect(talk.flags).toEqual(['THREAT_PAST'])
  })

  test('a path that stops in the middle opens its case after two hours', () => {
    const talk = greeted()
    talk.say('2', '1', '17', '2')
    expect(talk.conversation.caseStatus).toBe('none')
    talk.wait(121)
    expect(talk.conversation.caseStatus).toBe('open')
  })
})

describe('languages', () => {
  test('another language in two messages is offered, not forced; 1 changes it and asks the open question again', () => {
    const talk = greeted({ language: 'en' })
    talk.say('2', '1')
    expect(talk.open).toBe('AGE')
    talk.say('no entiendo lo que me preguntan, disculpe')
    expect(talk.conversation.language).toBe('en')
    const [offer] = talk.say('por favor en mi idioma, no entiendo nada')
    expect(offer).toMatch(/Español/)
    expect(talk.say('1')[0]).toMatch(/años/)
    expect(talk.open).toBe('AGE')
    expect(talk.conversation.language).toBe('es')
  })

  test('the digits of the menu keep their meaning however often it is sent', () => {
    const talk = new Talk({ language: null })
    expect(talk.say('asdf')[0]).toMatch(/3 Kreyòl/)
    expect(talk.say('xyz zz')[0]).toMatch(/3 Kreyòl/)
    talk.say('3')
    expect(talk.conversation.language).toBe('ht')
  })

  test('a language without texts: an interpreter is paged, and the first question comes in the bridge languages', () => {
    const talk = new Talk({ language: null })
    const [reply] = talk.say('quiche')
    expect(reply).toMatch(/^Hola/)
    expect(reply).toMatch(/Hi\. Is anyone/)
    expect(talk.alerts).toEqual(['P2 general,language'])
    expect(talk.open).toBe('E1')
  })
})

describe('the end of the path', () => {
  test('with nobody in need nobody is woken, and a new message starts anew', () => {
    const talk = greeted()
    talk.say('2', '1', '30', '2', '3', '4', '2', '4', '3', '5', '8', '1')
    expect(talk.conversation.ended).toBe('done')
    expect(talk.conversation.caseStatus).toBe('closed')
    expect(talk.turns.flatMap(({ alerts }) => alerts)).toEqual([])
    expect(talk.say('hello again')[0]).toMatch(/^Hi\. Is anyone/)
  })

  test('words after the end go to the case without an answer', () => {
    const talk = greeted()
    talk.say('1', '5', '1', '1')
    expect(talk.conversation.ended).toBe('done')
    expect(talk.say('please hurry')).toEqual([])
    expect(talk.last!.isForTheCase).toBe(true)
  })

  test('M_P1_MED goes with the question after the kind of danger is known, not while people may be the danger', () => {
    const talk = greeted()
    expect(talk.say('1')[0]).not.toMatch(/nearest public hospital/)
    expect(talk.say('1 3')[0]).not.toMatch(/nearest public hospital/)
    expect(talk.say('1')[0]).toMatch(/nearest public hospital.*\nWho is the sickest/s)
  })

  test('a dropped sentence takes nothing else with it', () => {
    const talk = greeted()
    const [text] = talk.say('1', '2')
    expect(text).toMatch(
      /^I am telling a person now\. If you can, go to the nearest public hospital\. You can send more words/,
    )
  })

  test('every text of the protocol is there in every written language', () => {
    const ids = [...new Set(bundle.flow.closing.map(({ text }) => text))]
    for (const language of ['en', 'es', 'ht'])
      for (const id of ids) expect(bundle.texts.i18n.getResource(language, 'messages', id)).toBeTruthy()
  })
})

describe('what is kept', () => {
  test('thirty days after the last message everything goes', () => {
    const talk = greeted()
    talk.say('2', '1', '30', '2', '3', '4', '2', '4', '3', '5', '8', '1')
    talk.now += 30 * 24 * 3_600_000
    expect(talk.wait(1).some(({ erase }) => erase === 'now')).toBe(true)
  })
})

describe('a person who asks for somebody else', () => {
  test('after taking, the word is not for the one who has the case', () => {
    const talk = greeted()
    talk.say('1')
    talk.conversation = { ...talk.conversation, caseStatus: 'taken', isHumanTalking: true }
    talk.say('PERSON')
    expect(talk.last!.asksForSomeoneElse).toBe(true)
    expect(talk.last!.isForTheCase).toBe(false)
  })
})

import type { AdvocateReply, ReplyAction } from './read-advocate-reply.ts'

/**
 * Words that advocates send instead of digits, in capital letters without accents: Spanish, English, Haitian Creole,
 * French, Portuguese. What they may say is fixed here and not in a coordinator's file, because pages name the digits
 * and a word that means two things would take or pass a case by mistake.
 */
const words: Record<
  'take' | 'pass' | 'other_role' | 'details' | 'record' | 'call' | 'close' | 'list' | 'help' | 'hand_over',
  string[]
> = {
  take: [
    'TAKE',
    'ONE',
    'UNO',
    'YOUN',
    'I TAKE',
    'I TAKE IT',
    'MINE',
    'TOMO',
    'TOMAR',
    'LO TOMO',
    'LA TOMO',
    'YO LO TOMO',
    'YO LA TOMO',
    'MIO',
    'PRAN',
    'M PRAN LI',
    'MWEN PRAN LI',
    'M AP PRAN LI',
    'PRENDS',
    'JE PRENDS',
    'JE LE PRENDS',
    'PRENDRE',
    'PEGO',
    'EU PEGO',
    'PEGAR',
    'ACEITO',
  ],
  pass: [
    'PASS',
    'TWO',
    'DOS',
    'DEUX',
    'DOIS',
    'I PASS',
    'CANNOT',
    'I CANNOT',
    'I CAN T',
    'PASO',
    'PASAR',
    'NO PUEDO',
    'YO PASO',
    'PASE',
    'MWEN PASE',
    'M PASE',
    'M PA KAPAB',
    'M PA KA',
    'PASSE',
    'JE PASSE',
    'JE NE PEUX PAS',
    'PASSO',
    'PASSAR',
    'EU PASSO',
    'NAO POSSO',
  ],
  other_role: ['OTHER ROLE', 'OTRO ROL', 'LOT WOL', 'AUTRE ROLE', 'OUTRA FUNCAO'],
  details: ['DETAILS', 'DETALLES', 'DETAY', 'DETALHES'],
  record: ['RECORD', 'CONSTANCIA', 'CONSTAT', 'DOSYE', 'REGISTRO'],
  // No digit is left for it, and it is a word that people would send anyhow.
  call: ['CALL', 'LLAMAR', 'LLAMO', 'RELE', 'M AP RELE', 'APPELER', 'APPELLE', 'J APPELLE', 'LIGAR', 'LIGO'],
  close: ['DONE', 'CLOSE', 'TERMINADO', 'CERRAR', 'CIERRO', 'FINI', 'FEMEN', 'FERMER', 'FEITO', 'FECHAR'],
  list: [
    'LIST',
    'CASES',
    'MY CASES',
    'LISTA',
    'CASOS',
    'MIS CASOS',
    'LIS',
    'KA',
    'KA MWEN',
    'KA M YO',
    'LISTE',
    'CAS',
    'MES CAS',
    'MEUS CASOS',
  ],
  help: ['HELP', 'AYUDA', 'ED', 'EDE', 'AIDE', 'AJUDA', 'MENU'],
  hand_over: ['SHIFT', 'TURNO', 'TOU', 'TOUR', 'RELEVO', 'RELEVE'],
}

/** "PASO AL 3" hands the shift to the third of the menu; "TURNO 3" and the like do too. */
const handOver =
  /^(?:PASO AL|PASO A|PASS TO|PASE BAY|PASSE A|PASSO AO|PASSO PARA|SHIFT|TURNO|TOU|TOUR|RELEVO|RELEVE) (\d{1,2})$/

const shiftAnswer = /^([12]) ?(?:SHIFT|TURNO|TOU|TOUR|RELEVO|RELEVE)$/

// "OK" alone takes nothing: it is what people answer to anything.
const polite = new Set([
  'OK',
  'OKAY',
  'SI',
  'YES',
  'WI',
  'OUI',
  'SIM',
  'GRACIAS',
  'THANKS',
  'THANK',
  'YOU',
  'MESI',
  'MERCI',
  'OBRIGADO',
  'OBRIGADA',
  'PLEASE',
  'POR',
  'FAVOR',
  'VOY',
  'YA',
  'IT',
  'LO',
  'LA',
  'LI',
  'NOW',
  'AHORA',
])

const meanings = new Map<string, AdvocateReply>([
  ...(['take', 'pass', 'other_role', 'details', 'record', 'call', 'close'] as const).flatMap((kind) =>
    words[kind].map((word): [string, AdvocateReply] => [word, { kind, code: null, text: null }]),
  ),
  ...(['list', 'help'] as const).flatMap((kind) =>
    words[kind].map((word): [string, AdvocateReply] => [word, { kind }]),
  ),
  ...words.hand_over.map((word): [string, AdvocateReply] => [word, { kind: 'hand_over', to: null }]),
])

/** What a whole text means as a word or command, or null. Words are folded as `foldReply` does. */
export function commandOf(folded: readonly string[]): AdvocateReply | null {
  const text = folded.join(' ')
  const to = handOver.exec(text)?.[1]
  if (to !== undefined) return { kind: 'hand_over', to: Number(to) }
  const answer = shiftAnswer.exec(text)?.[1]
  if (answer !== undefined) return { kind: 'shift_answer', isYes: answer === '1' }
  return meanings.get(text) ?? null
}

/** "Yes", and no more than that. */
export const isYes = (folded: readonly string[]): boolean => folded.length === 1 && yes.has(folded[0]!)
const yes = new Set(['SI', 'YES', 'WI', 'OUI', 'SIM'])

/** Nothing, or only words that add nothing to a digit: thanks, or the digit's own word ("1 TAKE", never "1 PASS"). */
export function isPolite(folded: readonly string[], action: ReplyAction): boolean {
  const own: readonly string[] =
    action === 'say' || action === 'quiet_word' || action === 'other_phone' ? [] : words[action]
  return (
    folded.length <= 4 &&
    (folded.every((word) => polite.has(word) || own.includes(word)) || own.includes(folded.join(' ')))
  )
}

/** One way to break the shipped files, and the code of the problem that must name it. */
export interface BrokenCopy {
  name: string
  file: string
  /** Text that is there once; or a pattern. */
  find: string | RegExp
  replace: string
  code: string
  /** Must stand in one of the messages. */
  says?: string
}

const intake = 'dialogs/intake.yaml'
const rules = 'dialogs/rules.yaml'
const texts = 'dialogs/texts.yaml'
const levels = 'dialogs/levels.yaml'
const directory = 'dialogs/directory.yaml'
const rota = 'dialogs/demonstration/rota.yaml'

export const brokenCopies: BrokenCopy[] = [
  // Flags and rules.
  { name: 'a level lowered', file: rules, find: /(OB_EMERG:\n {4}level: )P1/, replace: '$1P2', code: 'promises/level-lowered', says: 'OB_EMERG' },
  { name: 'a role removed', file: rules, find: /(SV_72:\n {4}level: P2\n {4}roles: )\[medical, protection\]/, replace: '$1[medical]', code: 'promises/role-removed' },
  { name: 'all roles removed', file: rules, find: /(LAPSE_CRIT:\n {4}level: P1\n) {4}roles: \[medical\]\n/, replace: '$1', code: 'promises/role-removed' },
  { name: 'a sign cut from a rule', file: rules, find: 'includes: [bleeding, pains, headache, fits, belly_pain, breathing] }\n  THREAT', replace: 'includes: [bleeding, pains, headache, belly_pain, breathing] }\n  THREAT', code: 'promises/case', says: 'PREG_DS = fits' },
  { name: 'a rule that asks for more', file: rules, find: '    when: { question: TH, is: last_7_days }', replace: '    when: { all: [{ question: TH, is: last_7_days }, { question: AGE, at_least: 18 }] }', code: 'promises/case', says: 'TH = last_7_days' },
  { name: 'a rule that some answer switches off', file: rules, find: '    when: { question: SH, is: last_month }', replace: '    when: { all: [{ question: SH, is: last_month }, { not: { question: TR2, is: before } }] }', code: 'proof/promise', says: 'SELFHARM' },
  { name: 'the alarm of E1 cut', file: rules, find: '{ any: [{ question: E1, is: yes }, { event: sos }] }', replace: '{ event: sos }', code: 'promises/case', says: 'E1 = yes' },
  { name: 'SOS cut', file: rules, find: '{ any: [{ question: E1, is: yes }, { event: sos }] }', replace: '{ question: E1, is: yes }', code: 'proof/at-any-time', says: 'SOS' },
  { name: 'danger words raise nothing', file: rules, find: 'when: { event: danger_words }', replace: 'when: { all: [{ event: danger_words }, { question: E1, is: yes }] }', code: 'proof/at-any-time' },
  { name: 'a number moved', file: rules, find: 'all: [{ question: AGE, under: 18 }, { question: WHO, is: [partner_or_met, nobody] }]', replace: 'all: [{ question: AGE, under: 17 }, { question: WHO, is: [partner_or_met, nobody] }]', code: 'promises/case', says: 'AGE = 17' },
  { name: 'a month moved', file: rules, find: '{ question: PREG_W, at_least: 7 }', replace: '{ question: PREG_W, at_least: 8 }', code: 'promises/case', says: 'PREG_W = 7' },
  { name: 'an upgrade weakened', file: rules, find: 'with_any: [PREG, POSTPARTUM, NEONATE, INFANT,', replace: 'with_any: [POSTPARTUM, NEONATE, INFANT,', code: 'promises/upgrade', says: 'PREG' },
  { name: 'an upgrade lowered', file: rules, find: 'U3: { to: P1, uses: [MINOR, TRAFFICK] }', replace: 'U3: { to: P2, uses: [MINOR, TRAFFICK] }', code: 'promises/upgrade' },
  { name: 'an upgrade removed', file: rules, find: '  U3: { to: P1, uses: [MINOR, TRAFFICK] }\n', replace: '', code: 'promises/upgrade', says: 'U3' },
  { name: 'an upgrade that asks for more', file: rules, find: '  U6:\n    to: P1\n    uses: [TRAFFICK]', replace: '  U6:\n    to: P1\n    uses: [TRAFFICK, SELFHARM]', code: 'promises/upgrade' },
  { name: 'an age in an upgrade', file: rules, find: '{ question: AGE, at_most: 12 }, { question: AGE_ALONE', replace: '{ question: AGE, at_most: 10 }, { question: AGE_ALONE', code: 'promises/case', says: 'AGE = 12' },
  { name: 'the fast track without its block', file: rules, find: '        - { all: [{ question: E1, is: yes }, { question: E2, includes: sick }] }\n', replace: '', code: 'promises/case', says: 'E2 = sick' },
  { name: 'a flag gone', file: rules, find: /  CAPTIVE_OTHER:\n {4}level: P1\n {4}roles: \[protection\]\n {4}names_danger: true\n {4}when: \{ question: HELD, is: other_cannot_leave \}\n/, replace: '', code: 'promises/flag-missing' },
  { name: 'flags in a circle', file: rules, find: '    when: { question: TH, is: before }', replace: '    when: { any: [{ question: TH, is: before }, { flag: SV_PAST }] }\n  CIRCLE_A: { level: P4, when: { flag: CIRCLE_B } }\n  CIRCLE_B: { level: P4, when: { flag: CIRCLE_A } }', code: 'rules/circle' },
  { name: 'an unknown flag in an upgrade', file: rules, find: 'uses: [MINOR, TRAFFICK]', replace: 'uses: [MINOR, TRAFICK]', code: 'rules/unknown-flag', says: 'Did you mean "TRAFFICK"?' },
  { name: 'an unknown role', file: rules, find: /(OB_EMERG:\n {4}level: P1\n {4}roles: )\[medical\]/, replace: '$1[medcal]', code: 'rules/unknown-role', says: 'Did you mean "medical"?' },
  { name: 'an unknown option in a rule', file: rules, find: '{ question: SH, is: today }', replace: '{ question: SH, is: todya }', code: 'rules/unknown-option', says: 'Did you mean "today"?' },
  { name: 'a condition that does not exist', file: rules, find: '{ question: SH, is: today }', replace: '{ question: SH, was: today }', code: 'rules/unknown-key' },
  { name: 'an unsafe phone may be texted', file: rules, find: '{ flag: [CAPTIVE, PHONE_UNSAFE, STOPPED, CHANGED_WRITER] }', replace: '{ flag: [CAPTIVE, STOPPED, CHANGED_WRITER] }', code: 'proof/contact', says: 'wait' },
  // The path.
  { name: 'a step orphaned', file: intake, find: '        - ask: SH\n          when: { all: [{ question: AGE, at_least: 18 }, { question: SAFE1, is: [only_me, family_ok] }] }\n', replace: '', code: 'flow/never-asked', says: 'SH' },
  { name: 'a step that is never reached', file: intake, find: '          when: { question: SAFE1, is: [only_me, family_ok] }', replace: '          when: { all: [{ question: SAFE1, is: only_me }, { question: SAFE1, is: family_ok }] }', code: 'proof/never-reached', says: 'TH' },
  { name: 'a step asked of fewer', file: intake, find: '          when: { question: TH, is: [now, last_7_days] }\n        - ask: TR1', replace: '          when: { question: TH, is: now }\n        - ask: TR1', code: 'promises/conversation', says: 'HELD' },
  { name: 'an unknown step', file: intake, find: '        - ask: PREG\n', replace: '        - ask: PREGG\n', code: 'flow/unknown-question', says: 'Did you mean "PREG"?' },
  { name: 'the first question moved', file: intake, find: '    - ask: E1\n    - group: fast track', replace: '    - ask: CONS\n    - ask: E1\n    - group: fast track', code: 'flow/first-question' },
  { name: 'a question before the alert', file: intake, find: '        - ask: MED\n        - ask: MED_WHO', replace: '        - ask: LEG\n        - ask: MED\n        - ask: MED_WHO', code: 'promises/conversation' },
  { name: 'a block not finished', file: intake, find: 'still_ask: [CHILD_DS, ADULT_DS, PREG_DS, HELD]', replace: 'still_ask: [ADULT_DS, PREG_DS, HELD]', code: 'promises/conversation', says: 'CHILD_DS' },
  { name: 'questions go on after the alarm', file: intake, find: '      early_exit: { at: P1, still_ask: [CHILD_DS, ADULT_DS, PREG_DS, HELD] }\n', replace: '', code: 'promises/conversation' },
  { name: 'a loop: asked again for ever', file: intake, find: /( {2}TR1:\n(?: {4}.*\n)+?) {4}not_understood: UNREAD\n/, replace: '$1', code: 'flow/waits-for-ever', says: 'TR1' },
  { name: 'two paths that send to each other', file: intake, find: '  contact:\n    - ask: E1\n    - ask: CB\n', replace: '  contact:\n    - ask: CB\n', code: 'flow/first-question' },
  { name: 'not understood is harmless', file: intake, find: /( {2}TH:\n(?: {4}.*\n)+?) {4}not_understood: UNCLEAR/, replace: '$1    not_understood: UNREAD', code: 'promises/question-changed' },
  { name: 'captivity no longer silent', file: intake, find: '  - { flag: CAPTIVE, end: captive, say: [M_QUIET], later: nothing }\n', replace: '', code: 'proof/not-silent', says: 'CAPTIVE' },
  { name: 'a captive person gets more words', file: intake, find: '{ flag: CAPTIVE, end: captive, say: [M_QUIET], later: nothing }', replace: '{ flag: CAPTIVE, end: captive, say: [M_P1_SAFE], later: nothing }', code: 'proof/not-silent', says: 'M_P1_SAFE' },
  { name: 'an unsafe phone goes on', file: intake, find: '  - { flag: PHONE_UNSAFE, end: phone_unsafe, say: [M_BYE], later: first_question }\n', replace: '', code: 'proof/not-silent', says: 'PHONE_UNSAFE' },
  { name: 'a captive person is asked again', file: intake, find: 'end: captive, say: [M_QUIET], later: nothing', replace: 'end: captive, say: [M_QUIET], later: first_question', code: 'proof/not-silent' },
  { name: 'words after 0', file: intake, find: '{ flag: STOPPED, end: stopped, say: [], later: first_question }', replace: '{ flag: STOPPED, end: stopped, say: [M_BYE], later: first_question }', code: 'proof/not-silent', says: 'STOPPED' },
  { name: '0 does not stop', file: intake, find: '  - { flag: STOPPED, end: stopped, say: [], later: first_question }\n', replace: '', code: 'proof/not-silent' },
  { name: 'SOS asks nothing', file: intake, find: '  answer: { question: E1, is: yes }\n  path: intake', replace: '  answer: { question: E1, is: no }\n  path: intake', code: 'promises/conversation' },
  { name: 'silence at a danger question is nothing', file: intake, find: /  - after_minutes: 15\n {4}at: \[HELD\]\n {4}when: .*\n {4}raise: UNCLEAR\n/, replace: '', code: 'promises/silence-unheard', says: 'HELD' },
  { name: 'silence heard too late', file: intake, find: /after_minutes: 15(\n {4}at: \[PREG_DS)/, replace: 'after_minutes: 240$1', code: 'promises/too-late' },
  { name: 'a nudge where it may harm', file: intake, find: '        - { only_flag_roles: [medical], from: P2 }\n', replace: '', code: 'proof/nudge' },
  { name: 'a nudge to an unsafe phone', file: intake, find: 'never_nudge_after: [PHONE_UNSAFE, CAPTIVE,', replace: 'never_nudge_after: [CAPTIVE,', code: 'promises/list-shortened', says: 'PHONE_UNSAFE' },
  { name: 'a digit changed', file: intake, find: '- { digit: 6, id: stiff_neck }\n      - { digit: 7, id: fever }', replace: '- { digit: 7, id: stiff_neck }\n      - { digit: 6, id: fever }', code: 'promises/digit-changed' },
  { name: 'a digit doubled', file: intake, find: '- { digit: 6, id: stiff_neck }', replace: '- { digit: 7, id: stiff_neck }', code: 'flow/double-digit' },
  { name: 'an option gone', file: intake, find: '      - { digit: 4, id: child_alone }\n', replace: '', code: 'promises/option-missing', says: 'child_alone' },
  { name: '0 as an option', file: intake, find: '- { digit: 4, id: wait }', replace: '- { digit: 0, id: wait }', code: 'flow/wrong-value' },
  { name: 'SKIP counts as no', file: intake, find: /( {2}TH:\n {4}title: .*\n)/, replace: '$1    skip: no\n', code: 'promises/question-changed' },
  { name: 'an unknown path', file: intake, find: '{ flag: UNCLEAR, path: contact }', replace: '{ flag: UNCLEAR, path: contct }', code: 'flow/unknown-path', says: 'Did you mean "contact"?' },
  { name: 'a key misspelled', file: intake, find: 'resume_after_minutes: 15', replace: 'resume_after_minute: 15', code: 'flow/unknown-key', says: 'resume_after_minutes' },
  { name: 'a language that is not there', file: intake, find: 'bridge_languages: [es, en]', replace: 'bridge_languages: [es, xx]', code: 'flow/unknown-language' },
  // Texts.
  { name: 'a safety text emptied in one language', file: 'locales/ht/messages.json', find: /"M_QUIET": "[^"]*"/, replace: '"M_QUIET": ""', code: 'locale/empty-text', says: 'M_QUIET' },
  { name: 'a safety text missing in one language', file: 'locales/fr/messages.json', find: / {2}"M_BYE": "[^"]*",\n/, replace: '', code: 'locale/missing-text', says: 'M_BYE' },
  { name: 'a question emptied', file: 'locales/zh/questions.json', find: /"CONS": "[^"]*"/, replace: '"CONS": " "', code: 'locale/empty-text', says: 'CONS' },
  { name: 'an option left out of a prompt', file: 'locales/es/questions.json', find: ' 4 = Prefiero no decir."', replace: '"', code: 'locale/option-missing', says: 'prefer_not' },
  { name: 'yes and no swapped in one language', file: 'locales/en/questions.json', find: 'out of a medicine you need? 1 = Yes. 2 = No.', replace: 'out of a medicine you need? 1 = No. 2 = Yes.', code: 'locale/option-swapped' },
  { name: 'a prompt offers what is not there', file: 'locales/en/questions.json', find: '3 = Voice note. 4 = Do not contact me, I will write.', replace: '3 = Voice note. 4 = Do not contact me. 5 = Mail.', code: 'locale/option-unknown' },
  { name: 'a placeholder renamed', file: 'locales/en/messages.json', find: 'this word: {{WORD}}', replace: 'this word: {{WORT}}', code: 'locale/placeholder', says: 'Did you mean "WORD"?' },
  { name: 'a placeholder dropped in one language', file: 'locales/es/messages.json', find: '{{911}}', replace: '911', code: 'locale/placeholder', says: '{{911}}' },
  { name: 'braces broken', file: 'locales/en/messages.json', find: '{{INFO}}', replace: '{INFO}', code: 'locale/placeholder' },
  { name: 'a forbidden word', file: 'locales/en/messages.json', find: 'I ask so the right person can help.', replace: 'I ask so the police can help.', code: 'locale/forbidden-word', says: 'police' },
  { name: 'a forbidden word in another language', file: 'locales/es/messages.json', find: 'Nadie ha respondido todavía.', replace: 'Nadie ha respondido su caso todavía.', code: 'locale/forbidden-word' },
  { name: 'SOS no longer taught', file: 'locales/en/messages.json', find: 'They use only the way you chose. If it gets worse send SOS.', replace: 'They use only the way you chose.', code: 'locale/not-taught', says: 'SOS' },
  { name: '0 no longer taught', file: 'locales/en/questions.json', find: ' If it is not OK to write now, send 0.', replace: '', code: 'locale/not-taught', says: '"0"' },
  { name: 'a text far too long', file: 'locales/en/questions.json', find: '"MED": "Are you', replace: `"MED": "${'Please read this carefully. '.repeat(8)}Are you`, code: 'locale/too-long' },
  { name: 'a text in the wrong script', file: 'locales/ru/messages.json', find: /"M_QUIET": "[^"]*"/, replace: '"M_QUIET": "OK, thank you. No more questions."', code: 'locale/script' },
  { name: 'an override of direction', file: 'locales/ar/messages.json', find: '"M_QUIET": "', replace: '"M_QUIET": "\u202e', code: 'locale/direction' },
  { name: 'a label that is STOP', file: 'locales/en/options.json', find: '"CB.wait": "Wait, they will write"', replace: '"CB.wait": "Stop"', code: 'words/is-a-carrier-word' },
  { name: 'an answer word that is STOP in one language', file: 'locales/en/answers.yaml', find: /( {2}CONS:\n {4}ok: \[)/, replace: '$1STOP, ', code: 'words/is-a-carrier-word', says: 'stop' },
  { name: 'an answer word of two options', file: 'locales/en/answers.yaml', find: /( {4}sick: \[)/, replace: '$1birth, ', code: 'words/is-another-option' },
  { name: 'answer words of a question that is not there', file: 'locales/en/answers.yaml', find: /\n {2}CONS:\n/, replace: '\n  CONZ:\n', code: 'words/unknown-question', says: 'Did you mean "CONS"?' },
  { name: 'the words to leave removed', file: 'dialogs/words.yaml', find: 'sos: [SOS, S O S, "911", mayday,', replace: 'sos: [mayday,', code: 'words/promised', says: 'SOS' },
  { name: 'a carrier word removed', file: 'dialogs/words.yaml', find: 'UNSUBSCRIBE, ', replace: '', code: 'words/promised', says: 'UNSUBSCRIBE' },
  { name: 'a language without its texts', file: 'dialogs/languages.yaml', find: /(id: ps, [^\n]*written: )false/, replace: '$1true', code: 'locale/missing-language', says: 'Pashto' },
  { name: 'a language taken off the bridge', file: 'dialogs/languages.yaml', find: /(id: en, [^\n]*written: )true/, replace: '$1false', code: 'locale/bridge-not-written' },
  { name: 'a closing text cut', file: texts, find: '  - { text: M_P2, when: { level_at_least: P2 } }\n', replace: '', code: 'promises/conversation', says: 'M_P2' },
  { name: 'the way was chosen, but another text', file: texts, find: '  - { text: M_QUIET, when: { question: CB, is: wait } }\n', replace: '', code: 'promises/conversation', says: 'M_QUIET' },
  { name: 'a text nobody asked for', file: texts, find: 'unasked: [M_TAKEN, M_LATE, M_NOBODY, M_NUDGE]', replace: 'unasked: [M_TAKEN, M_LATE, M_NUDGE]', code: 'promises/list-shortened', says: 'M_NOBODY' },
  { name: 'an unknown text', file: texts, find: 'not_understood: M_RETRY', replace: 'not_understood: M_RETRYY', code: 'texts/unknown-text', says: 'Did you mean "M_RETRY"?' },
  { name: 'secrets without a safe phone', file: texts, find: '  - { text: M_INFO, when: { question: SAFE1, is: only_me } }\n  - { text: M_INFO2, when: { question: SAFE1, is: only_me } }\n\non_word', replace: '  - { text: M_INFO }\n  - { text: M_INFO2 }\n\non_word', code: 'promises/conversation', says: 'M_INFO' },
  // Escalation.
  { name: 'the last step cut', file: levels, find: '      - at_minutes: 15\n        page: [everybody]\n', replace: '', code: 'promises/nobody-asked' },
  { name: 'a step too late', file: levels, find: '      - at_minutes: 5\n        page: [line_2]', replace: '      - at_minutes: 9\n        page: [line_2]', code: 'promises/too-late' },
  { name: 'no repeat', file: levels, find: /( {4}repeat: .*\n(?: {6}.*\n)+?)( {4}tell: .*\n {6}- at_minutes: 15)/, replace: '$2', code: 'levels/ends-silently' },
  { name: 'a rare repeat', file: levels, find: 'every_minutes: 15', replace: 'every_minutes: 120', code: 'promises/too-late' },
  { name: 'nobody at night', file: levels, find: /( {2}P1:\n(?:.*\n)*? {8}page: \[line_1\]\n) {8}if_nobody: .*\n/, replace: '$1', code: 'promises/nobody-asked' },
  { name: 'the person is told nothing', file: levels, find: '      - at_minutes: 30\n        message: M_NOBODY\n', replace: '', code: 'promises/untold', says: 'M_NOBODY' },
  { name: 'one person closes alone', file: levels, find: 'second_person_flags: [UC, TRAFFICK, CAPTIVE]', replace: 'second_person_flags: [UC, CAPTIVE]', code: 'promises/list-shortened' },
  // Directory and rota.
  { name: 'an expired number in use', file: directory, find: /( {2}emergency:\n {4}title: .*\n)/, replace: '$1    checked_on: 2026-01-01\n    checked_by: desk\n    next_check: 2026-06-01\n', code: 'directory/expired', says: 'emergency' },
  { name: 'an unknown entry', file: texts, find: '"911": [{ entry: emergency }]', replace: '"911": [{ entry: emergncy }]', code: 'texts/unknown-entry', says: 'Did you mean "emergency"?' },
  { name: 'a role with no shift', file: rota, find: 'person: luc, days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00", line: 1', replace: 'person: ana, days: [mon], from: "00:00", to: "24:00", line: 2', code: 'rota/twice-at-once' },
  { name: 'a role that nobody has', file: rota, find: /medical, legal, general/, replace: 'medical, general', code: 'rota/role-without-anybody', says: 'legal' },
  { name: 'a night without anybody', file: rota, find: 'person: marta, days: [mon, tue, wed, thu, fri, sat, sun]', replace: 'person: marta, days: [mon, tue, wed, thu, fri, sat]', code: 'rota/role-without-shift', says: 'legal' },
  { name: 'a coordinator who is not there', file: rota, find: 'coordinator: rosa', replace: 'coordinator: rose', code: 'rota/unknown-person', says: 'Did you mean "rosa"?' },
  // The promises themselves.
  { name: 'a promise taken away', file: 'dialogs/promises.yaml', find: '  - { answers: { SH: last_month }, flag: SELFHARM }\n', replace: '', code: 'promises/not-accepted' },
  { name: 'a bundle without promises', file: 'dialogs/promises.yaml', find: /^[\s\S]*$/, replace: '', code: 'file/empty' },
  // Text files that are not what they seem.
  { name: 'an alias bomb', file: rules, find: 'version: 1\n', replace: `version: 1\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c]\n`, code: 'file/alias' },
  { name: 'a key twice', file: intake, find: 'first_question: E1\n', replace: 'first_question: E1\nfirst_question: CONS\n', code: 'file/double-key' },
  { name: 'a key twice in JSON', file: 'locales/en/messages.json', find: '  "M_QUIET":', replace: '  "M_QUIET": "x",\n  "M_QUIET":', code: 'file/double-key' },
  { name: 'a merge key', file: levels, find: '  P4:\n', replace: '  P4:\n    <<: { target_minutes: 1 }\n', code: 'file/merge-key' },
  { name: 'a tab', file: intake, find: '    - ask: E1\n', replace: '\t- ask: E1\n', code: 'file/tab' },
  { name: 'a byte order mark', file: intake, find: /^/, replace: '\ufeff', code: 'file/byte-order-mark' },
  { name: 'ten megabytes', file: 'locales/en/messages.json', find: '"M_QUIET": "', replace: `"M_QUIET": "${'x'.repeat(10_000_000)}`, code: 'file/too-large' },
  { name: 'far too deep', file: 'locales/en/messages.json', find: /^[\s\S]*$/, replace: '['.repeat(10_000), code: 'file/too-deep' },
  { name: 'a key that YAML changes', file: intake, find: 'danger_answers: { E1: yes }', replace: 'danger_answers: { E1: yes, 08: yes }', code: 'file/unclear-key', says: '"08"' },
  { name: 'JSON that is none', file: 'locales/en/messages.json', find: '"M_QUIET":', replace: '"M_QUIET"', code: 'file/json' },
]

/** Changes that harm nobody: they must pass. */
export interface SoundCopy {
  name: string
  changes: { file: string; find: string | RegExp; replace: string }[]
}
export const soundCopies: SoundCopy[] = [
  { name: 'nothing changed', changes: [] },
  {
    name: 'a new question in two languages',
    changes: [
      { file: intake, find: '  MED:\n    title: Sick', replace: '  WATER:\n    title: Drinking water\n    answer: one\n    options:\n      - { digit: 1, id: yes }\n      - { digit: 2, id: no }\n    yes_no: true\n    not_understood: UNREAD\n\n  MED:\n    title: Sick' },
      { file: intake, find: '        - ask: DIS\n', replace: '        - ask: WATER\n        - ask: DIS\n' },
      { file: 'locales/en/questions.json', find: '  "MED":', replace: '  "WATER": "Do you have clean water to drink? 1 = Yes. 2 = No.",\n  "MED":' },
      { file: 'locales/es/questions.json', find: '  "MED":', replace: '  "WATER": "¿Tiene agua limpia para beber? 1 = Sí. 2 = No.",\n  "MED":' },
      { file: 'locales/en/options.json', find: '  "MED.yes":', replace: '  "WATER.yes": "Yes",\n  "WATER.no": "No",\n  "MED.yes":' },
      { file: 'locales/es/options.json', find: '  "MED.yes":', replace: '  "WATER.yes": "Sí",\n  "WATER.no": "No",\n  "MED.yes":' },
    ],
  },
  {
    name: 'a new question with a flag of its own',
    changes: [
      { file: intake, find: '  MED:\n    title: Sick', replace: '  WATER:\n    title: Drinking water\n    answer: one\n    options:\n      - { digit: 1, id: yes }\n      - { digit: 2, id: no }\n    yes_no: true\n    not_understood: UNREAD\n\n  MED:\n    title: Sick' },
      { file: intake, find: '        - ask: DIS\n', replace: '        - ask: WATER\n        - ask: DIS\n' },
      { file: rules, find: '  UNREAD:\n', replace: '  NO_WATER:\n    level: P3\n    roles: [general]\n    names_danger: true\n    when: { question: WATER, is: no }\n  UNREAD:\n' },
      { file: 'locales/en/questions.json', find: '  "MED":', replace: '  "WATER": "Do you have clean water to drink? 1 = Yes. 2 = No.",\n  "MED":' },
      { file: 'locales/ht/questions.json', find: '  "MED":', replace: '  "WATER": "Eske w gen dlo pwop pou bwe? 1 = Wi. 2 = Non.",\n  "MED":' },
    ],
  },
  { name: 'a shift that starts later', changes: [{ file: rota, find: 'from: "08:00", to: "20:00", line: 1', replace: 'from: "10:00", to: "22:00", line: 1' }] },
  { name: 'a rule that pages more', changes: [{ file: rules, find: 'TRAFFICK_PAST:\n    level: P3', replace: 'TRAFFICK_PAST:\n    level: P2' }] },
  { name: 'a word changed', changes: [{ file: 'locales/en/messages.json', find: 'We have not forgotten you.', replace: 'We have you in mind.' }] },
  { name: 'a number that was checked', changes: [{ file: directory, find: /( {2}emergency:\n {4}title: .*\n)/, replace: '$1    checked_on: 2026-11-01\n    checked_by: desk\n    next_check: 2027-03-01\n' }] },
  { name: 'a faster escalation', changes: [{ file: levels, find: '      - at_minutes: 5\n        page: [line_2]', replace: '      - at_minutes: 3\n        page: [line_2]' }] },
]

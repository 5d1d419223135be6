/** Ana is on the first line, Luz on the second, Dora coordinates. The numbers are not in use anywhere. */
export const ana = '+15550100001'
export const luz = '+15550100002'
export const dora = '+15550100003'
export const person = '+15550200001'

const all = 'medical, child_protection, trafficking, protection, legal, language, general'
const daily = 'days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00"'

export const rota = `version: 1
zone: America/Matamoros
people:
  - { id: ana, name: Ana, phone: "${ana}", languages: [es, en], roles: [${all}] }
  - { id: luz, name: Luz, phone: "${luz}", languages: [en], roles: [${all}] }
  - { id: dora, name: Dora, phone: "${dora}", languages: [es], roles: [general] }
shifts:
  - { person: ana, ${daily}, line: 1 }
  - { person: luz, ${daily}, line: 2 }
coordinator: dora
`

/** 24 November 2026, 02:14 in Matamoros. */
export const start = Date.parse('2026-11-24T08:14:00Z')

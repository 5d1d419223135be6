/**
 * Whether words say no language: laughter, "ok", acronyms, and names of people and places.
 *
 * Somebody who sends "Maria" or "Reynosa" has told us who or where, not what they speak.
 *
 * @param words - in lower case, as `readLetters` gives them
 */
export function sayNoLanguage(words: readonly string[]): boolean {
  if (words.length === 0) return true
  if (words.every((word) => [...word].length === 1) && /^[\p{Script=Latin}]+$/u.test(words.join(''))) return true
  return words.every((word) => NAMES.has(word) || LAUGHTER.test(word) || MASHED.test(word))
}

const LAUGHTER =
  /^(?:(?:ja|je|ji|ha|he|hi|ah|eh|aj){2,}[jhae]?|k{2,}|(?:rs){2,}|x{2,}|(?:xa){2,}|m{2,}|h+m+|lo+l|[хаэ]{4,}|ه{2,}|哈+)$/u
// Fingers on a keyboard: no vowel at all in three letters or more, or a row of keys.
const MASHED = /^(?:[bcdfghjklmnpqrstvwxz]{3,}|asdf\w*|qwer\w*|zxcv\w*|(\p{L})\1+)$/u

const NAMES = new Set(
  `ok okay oki okey okk sos menu whatsapp wasap watsapp facebook messenger telegram instagram google sms gps pdf qr cbp ice uscis dhs
  inm comar acnur unhcr oim iom usa us eeuu uk onu un id app wifi email gmail hotmail test testing tv dna hiv covid stop start info
  maria jose juan luis carlos ana rosa marta miguel jesus pedro jorge manuel francisco antonio alejandro fernando roberto ricardo
  eduardo daniel david mario sergio rafael raul oscar victor hugo ivan javier diego andres pablo santiago sebastian mateo samuel
  gabriel angel guadalupe lupita carmen juana elena isabel patricia gloria silvia sandra laura claudia adriana andrea gabriela
  alejandra monica veronica diana lucia sofia valentina camila daniela paola karla karen kevin brayan jonathan josé maría jesús
  garcía garcia martinez martínez lopez lópez hernandez hernández gonzalez gonzález perez pérez rodriguez rodríguez sanchez sánchez
  ramirez ramírez flores gomez gómez diaz díaz reyes morales cruz ortiz gutierrez gutiérrez chavez chávez ramos rivera mendoza
  john james michael robert william joseph thomas christopher matthew anthony mark steven paul andrew joshua george brian
  mary jennifer linda elizabeth barbara susan jessica sarah smith johnson williams brown jones
  jean pierre jacques marie joseph wilner emmanuel frantz stanley wendy widline fabiola islande rose guerline
  joão joao paulo lucas pedro rafaela silva santos souza oliveira fernanda
  mohamed mohammed muhammad ahmed ahmad ali hassan hussein omar ibrahim abdullah abdi fatima amina aisha khadija yusuf mustafa
  mehmet mustafa ayşe fatma emine osman ivanov sergey dmitry olga natasha svetlana tatiana vladimir igor alexander anna
  иван сергей дмитрий ольга наташа светлана татьяна владимир игорь александр анна мария
  محمد احمد أحمد علي حسن حسين عمر فاطمة
  singh kaur kumar sharma gurpreet harpreet nguyen tran wang li zhang liu chen
  reynosa tijuana matamoros juarez juárez mexicali nogales laredo monterrey tapachula oaxaca chiapas sonora tamaulipas coahuila
  piedras negras acuña ensenada hermosillo saltillo durango torreon torreón veracruz puebla guanajuato guadalajara cdmx
  texas california arizona houston mcallen brownsville hidalgo dallas chicago miami york new los angeles san diego paso eagle pass
  mexico méxico guatemala honduras salvador el nicaragua venezuela colombia ecuador peru perú brasil brazil chile cuba haiti haití
  panama panamá bolivia paraguay uruguay argentina ukraine russia china india nepal bangladesh afghanistan iran
  somalia ethiopia eritrea congo ghana nigeria senegal cameroon angola turkey uzbekistan kyrgyzstan tajikistan kazakhstan`.split(
    /\s+/,
  ),
)

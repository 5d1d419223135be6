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
  if (LAUGHTER.test(words.join(''))) return true
  return words.every((word) => NAMES.has(word) || LAUGHTER.test(word) || MASHED.test(word))
}

const LAUGHTER =
  /^(?:(?:ja|je|ji|ha|he|hi|ah|eh|aj){2,}[jhae]?|k{2,}|(?:rs){2,}|x{2,}|(?:xa){2,}|m{2,}|h+m+|lo+l|lmao|omg|xd+|uwu|[ao]h+|[хаэ]{4,}|ه{2,}|哈+)$/u
// Fingers on a keyboard: no vowel at all in three letters or more, or a row of keys.
const MASHED = /^(?:[bcdfghjklmnpqrstvwxz]{3,}|asdf\w*|qwer\w*|zxcv\w*|(\p{L})\1+)$/u

const NAMES = new Set(
  `ok okay oki okey okk sos menu whatsapp wasap watsapp facebook messenger telegram instagram google sms gps pdf qr cbp ice uscis dhs
  inm comar acnur unhcr oim iom usa us eeuu uk onu un id app wifi email gmail hotmail tv dna hiv covid stop start info
  maria jose juan luis carlos ana rosa marta miguel jesus pedro jorge manuel francisco antonio alejandro fernando roberto ricardo
  eduardo daniel david mario sergio rafael raul oscar victor hugo ivan javier diego andres pablo santiago sebastian mateo samuel
  gabriel angel guadalupe lupita carmen juana elena isabel patricia gloria silvia sandra laura claudia adriana andrea gabriela
  alejandra monica veronica diana lucia sofia valentina camila daniela paola karla karen kevin brayan jonathan josé maría jesús
  garcía garcia martinez martínez lopez lópez hernandez hernández gonzalez gonzález perez pérez rodriguez rodríguez sanchez sánchez
  ramirez ramírez gomez gómez diaz díaz morales ortiz gutierrez gutiérrez chavez chávez rivera mendoza
  john james michael robert william joseph thomas christopher matthew anthony steven paul andrew joshua george brian
  mary jennifer linda elizabeth barbara susan jessica sarah smith johnson williams jones
  jean pierre jacques marie wilner emmanuel frantz stanley wendy widline fabiola islande guerline
  joão joao paulo lucas rafaela silva santos souza oliveira fernanda
  mohamed mohammed muhammad ahmed ahmad ali hassan hussein omar ibrahim abdullah abdi fatima amina aisha khadija yusuf mustafa
  mehmet ayşe fatma emine osman ivanov sergey dmitry olga natasha svetlana tatiana vladimir igor alexander anna
  иван сергей дмитрий ольга наташа светлана татьяна владимир игорь александр анна мария
  محمد احمد أحمد علي حسن حسين عمر فاطمة
  singh kaur kumar sharma gurpreet harpreet nguyen tran wang li zhang liu chen
  reynosa tijuana matamoros juarez juárez mexicali nogales laredo monterrey tapachula oaxaca chiapas sonora tamaulipas coahuila
  acuña ensenada hermosillo saltillo durango torreon torreón veracruz puebla guanajuato guadalajara cdmx
  texas california arizona houston mcallen brownsville hidalgo dallas chicago miami york los angeles san paso
  mexico méxico guatemala honduras salvador el nicaragua venezuela colombia ecuador peru perú brasil brazil chile cuba haiti haití
  panama panamá bolivia paraguay uruguay argentina ukraine russia china india nepal bangladesh afghanistan iran
  somalia ethiopia eritrea congo ghana nigeria senegal cameroon angola turkey uzbekistan kyrgyzstan tajikistan kazakhstan
  york ciudad baptiste louis estados unidos united states america sinaloa michoacan jalisco tabasco campeche yucatan quintana roo
  wilson edwin darwin jeferson yeison yuleisy yolanda norma alicia beatriz teresa lorena martha leticia rocio brenda yesenia maritza
  heidy wendy josue isaac moises abraham ismael elias esteban felipe gerardo armando arturo alberto alfredo ernesto gustavo guillermo
  marco marcos mauricio rodrigo adrian cristian christian henry erick junior nelson orlando wilmer walter yahir
  castillo jimenez jiménez vasquez vásquez velasquez mejia mejía aguilar guerrero ruiz alvarez álvarez torres vargas romero herrera
  medina aguirre contreras guzman guzmán salazar soto delgado pineda maldonado zelaya paz suazo
  dieudonne evens jocelyn mirlande nadege roseline wilner yves
  olena oksana andriy taras bohdan mykola yulia iryna natalia sergei yuri aziz gulnora dilnoza aibek nursultan zarina rustam
  farhad reza zahra hamid najib ravi raj priya bikash kumari abdi abdullahi farah hodan tesfaye abebe haile kidane
  minh wei ming yusuf hasan huseyin zeynep amadou mamadou moussa fatou aminata ousmane`.split(/\s+/),
)

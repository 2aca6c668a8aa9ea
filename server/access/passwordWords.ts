/**
 * What passwords are made of over and over: the words, keyboard runs and dates behind the lists of leaked passwords
 * (English and Vietnamese without accents), after `0` `1` `3` `4` `5` `7` `@` `$` `!` were read as the letters they stand
 * for. They count for nothing in a password, so that `Password2026!!` is as empty as `password`. Lower case, longest first.
 */
export const commonWords: readonly string[] = `
administrator superadmin webmaster masterkey rootroot changeme changeit letmein opensesame trustnol trustno
password passwort passwd passw0rd contrasena motdepasse senha parola matkhau secret secure security login logon
welcome default temporary temp guest user users username master manager operator operations supervisor dispatcher
dispatch engineer auditor customer control system server service support network internet computer office company
test testing tester demo sample example admin root super power energy electric electricity
dienluc dien viet vietnam hanoi saigon hochiminh danang haiphong
qwertyuiop qwertyui qwerty qwertz azerty asdfghjkl asdfgh zxcvbnm zxcvbn qazwsxedc qazwsx zaqxsw
lqazxsw qweasdzxc qweasd asdf zxcv lqaz oneqaz qwer wasd abcabc abcdefgh abcdef
iloveyou iloveu loveyou lovely loveme love anhyeuem emyeuanh yeuem yeuanh anhyeu emyeu giadinh hanhphuc
sunshine princess football baseball basketball superman batman spiderman dragon monkey shadow michael jordan
jennifer jessica charlie daniel thomas robert andrew joshua matthew ashley amanda nicole michelle
whatever freedom starwars pokemon naruto computer killer hunter ranger soccer hockey tigger buster
summer winter spring autumn january february march april june july august september october november december
monday tuesday wednesday thursday friday saturday sunday flower cheese butterfly chocolate cookie banana orange
samsung google facebook youtube microsoft windows android iphone apple linkedin twitter instagram
nguyen tran pham hoang huynh phan dang bui ngoc thanh minh tuan hung dung linh trang huong
liverpool arsenal chelsea manchester barcelona realmadrid mercedes ferrari corvette mustang harley yamaha honda
hello helloworld world please thankyou forever angel family mother father baby babygirl girl lucky happy money
diamond golden silver purple yellow green black white blue red star rainbow heaven blessed jesus christ
`
  .trim()
  .split(/\s+/)
  .sort((a, b) => b.length - a.length)

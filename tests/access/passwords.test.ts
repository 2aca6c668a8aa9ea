import { expect, test } from 'vitest'
import { passwordProblem } from '../../server/access/passwords.ts'

const around = ['tran.thi-mai', 'Trần Thị Mai']

test.each([
  ['too short', 'x7%Kp2#mQ9z', 'at least 12 characters; this one has 11'],
  ['nothing', '', 'this one has 0'],
  ['too long', 'aB3$'.repeat(33), 'at most 128 characters; this one has 132'],
  ['the word itself', 'password1234', 'guessed first'],
  ['a word with its usual decoration', 'P@ssw0rd!!2026', 'guessed first'],
  ['two words of the lists', 'AdminAdmin123456', 'guessed first'],
  ['Vietnamese, with accents', 'Mật_khẩu_123456', 'guessed first'],
  ['the product', 'Gridload-2026!', 'guessed first'],
  ['the utility', 'EVN.EVN.EVN.2026', 'guessed first'],
  ['the user name', 'tranthimai2026', 'guessed first'],
  ['parts of the name, accents taken off', 'MaiTran@2026!!', 'guessed first'],
  ['counting', '123456789012', 'guessed first'],
  ['counting down the alphabet', 'zyxwvutsrqpo', 'guessed first'],
  ['one key', 'aaaaaaaaaaaa', 'guessed first'],
  ['few keys', 'abababababab', 'guessed first'],
  ['a row of the keyboard', 'qwertyuiop[]', 'guessed first'],
  ['zigzag on the keyboard', '1qaz2wsx1qaz', 'guessed first']
])('refused: %s', (_what, password, words) => {
  expect(passwordProblem(password, around)).toContain(words)
})

test.each([
  ['four words', 'correct horse battery staple'],
  ['no digit, no capital: composition is free', 'gloomy pelican wanders'],
  ['of a password manager', 'vK8#qTz2!mWd'],
  ['Vietnamese', 'Cây đa bến nước sân đình'],
  ['the longest', [...'sphinx of black quartz judge my vow '].join('').repeat(4).slice(0, 128)],
  ['a name among others', 'tran feeds 7 grumpy geese']
])('taken: %s', (_what, password) => {
  expect(passwordProblem(password, around)).toBeNull()
})

test('characters are counted, not bytes, after NFKC', () => {
  expect(passwordProblem('🐘🦏🦛🐪🐫🦒🦘🐃🐂🐄🐎', [])).toContain('this one has 11')
  expect(passwordProblem('🐘🦏🦛🐪🐫🦒🦘🐃🐂🐄🐎🐖', [])).toBeNull()
  expect(passwordProblem('ﬃ'.repeat(4), [])).toContain('guessed first') // one ligature is three letters
})

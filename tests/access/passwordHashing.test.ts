import { hash } from '@node-rs/argon2'
import { expect, test } from 'vitest'
import { createPasswordHashing } from '../../server/access/passwordHashing.ts'
import { seededBytes } from './desk.ts'

const hashing = createPasswordHashing(seededBytes('hashing'))

test('argon2id at the floor of ASVS 5.0 or above', async () => {
  expect(await hashing.hash('some password')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

test('only the password itself matches, however it was typed', async () => {
  const stored = await hashing.hash('Điện lực é')
  expect(await hashing.check(stored, 'Điện lực é')).toBe('matches')
  expect(await hashing.check(stored, 'Điện lực é'.normalize('NFD'))).toBe('matches')
  expect(await hashing.check(stored, 'Điện lực e')).toBe('differs')
})

test('without a hash nothing matches', async () => {
  expect(await hashing.check(null, '')).toBe('differs')
  expect(await hashing.check(null, 'anything')).toBe('differs')
})

test('a hash of cheaper days is told', async () => {
  const cheap = await hash('some password', { memoryCost: 8192, timeCost: 1, parallelism: 1 })
  expect(await hashing.check(cheap, 'some password')).toBe('outgrown')
  expect(await hashing.check(cheap, 'another one')).toBe('differs')
})

test('a flood is turned away beyond two at work and 64 waiting, and passes', async () => {
  const results = await Promise.all(Array.from({ length: 80 }, () => hashing.check(null, 'flood')))
  expect(results.filter(result => result === 'busy')).toHaveLength(80 - 66)
  expect(await hashing.check(null, 'after')).toBe('differs')
})

import { expect, it } from 'vitest'
import { type Environment, readConfig } from '../server/config.ts'

function weather(environment: Environment) {
  const read = readConfig(environment)
  if ('mistakes' in read) throw new Error(read.mistakes.join('\n'))
  return read.config.weather
}

const source = { WEATHER_URL: 'https://api.open-meteo.com', WEATHER_STATIONS: 'W1:21.03:105.85' }

it('nothing is fetched unless a source is set', () => {
  expect(weather({})).toBeNull()
  expect(weather(source)).toEqual({
    url: 'https://api.open-meteo.com',
    apiKey: null,
    stations: [{ id: 'W1', latitude: 21.03, longitude: 105.85 }],
    stationsFile: null,
    everyMs: 3_600_000
  })
})

it('stations may stand in a file, the key is optional', () => {
  const { WEATHER_URL } = source
  const set = {
    WEATHER_URL,
    WEATHER_STATIONS_FILE: 's.csv',
    WEATHER_API_KEY: 'k',
    WEATHER_EVERY_MINUTES: '15'
  }
  expect(weather(set)).toMatchObject({ apiKey: 'k', stations: [], stationsFile: 's.csv', everyMs: 900_000 })
})

it.each<[string, Environment, string]>([
  ['stations without a source', { WEATHER_STATIONS: 'W1:1:1' }, 'WEATHER_URL is missing'],
  ['a key without a source', { WEATHER_API_KEY: 'secret-key' }, 'WEATHER_URL is missing'],
  ['a source without stations', { WEATHER_URL: 'http://w' }, 'WEATHER_URL needs WEATHER_STATIONS'],
  ['another scheme', { ...source, WEATHER_URL: 'file:///etc/passwd' }, 'WEATHER_URL must be an address'],
  [
    'a key in the address',
    { ...source, WEATHER_URL: 'http://w/?apikey=secret-key' },
    'WEATHER_URL must hold no'
  ],
  [
    'a password in the address',
    { ...source, WEATHER_URL: 'http://a:secret-key@w' },
    'WEATHER_URL must hold no'
  ],
  ['a wrong place', { ...source, WEATHER_STATIONS: 'W1:21:105,W2:x:1' }, 'WEATHER_STATIONS entry 2 "W2:x:1"'],
  [
    'a period too short',
    { ...source, WEATHER_EVERY_MINUTES: '1' },
    'WEATHER_EVERY_MINUTES must be a number from 5'
  ]
])('refuses %s, and repeats no secret', (_what, environment, words) => {
  const read = readConfig(environment)
  const mistakes = 'mistakes' in read ? read.mistakes : []
  expect(mistakes).toHaveLength(1)
  expect(mistakes[0]).toContain(words)
  expect(mistakes[0]).not.toContain('secret-key')
})

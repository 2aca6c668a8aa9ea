import { describe, expect, it } from 'vitest'
import { type Environment, readConfig } from '../server/config.ts'

function config(environment: Environment) {
  const read = readConfig(environment)
  if ('mistakes' in read) throw new Error(read.mistakes.join('\n'))
  return read.config
}

function mistakes(environment: Environment): string[] {
  const read = readConfig(environment)
  return 'mistakes' in read ? read.mistakes : []
}

describe('settings', () => {
  it('has a default for everything', () => {
    expect(config({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      timeZone: 'Asia/Ho_Chi_Minh',
      mqtt: { kind: 'built-in', host: '127.0.0.1', port: 1883 },
      readings: { kind: 'sqlite' },
      records: { kind: 'sqlite' },
      demo: false
    })
  })

  it('takes an empty value for an unset one', () => {
    expect(config({ PORT: '', MQTT_URL: ' ' })).toMatchObject({ port: 8080, mqtt: { kind: 'built-in' } })
  })

  it('reports every mistake at once, each by the name of its setting', () => {
    const found = mistakes({ PORT: '80a', TIME_ZONE: 'Asia/Hanoy', MQTT_URL: 'localhost', LOG_LEVEL: 'loud' })
    expect(found.map(line => line.split(' ')[0])).toEqual(['PORT', 'TIME_ZONE', 'MQTT_URL', 'LOG_LEVEL'])
  })

  it.each<[string, Environment, string]>([
    ['a port out of range', { PORT: '70000' }, 'PORT must be a whole number from 0 to 65535: it is "70000"'],
    ['a database without its server', { INFLUX_DATABASE: 'x' }, 'INFLUX_URL is missing'],
    ['a server without a database', { INFLUX_URL: 'http://a:8086' }, 'INFLUX_URL needs INFLUX_DATABASE'],
    [
      'both versions of InfluxDB',
      { INFLUX_URL: 'http://a', INFLUX_DATABASE: 'x', INFLUX_TOKEN: 'y', INFLUX_BUCKET: 'z' },
      'INFLUX_DATABASE (InfluxDB 1.x) excludes'
    ],
    ['a hysteresis the wrong way round', { HEAT_CLEAR_SHARE: '0.95' }, 'HEAT_CLEAR_SHARE must be below'],
    [
      'a log too small for two segments',
      { LOG_QUOTA_GIB: '0.1' },
      'LOG_QUOTA_GIB must be a number from 0.125'
    ],
    ['thresholds that fall', { HEAT_WATCH_C: '40' }, 'HEAT_WATCH_C, HEAT_HOT_C and HEAT_EXTREME_C']
  ])('refuses %s', (_what, environment, reason) => {
    expect(mistakes(environment)).toEqual([expect.stringContaining(reason)])
  })

  it('never repeats an address, which may hold a password', () => {
    expect(mistakes({ MQTT_URL: 'http://user:secret@host' }).join()).not.toContain('secret')
  })

  it('chooses the store by the settings of InfluxDB', () => {
    expect(config({ INFLUX_URL: 'http://a:8086', INFLUX_DATABASE: 'grid' }).readings.kind).toBe('influx1')
    expect(
      config({ INFLUX_URL: 'http://a', INFLUX_TOKEN: 't', INFLUX_ORG: 'o', INFLUX_BUCKET: 'b' }).readings.kind
    ).toBe('influx2')
  })

  it('takes a fixed offset as a time zone', () => {
    expect(config({ TIME_ZONE: '+09:00' }).timeZone).toBe('+09:00')
  })
})

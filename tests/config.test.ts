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
      mqtt: { kind: 'built-in', host: '127.0.0.1', port: 1883, anonymous: true, tls: null },
      readings: { kind: 'sqlite' },
      records: { kind: 'sqlite' },
      demo: false,
      access: {
        publicUrl: null,
        trustedProxies: [],
        adminToken: null,
        approvalAboveKw: 10_000,
        directory: null
      }
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
    ['one of peaks ahead', { HEAT_AHEAD_CLEAR: '0.3' }, 'HEAT_AHEAD_CLEAR must be below HEAT_AHEAD_RAISE'],
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

  it.each<[string, Environment, boolean]>([
    ['on loopback', {}, true],
    ['on another name of it', { MQTT_HOST: 'localhost' }, true],
    ['on its address of IPv6', { MQTT_HOST: '::1' }, true],
    ['on every address', { MQTT_HOST: '0.0.0.0' }, false],
    ['on a name of the network', { MQTT_HOST: 'broker.evn.vn' }, false],
    ['on loopback, forbidden', { MQTT_ANONYMOUS: 'false' }, false],
    ['on every address, allowed', { MQTT_HOST: '::', MQTT_ANONYMOUS: 'true' }, true]
  ])(
    'lets nobody publish without a credential unless on loopback or told so: %s',
    (_what, given, anonymous) => {
      expect(config(given).mqtt).toMatchObject({ anonymous })
    }
  )

  describe('the listener with TLS of the built-in broker', () => {
    const files = { MQTT_TLS_CERT_FILE: 'c.pem', MQTT_TLS_KEY_FILE: 'k.pem' }

    it('stands beside the plain one, also on another address', () => {
      const { mqtt } = config({ ...files, MQTT_TLS_PORT: '8883', MQTT_TLS_HOST: '0.0.0.0' })
      expect(mqtt).toMatchObject({
        ...{ host: '127.0.0.1', anonymous: true },
        tls: { host: '0.0.0.0', port: 8883, anonymous: false, caFile: null }
      })
    })

    it('lets nobody in without a certificate where it has an authority', () => {
      const { mqtt } = config({
        ...files,
        MQTT_TLS_PORT: '8883',
        MQTT_TLS_CA_FILE: 'ca.pem',
        MQTT_ANONYMOUS: 'true'
      })
      expect(mqtt).toMatchObject({ anonymous: true, tls: { caFile: 'ca.pem', anonymous: false } })
    })

    it.each<[string, Environment, string]>([
      ['without its port', files, 'MQTT_TLS_PORT is missing'],
      ['without its certificate', { MQTT_TLS_PORT: '8883' }, 'MQTT_TLS_PORT needs MQTT_TLS_CERT_FILE and'],
      ['with a word for yes', { MQTT_ANONYMOUS: 'yes' }, 'MQTT_ANONYMOUS must be one of true, false']
    ])('is refused %s', (_what, environment, reason) => {
      expect(mistakes(environment)).toEqual([expect.stringContaining(reason)])
    })
  })

  it.each<[string, Environment, string]>([
    [
      'a short token',
      { ADMIN_TOKEN: 'secret-secret' },
      'ADMIN_TOKEN must have at least 32 characters: it has 13'
    ],
    [
      'a token with a space',
      { ADMIN_TOKEN: `secret ${'x'.repeat(40)}` },
      'ADMIN_TOKEN must be printable ASCII'
    ],
    [
      'an address with a path',
      { PUBLIC_URL: 'https://a.example/grid' },
      'PUBLIC_URL must be a scheme and a host'
    ],
    ['an address that is none', { PUBLIC_URL: 'gridload.example' }, 'PUBLIC_URL must be an address'],
    ['a proxy by name', { TRUSTED_PROXIES: '10.0.0.0/8, proxy' }, 'commas between: proxy'],
    ['a network that is none', { TRUSTED_PROXIES: '10.0.0.0/33' }, 'commas between: 10.0.0.0/33'],
    ['a size that is none', { APPROVAL_ABOVE_KW: 'much' }, 'APPROVAL_ABOVE_KW must be a number'],
    [
      'a directory without a client',
      { OIDC_ISSUER: 'https://id.example' },
      'OIDC_ISSUER needs OIDC_CLIENT_ID'
    ],
    ['a client without a directory', { OIDC_CLIENT_ID: 'x' }, 'OIDC_ISSUER is missing'],
    [
      'a directory in the clear',
      { OIDC_ISSUER: 'http://id.example', OIDC_CLIENT_ID: 'x' },
      'OIDC_ISSUER must be https'
    ]
  ])('refuses %s, without repeating a secret', (_what, environment, reason) => {
    expect(mistakes(environment)).toEqual([expect.stringContaining(reason)])
    expect(mistakes(environment).join()).not.toContain('secret')
  })

  it('takes the doors as they are set', () => {
    const { access } = config({
      PUBLIC_URL: 'https://Gridload.example/',
      TRUSTED_PROXIES: '10.0.0.0/8, ::1',
      ADMIN_TOKEN: 'x'.repeat(32),
      APPROVAL_ABOVE_KW: '0',
      OIDC_ISSUER: 'https://id.example/realms/evn',
      OIDC_CLIENT_ID: 'gridload'
    })
    expect(access).toEqual({
      publicUrl: 'https://gridload.example',
      trustedProxies: ['10.0.0.0/8', '::1'],
      adminToken: 'x'.repeat(32),
      approvalAboveKw: 0,
      directory: {
        issuer: 'https://id.example/realms/evn',
        clientId: 'gridload',
        clientSecretFile: null,
        rolesClaim: 'gridload_roles',
        companyClaim: 'gridload_company'
      }
    })
  })

  it('takes a fixed offset as a time zone', () => {
    expect(config({ TIME_ZONE: '+09:00' }).timeZone).toBe('+09:00')
  })
})

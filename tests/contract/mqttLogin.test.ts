import { expect, it } from 'vitest'
import { clientIdFor, mqttLogin } from '../../server/contract/mqttLogin.ts'

it('is read from the environment, or there is none', () => {
  const GRIDLOAD_MQTT_USER = 'service/simulators'
  const GRIDLOAD_MQTT_PASSWORD = 'secret'
  expect(mqttLogin({})).toBeNull()
  expect(mqttLogin({ GRIDLOAD_MQTT_USER: '', GRIDLOAD_MQTT_PASSWORD: '' })).toBeNull()
  expect(mqttLogin({ GRIDLOAD_MQTT_USER, GRIDLOAD_MQTT_PASSWORD })).toEqual({
    user: 'service/simulators',
    password: 'secret'
  })
})

it('is refused by halves, without repeating the half', () => {
  expect(() => mqttLogin({ GRIDLOAD_MQTT_USER: 'service/x' })).toThrow('belong together')
  expect(() => mqttLogin({ GRIDLOAD_MQTT_PASSWORD: 'hunter2' })).toThrow(/^(?!.*hunter2).*belong together/)
})

it.each([
  [null, 'sim-1', 'sim-1'],
  ['service/simulators', 'sim-1', 'service/simulators/sim-1'],
  ['gridload', 'sim-1', 'sim-1']
])('with the user %j the client id is %j → %j', (user, name, clientId) => {
  expect(clientIdFor(user, name)).toBe(clientId)
})

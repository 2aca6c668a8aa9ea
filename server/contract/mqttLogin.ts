import { parseIdentity } from './deviceRights.ts'

/** As what a client of ours (simulators, replays) connects to a broker. */
export interface MqttLogin {
  user: string
  password: string
}

/**
 * From GRIDLOAD_MQTT_USER and GRIDLOAD_MQTT_PASSWORD: unlike an argument nobody reads them in the list of processes. null:
 * neither is set. Throws when only one is.
 */
export function mqttLogin(environment: Record<string, string | undefined>): MqttLogin | null {
  const { GRIDLOAD_MQTT_USER: user, GRIDLOAD_MQTT_PASSWORD: password } = environment
  if (!user && !password) return null
  if (!user || !password)
    throw new Error('GRIDLOAD_MQTT_USER and GRIDLOAD_MQTT_PASSWORD belong together: one of them is missing')
  return { user, password }
}

/** An identity's sessions are named after it; elsewhere the name alone is enough. */
export function clientIdFor(user: string | null, name: string): string {
  return user !== null && parseIdentity(user) !== null ? `${user}/${name}` : name
}

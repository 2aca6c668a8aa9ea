/**
 * Why the built-in broker refused something.
 * credential: unknown identity, wrong or missing password · certificate: none, or not of the authority, or no identity in it
 * client-id: that of another identity · publish: another's topic, or a notice · subscribe: what is not its own
 * connections: too many at one time
 */
export const mqttRefusals = [
  'credential',
  'certificate',
  'client-id',
  'publish',
  'subscribe',
  'connections'
] as const
export type MqttRefusal = (typeof mqttRefusals)[number]

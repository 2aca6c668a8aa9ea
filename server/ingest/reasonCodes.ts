/** Refusals of a broker in CONNACK, SUBACK and DISCONNECT [MQTT 5, 2.4]; 1 to 5 are those of MQTT 3.1.1. */
const words: Record<number, string> = {
  1: 'unacceptable protocol version',
  2: 'client id refused',
  3: 'server unavailable',
  4: 'bad user name or password',
  5: 'not authorized',
  128: 'unspecified error',
  129: 'malformed packet',
  130: 'protocol error',
  131: 'implementation specific error',
  132: 'unsupported protocol version',
  133: 'client id not valid',
  134: 'bad user name or password',
  135: 'not authorized',
  136: 'server unavailable',
  137: 'server busy',
  138: 'banned',
  139: 'server shutting down',
  140: 'bad authentication method',
  141: 'keep alive timeout',
  142: 'session taken over: another client uses the same id',
  143: 'topic filter invalid',
  147: 'receive maximum exceeded',
  149: 'packet too large',
  151: 'quota exceeded',
  156: 'use another server',
  157: 'server moved',
  159: 'connection rate exceeded',
  162: 'wildcard subscriptions not supported'
}

/** For instance `not authorized (0x87)`. */
export function reasonWords(code: number): string {
  return `${words[code] ?? 'refused'} (0x${code.toString(16).padStart(2, '0')})`
}

/** The broker does not speak the version of CONNECT: 1 is how MQTT 3.1.1 says it. */
export function isVersionRefused(code: number): boolean {
  return code === 1 || code === 0x84
}

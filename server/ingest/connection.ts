import type { Packet } from 'mqtt-packet'
import type { MqttVersion, SessionRequest, TlsFiles } from './brokerUrl.ts'
import type { Inflight } from './inflight.ts'
import type { Intake } from './intake.ts'

export type MessageIntake = Pick<Intake, 'take' | 'accept' | 'reject' | 'group' | 'isFull'>

export interface ConnectionOptions {
  url: URL
  tls: TlsFiles
  version: MqttVersion
  session: SessionRequest
  intake: MessageIntake
  /** Milliseconds of any clock that does not jump. */
  now: () => number
  maxPacketBytes: number
  onConnected(sessionPresent: boolean): void
  /** SUBACK, UNSUBACK and PINGRESP. */
  onPacket(packet: Packet): void
  /** Called once, with the reason in words; `refusal`: the code of a CONNACK that let us not in. */
  onClosed(reason: string, refusal: number | null): void
}

export interface BrokerConnection {
  send(packet: Packet): void
  /** Acknowledges what this group and those before it held, and reads on if there is room. */
  durable(group: number): void
  /** Messages so far. */
  readonly received: number
  readonly unacknowledged: number
  /** All that came over it is durable with this group; null: it is already. */
  readonly newestGroup: number | null
  inflight(): Inflight & { limit: number | null }
  end(reason: string): void
  /** Stops reading, acknowledges what becomes durable within the time, takes leave. The session stays at the broker. */
  stop(withinMs: number): Promise<void>
}

import mqtt, { type Packet } from 'mqtt-packet'

export interface IncomingMessage {
  topic: string
  payload: Buffer
  /** null at QoS 0: nothing to acknowledge. */
  packetId: number | null
}

export interface PacketHandlers {
  onMessage(message: IncomingMessage): void
  /** Every packet that is not a PUBLISH. */
  onControl(packet: Packet): void
  /** The stream is not MQTT 5; nothing after it can be read. */
  onMalformed(error: Error): void
}

/** Reads an MQTT 5 byte stream: give it the chunks as they come. */
export function createPacketReader({
  onMessage,
  onControl,
  onMalformed
}: PacketHandlers): (chunk: Buffer) => void {
  const parser = mqtt.parser({ protocolVersion: 5 })
  parser.on('error', onMalformed)
  parser.on('packet', packet => {
    if (packet.cmd !== 'publish') {
      onControl(packet)
      return
    }
    const { topic, qos, messageId } = packet
    const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload)
    onMessage({ topic, payload, packetId: qos === 0 ? null : (messageId ?? null) })
  })
  return chunk => {
    parser.parse(chunk)
  }
}

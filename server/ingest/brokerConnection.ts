import mqtt, { type Packet } from 'mqtt-packet'
import { closeSocket, openSocket, readyEvent } from './brokerSocket.ts'
import type { BrokerConnection, ConnectionOptions } from './connection.ts'
import { createHandshake } from './handshake.ts'
import { createKeepalive } from './keepalive.ts'
import { createMessageFlow } from './messageFlow.ts'
import { createPacketReader } from './packetReader.ts'
import { reasonWords } from './reasonCodes.ts'

/**
 * One connection to a broker, from CONNECT to its end:
 *
 *   socket ─► packet reader ─┬─ PUBLISH ─────────────────► message flow ─► PUBACKs
 *                            └─ mqtt-packet ─┬─ CONNACK ─► handshake
 *                                            └─ SUBACK, UNSUBACK, PINGRESP ─► whoever opened it
 */
export function openBrokerConnection(options: ConnectionOptions): BrokerConnection {
  const { url, version, intake, maxPacketBytes, now, onClosed } = options
  const control = mqtt.parser({ protocolVersion: version })
  const keepalive = createKeepalive({ ping: () => send({ cmd: 'pingreq' }), onSilence: end })
  let leaving = false
  let reason = ''

  const handshake = createHandshake({
    ...{ url, version, session: options.session, send, end },
    onConnected(sessionPresent, keepaliveS) {
      flow.begin()
      keepalive.start(keepaliveS)
      options.onConnected(sessionPresent)
    }
  })
  const flow = createMessageFlow({
    ...{ intake, maxPacketBytes, now, end },
    write: packets => void (socket.writable && socket.write(packets)),
    pause: () => {
      keepalive.excuse(true)
      socket.pause()
    },
    resume: () => {
      keepalive.excuse(false)
      socket.resume()
    }
  })
  const reader = createPacketReader(
    { version, maxPacketBytes },
    { onPublish: flow.onPublish, onOversized: flow.onOversized, onControl: packet => control.parse(packet) }
  )
  const socket = openSocket(url, options.tls, { buffer: reader.space, callback: read }).setNoDelay(true)
  control.on('error', error => end(`not MQTT: ${error.message}`))
  control.on('packet', onPacket)
  socket.once(readyEvent(url), handshake.begin)
  socket.on('error', error => end(error.message || String((error as NodeJS.ErrnoException).code)))
  socket.on('end', () => end('the broker closed the connection'))
  socket.on('close', () => {
    handshake.stop()
    keepalive.stop()
    flow.lost()
    onClosed(reason || 'the connection was lost', handshake.refusal)
  })

  function read(bytes: number): boolean {
    if (leaving) return true
    keepalive.heard()
    const malformed = reader.advance(bytes)
    flow.chunkRead()
    if (malformed !== null) end(`not MQTT ${version === 5 ? '5' : '3.1.1'}: ${malformed}`)
    return true
  }

  function onPacket(packet: Packet): void {
    if (packet.cmd === 'connack') handshake.onConnack(packet)
    else if (packet.cmd === 'disconnect')
      end(`the broker ended the connection: ${reasonWords(packet.reasonCode ?? 0)}`)
    else if (packet.cmd === 'suback' || packet.cmd === 'unsuback' || packet.cmd === 'pingresp')
      options.onPacket(packet)
    else end(`not MQTT: a broker does not send ${packet.cmd.toUpperCase()}`)
  }

  function send(packet: Packet): void {
    if (socket.writable) socket.write(mqtt.generate(packet, { protocolVersion: version }))
  }

  function end(why: string): void {
    reason ||= why
    reader.end()
    socket.destroy()
  }

  return {
    send,
    durable: flow.durable,
    get received() {
      return flow.received
    },
    get unacknowledged() {
      return flow.unacknowledged
    },
    get newestGroup() {
      return flow.newestGroup
    },
    inflight: () => ({ ...flow.inflight(), limit: handshake.receiveMaximum }),
    end,
    async stop(withinMs) {
      await flow.close(withinMs)
      reason ||= 'stopped'
      if (!handshake.isDone || socket.destroyed) {
        socket.destroy()
        return
      }
      send(version === 5 ? { cmd: 'disconnect', reasonCode: 0 } : { cmd: 'disconnect' })
      leaving = true
      await closeSocket(socket, withinMs)
    }
  }
}

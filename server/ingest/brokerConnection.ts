import mqtt, { type Packet } from 'mqtt-packet'
import { createAckRing } from './ackRing.ts'
import { connectPacket, openSocket, RECEIVE_MAXIMUM, readyEvent } from './brokerUrl.ts'
import type { BrokerConnection, ConnectionOptions } from './connection.ts'
import { createInflightMeter } from './inflight.ts'
import { createKeepalive } from './keepalive.ts'
import { createPacketReader, type OversizedMessage } from './packetReader.ts'
import { reasonWords } from './reasonCodes.ts'

const CONNECT_TIMEOUT_MS = 10_000

/**
 * One connection to a broker, from CONNECT to its end. Acknowledgements of messages that came over it can only leave
 * over it: a later connection has its own ring, so a packet id of this one is never used in the next.
 *
 *   connecting ─CONNACK─► reading: PUBLISH ─► take ─► group durable ─► PUBACKs, packed
 *                            ▲  │ intake is full
 *                 has room   │  ▼
 *                          paused
 */
export function openBrokerConnection(options: ConnectionOptions): BrokerConnection {
  const { url, version, session, intake, now, onClosed } = options
  const acks = createAckRing()
  const inflight = createInflightMeter(RECEIVE_MAXIMUM)
  const control = mqtt.parser({ protocolVersion: version })
  const keepalive = createKeepalive({ ping: () => send({ cmd: 'pingreq' }), onSilence: end })
  let paused = false
  let connected = false
  let stopping = false
  let leaving = false
  let received = 0
  let receiveMaximum: number | null = null
  let reason = ''
  let refusal: number | null = null
  let onIdle: (() => void) | null = null

  const reader = createPacketReader(
    { version, maxPacketBytes: options.maxPacketBytes },
    { onPublish, onControl: packet => control.parse(packet), onOversized }
  )
  const socket = openSocket(url, options.tls, { buffer: reader.space, callback: read }).setNoDelay(true)
  const connectTimer = setTimeout(
    () => end(`no CONNACK within ${CONNECT_TIMEOUT_MS / 1000} s`),
    CONNECT_TIMEOUT_MS
  )
  control.on('error', error => end(`not MQTT: ${error.message}`))
  control.on('packet', onPacket)
  socket.once(readyEvent(url), () => send(connectPacket(url, version, session)))
  socket.on('error', error => end(error.message || String((error as NodeJS.ErrnoException).code)))
  socket.on('end', () => end('the broker closed the connection'))
  socket.on('close', closed)

  function read(bytes: number): boolean {
    if (leaving) return true
    keepalive.heard()
    const malformed = reader.advance(bytes)
    acks.mark(intake.group)
    inflight.changed(acks.length, now())
    if (malformed !== null) end(`not MQTT ${version === 5 ? '5' : '3.1.1'}: ${malformed}`)
    else if (intake.isFull) pause()
    return true
  }

  function onPublish(
    bytes: Buffer,
    topicStart: number,
    topicEnd: number,
    payloadStart: number,
    payloadEnd: number,
    packetId: number
  ): void {
    if (!connected) {
      end('not MQTT: a message before CONNACK')
      return
    }
    received++
    intake.take(bytes, topicStart, topicEnd, payloadStart, payloadEnd)
    if (packetId !== 0) acks.add(packetId)
  }

  function onOversized({ topic, head, bytes, packetId }: OversizedMessage): void {
    received++
    const release = packetId === 0 ? null : acks.addHeld(packetId, intake.group)
    const why = `a message of ${bytes} bytes, more than ${options.maxPacketBytes}: only its beginning was kept`
    intake.reject(topic, head, why, bytes).then(
      () => {
        release?.()
        proceed()
      },
      (error: Error) => end(`cannot make messages durable: ${error.message}`)
    )
  }

  /** Acknowledges what may be, and reads on if there is room again. */
  function proceed(): void {
    const packets = acks.due()
    if (packets !== null) {
      if (socket.writable) socket.write(packets)
      inflight.changed(acks.length, now())
      if (acks.length === 0) onIdle?.()
    }
    if (paused && !stopping && !intake.isFull) resume()
  }

  function durable(group: number): void {
    acks.durable(group)
    proceed()
  }

  function pause(): void {
    paused = true
    keepalive.excuse(true)
    socket.pause()
  }

  function resume(): void {
    paused = false
    keepalive.excuse(false)
    socket.resume()
  }

  function send(packet: Packet): void {
    if (socket.writable) socket.write(mqtt.generate(packet, { protocolVersion: version }))
  }

  function end(why: string): void {
    reason ||= why
    reader.end()
    socket.destroy()
  }

  function closed(): void {
    clearTimeout(connectTimer)
    keepalive.stop()
    onIdle?.()
    onClosed(reason || 'the connection was lost', refusal)
  }

  function onPacket(packet: Packet): void {
    if (packet.cmd === 'connack') onConnack(packet)
    else if (packet.cmd === 'disconnect')
      end(`the broker ended the connection: ${reasonWords(packet.reasonCode ?? 0)}`)
    else if (packet.cmd === 'suback' || packet.cmd === 'unsuback' || packet.cmd === 'pingresp')
      options.onPacket(packet)
    else end(`not MQTT: a broker does not send ${packet.cmd.toUpperCase()}`)
  }

  function onConnack(packet: mqtt.IConnackPacket): void {
    clearTimeout(connectTimer)
    const code = packet.reasonCode ?? packet.returnCode
    if (connected || code === undefined) {
      end('not MQTT: a CONNACK without a code, or a second one')
      return
    }
    if (code !== 0) {
      refusal = code
      end(`the broker refused the connection: ${reasonWords(code)}`)
      return
    }
    connected = true
    const { serverKeepAlive, receiveMaximum: theirs } = packet.properties ?? {}
    receiveMaximum = theirs ?? null
    keepalive.start(serverKeepAlive ?? session.keepaliveS)
    options.onConnected(packet.sessionPresent)
  }

  async function stop(withinMs: number): Promise<void> {
    stopping = true
    pause()
    if (acks.length > 0 && !socket.destroyed) await idle(withinMs)
    reason ||= 'stopped'
    if (!connected || socket.destroyed) {
      socket.destroy()
      return
    }
    send(version === 5 ? { cmd: 'disconnect', reasonCode: 0 } : { cmd: 'disconnect' })
    // What still comes is read away: closing with unread bytes resets the connection, and with it what we just sent.
    leaving = true
    const timer = setTimeout(() => socket.destroy(), withinMs)
    await new Promise<void>(resolve => {
      socket.once('close', () => resolve())
      socket.end()
      socket.resume()
    })
    clearTimeout(timer)
  }

  function idle(withinMs: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, withinMs)
      onIdle = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  return {
    send,
    durable,
    get received() {
      return received
    },
    get unacknowledged() {
      return acks.length
    },
    get newestGroup() {
      return acks.newestGroup
    },
    inflight: () => ({ ...inflight.state(now()), limit: receiveMaximum }),
    end,
    stop
  }
}

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A connection on which a test says exactly what it likes. */
export interface Wire {
  socket: Socket
  /** All that came back, once the other end has closed; an abrupt end is an end, too. */
  ended: Promise<string>
}

export async function openWire(address: string): Promise<Wire> {
  const { hostname, port } = new URL(address)
  const socket = connect(Number(port), hostname)
  let heard = ''
  socket.on('data', chunk => {
    heard += String(chunk)
  })
  socket.on('error', () => {})
  const ended = new Promise<string>(done => socket.once('close', () => done(heard)))
  await once(socket, 'connect')
  return { socket, ended }
}

/** Says it, and waits for the other end to close. */
export async function sayOn(address: string, ...lines: string[]): Promise<string> {
  const { socket, ended } = await openWire(address)
  socket.write(lines.join('\r\n'))
  return ended
}

/** Of each answer on a connection. */
export const statusesOf = (heard: string): number[] =>
  [...heard.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status))

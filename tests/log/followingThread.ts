/** Follows the log on a thread of its own up to a line, committing as it goes; says how many lines there were. */
import { parentPort, workerData } from 'node:worker_threads'
import { LogPositions } from '../../server/log/logPositions.ts'
import { openLogReader } from '../../server/log/logReader.ts'

const { directory, buffer, until } = workerData as {
  directory: string
  buffer: SharedArrayBuffer
  until: string
}
const reader = openLogReader(directory, new LogPositions({ buffer }), { reuseMemory: true })
const cursor = await reader.openCursor('store')
let position = cursor.position
let lines = 0
let last = ''
let inOrder = true
let wake = (): void => undefined
reader.onAppend(() => wake())
// A wait for shared memory alone keeps no thread alive.
const alive = setInterval(() => undefined, 1000)
while (last !== until) {
  const appended = new Promise<void>(resolve => {
    wake = resolve
  })
  const frames = await reader.read(position, 8_000)
  for (const { body, next } of frames) {
    for (const line of body.toString('latin1').trimEnd().split('\n')) {
      inOrder &&= line > last
      last = line
      lines++
    }
    position = next
  }
  if (frames.length > 0) await cursor.commit(position)
  else await appended
}
clearInterval(alive)
await reader.stop()
parentPort?.postMessage({ lines, inOrder })

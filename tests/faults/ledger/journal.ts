import { closeSync, fdatasync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Message numbers in a file, four bytes each: whole ones stay whole, whoever is killed. */
export interface Journal {
  /** Written before it returns, so that the death of this process does not take it away. */
  write(numbers: readonly number[]): void
  close(): void
}

export const sentFile = (folder: string) => join(folder, 'sent.u32')
export const ackedFile = (folder: string) => join(folder, 'acked.u32')

export function openJournal(file: string): Journal {
  const fd = openSync(file, 'a')
  return {
    write: numbers => void writeSync(fd, encode(numbers)),
    close: () => closeSync(fd)
  }
}

export interface DurableJournal {
  add(number: number): void
  /** All that was added is durable and has been told. */
  readonly isIdle: boolean
  close(): void
}

/** Appends in groups, each made durable by fdatasync before `onDurable` is told how many it held. */
export function openDurableJournal(file: string, onDurable: (count: number) => void): DurableJournal {
  const fd = openSync(file, 'a')
  let gathering: number[] = []
  let syncing = false

  function commit(): void {
    if (syncing || gathering.length === 0) return
    const group = gathering
    gathering = []
    syncing = true
    writeSync(fd, encode(group))
    fdatasync(fd, error => {
      if (error) throw error
      syncing = false
      onDurable(group.length)
      commit()
    })
  }

  return {
    add(number) {
      gathering.push(number)
      // After the chunk of acknowledgements that is being read.
      if (gathering.length === 1) setImmediate(commit)
    },
    get isIdle() {
      return !syncing && gathering.length === 0
    },
    close: () => closeSync(fd)
  }
}

/** A torn last number is one that was never counted. */
export function readJournal(file: string): Uint32Array {
  const bytes = readFileSync(file)
  const numbers = new Uint32Array(bytes.length >> 2)
  for (let at = 0; at < numbers.length; at++) numbers[at] = bytes.readUInt32LE(at * 4)
  return numbers
}

function encode(numbers: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(numbers.length * 4)
  for (const [at, number] of numbers.entries()) bytes.writeUInt32LE(number, at * 4)
  return bytes
}

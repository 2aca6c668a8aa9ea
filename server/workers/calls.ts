/**
 * Questions between two threads. Everything on the port is one of three:
 *
 *   { call: 7, method, argument } ──►          ◄── { answer: 7, value } or { answer: 7, error }
 *                                              ◄── { event, value }            nobody waits for it
 */
import type { MessagePort, Transferable, Worker } from 'node:worker_threads'
import { StoreError, type StoreTrouble } from '../readings/store.ts'
import { StartFailure } from '../startFailure.ts'

export type Methods = Record<string, (argument: never) => unknown>

export type Port = MessagePort | Worker

export interface Caller<M extends Methods> {
  call<K extends keyof M & string>(
    method: K,
    argument: Parameters<M[K]>[0],
    transfer?: readonly Transferable[]
  ): Promise<Awaited<ReturnType<M[K]>>>
  /** Rejects what waits, and every later call: the other thread is gone. */
  fail(error: Error): void
}

interface PlainError {
  name: string
  message: string
  code?: string
  what?: StoreTrouble
  retryAfterMs?: number | null
}

type Message =
  | { call: number; method: string; argument: never }
  | { answer: number; value?: unknown; error?: PlainError }

/** Answers the calls that come over the port. An error travels as a value: a class does not survive the way. */
export function answerCalls(port: Port, methods: Methods): void {
  port.on('message', async (message: Message) => {
    if (!('call' in message)) return
    const { call: answer, method, argument } = message
    try {
      const value = await methods[method]?.(argument)
      port.postMessage({ answer, value })
    } catch (error) {
      port.postMessage({ answer, error: plain(error) })
    }
  })
}

/**
 * Ends this thread once the answer to the present call has left. Everything in it is closed by then; not waiting for
 * it to be idle means that no forgotten handle can keep the whole process from ending.
 */
export function endThread(): void {
  setImmediate(() => process.exit())
}

/** Calls the other side of the port; at most `mostWaiting` answers are waited for at a time. */
export function createCaller<M extends Methods>(port: Port, mostWaiting = 1000): Caller<M> {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let last = 0
  let gone: Error | null = null
  port.on('message', (message: Message) => {
    if (!('answer' in message)) return
    const asked = waiting.get(message.answer)
    waiting.delete(message.answer)
    if (message.error === undefined) asked?.resolve(message.value)
    else asked?.reject(revived(message.error))
  })
  return {
    call(method, argument, transfer = []) {
      if (gone !== null) return Promise.reject(gone)
      if (waiting.size >= mostWaiting)
        return Promise.reject(new StoreError('unavailable', `${mostWaiting} questions already wait`))
      const answer = Promise.withResolvers<unknown>()
      waiting.set(++last, answer)
      port.postMessage({ call: last, method, argument }, transfer)
      return answer.promise as Promise<never>
    },
    fail(error) {
      gone = error
      for (const { reject } of waiting.values()) reject(error)
      waiting.clear()
    }
  }
}

function plain(error: unknown): PlainError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const { name, message } = error
  if (error instanceof StartFailure) return { name: 'StartFailure', message }
  if (error instanceof StoreError)
    return { name, message, what: error.what, retryAfterMs: error.retryAfterMs }
  const { code } = error as NodeJS.ErrnoException
  return code === undefined ? { name, message } : { name, message, code }
}

function revived({ name, message, code, what, retryAfterMs = null }: PlainError): Error {
  if (name === 'StartFailure') return new StartFailure(message)
  if (what !== undefined) return new StoreError(what, message, { retryAfterMs })
  return Object.assign(new Error(message), code === undefined ? {} : { code })
}

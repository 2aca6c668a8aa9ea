import { StoreError, type StoreTrouble } from '../store.ts'
import type { DayStore } from './dayStore.ts'

/** What the main thread may ask of the worker: every method of the store. */
export type Call = {
  [Method in keyof DayStore]: { method: Method; argument: Parameters<DayStore[Method]>[0] }
}[keyof DayStore]

export type Request = Call & { number: number }

export type Answer =
  | { number: number; value: unknown }
  | { number: number; trouble: StoreTrouble | 'bug'; message: string }

/** Answers one request; an error travels as a value, because a class does not survive the way between threads. */
export function answer(store: DayStore, request: Request): Answer {
  const { number } = request
  try {
    return { number, value: call(store, request) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { number, trouble: error instanceof StoreError ? error.what : 'bug', message }
  }
}

function call(store: DayStore, request: Call): unknown {
  switch (request.method) {
    case 'write':
      return store.write(request.argument)
    case 'query':
      return store.query(request.argument)
    case 'queryMany':
      return store.queryMany(request.argument)
    case 'latest':
      return store.latest(request.argument)
    case 'writeLoad':
      return store.writeLoad(request.argument)
    case 'queryLoad':
      return store.queryLoad(request.argument)
    case 'close':
      return store.close()
  }
}

/** The error that an answer stands for. */
export function toError(answer: Extract<Answer, { message: string }>): Error {
  return answer.trouble === 'bug' ? new Error(answer.message) : new StoreError(answer.trouble, answer.message)
}

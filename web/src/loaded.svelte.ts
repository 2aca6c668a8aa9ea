import { untrack } from 'svelte'
import { ApiError } from './send.ts'

/** After a failure that may pass by itself. */
const RETRY_MS = 5_000
const mayPass = (error: unknown) => !(error instanceof ApiError) || error.status === 0 || error.status >= 500

type Fetch<T> = (signal: AbortSignal) => Promise<T>

/** What was fetched last, and what went wrong since. A failure keeps the old value: old is better than nothing. */
export class Loaded<T> {
  value = $state.raw<T | null>(null)
  error = $state.raw<unknown>(null)
  #again: (() => void) | null = null

  /**
   * Fetches now and then every `everyMs` after the last answer (null: once), but not while nobody looks.
   * Returns what stops it, so that an effect can return it. What `fetch` reads is not tracked: an effect reads
   * beforehand what must make it fetch anew.
   */
  follow(fetch: Fetch<T>, everyMs: number | null): () => void {
    const stopping = new AbortController()
    let waiting: ReturnType<typeof setTimeout> | undefined
    const run = async () => {
      let waitMs = everyMs
      try {
        const value = await fetch(stopping.signal)
        if (stopping.signal.aborted) return
        this.value = value
        this.error = null
      } catch (error) {
        if (stopping.signal.aborted) return
        this.error = error
        if (mayPass(error)) waitMs ??= RETRY_MS
      }
      clearTimeout(waiting)
      if (waitMs !== null) waiting = setTimeout(next, waitMs)
    }
    const next = () => {
      if (!document.hidden) void run()
    }
    const onVisible = () => {
      if (everyMs !== null) next()
    }
    document.addEventListener('visibilitychange', onVisible)
    this.#again = () => void run()
    void untrack(run)
    return () => {
      stopping.abort()
      clearTimeout(waiting)
      document.removeEventListener('visibilitychange', onVisible)
    }
  }

  /** Fetches again at once. */
  again(): void {
    this.#again?.()
  }
}

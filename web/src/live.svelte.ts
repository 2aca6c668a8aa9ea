import { createContext } from 'svelte'
import type { LiveChange, LiveSnapshot } from '../../server/contract/live.ts'
import { fromSnapshot, type LiveState, rankFindings, topNodes, withChange } from './liveState.ts'

export type Connection = 'connecting' | 'live' | 'lost'

const TICK_MS = 1000
const REOPEN_MS = 2000
/** A cut without a goodbye: after this long in silence the stream is opened anew, which brings a new snapshot. */
const SILENCE_MS = 45_000

/**
 * The one live connection of the page.
 *
 *                snapshot                error
 *   connecting ───────────► live ◄──────────────► lost   (EventSource comes back by itself;
 *                                   snapshot             where it gives up, it is opened anew)
 */
export class Live {
  state = $state.raw<LiveState | null>(null)
  connection = $state<Connection>('connecting')
  /** The server's clock, epoch ms, once a second. */
  now = $state(Date.now())
  /** By the same clock: when the stream last said something. */
  heardAt = $state<number | null>(null)
  findings = $derived(this.state ? rankFindings(this.state.findings.values()) : [])
  tops = $derived(this.state ? topNodes(this.state.nodes.values()) : [])

  #open: () => EventSource
  #onrefused: () => void
  #source: EventSource | null = null
  #reopening: ReturnType<typeof setTimeout> | undefined
  /** Server clock less this machine's clock. */
  #skewMs = 0

  /** `onrefused`: the server closed the stream for good, as it does when a session ends. */
  constructor(open: () => EventSource, onrefused: () => void) {
    this.#open = open
    this.#onrefused = onrefused
  }

  /** Starts following; what it returns stops it. */
  start(): () => void {
    this.#connect()
    const ticking = setInterval(() => this.#tick(), TICK_MS)
    return () => {
      clearInterval(ticking)
      clearTimeout(this.#reopening)
      this.#reopening = undefined
      this.#source?.close()
      // What one person saw is not for the next.
      this.state = null
      this.heardAt = null
      this.connection = 'connecting'
    }
  }

  #connect(): void {
    this.#source?.close()
    clearTimeout(this.#reopening)
    this.#reopening = undefined
    const source = this.#open()
    this.#source = source
    source.addEventListener('snapshot', event => {
      const snapshot = JSON.parse(event.data) as LiveSnapshot
      this.state = fromSnapshot(snapshot)
      this.#heard(snapshot.at)
    })
    source.addEventListener('change', event => {
      if (!this.state) return
      const change = JSON.parse(event.data) as LiveChange
      this.state = withChange(this.state, change)
      this.#heard(change.at)
    })
    source.addEventListener('error', () => {
      if (this.state) this.connection = 'lost'
      if (source.readyState !== EventSource.CLOSED) return
      this.#onrefused()
      this.#reopenSoon()
    })
  }

  #reopenSoon(): void {
    this.#reopening ??= setTimeout(() => this.#connect(), REOPEN_MS)
  }

  #heard(at: string): void {
    this.#skewMs = Date.parse(at) - Date.now()
    this.now = Date.parse(at)
    this.heardAt = this.now
    this.connection = 'live'
  }

  #tick(): void {
    this.now = Date.now() + this.#skewMs
    if (this.connection === 'live' && this.heardAt !== null && this.now - this.heardAt > SILENCE_MS) {
      this.heardAt = this.now
      this.#connect()
    }
  }
}

export const [getLive, setLive] = createContext<Live>()

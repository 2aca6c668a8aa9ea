import { createContext, untrack } from 'svelte'
import type { LoginAnswer, SessionAnswer } from '../../server/contract/login.ts'
import { accessApi } from './accessApi.ts'
import { type Act, can, mayOpen, type Viewer } from './pages.ts'
import type { View } from './routes.ts'
import type { Door } from './send.ts'

/** Before the first answer, and after one that did not come. */
const RETRY_MS = 3000
const CROSSING_MS = 300
const states = { done: 'full', factor: 'factor', enrol: 'enrol' } as const

/**
 * Who is logged in at this page, as the server last said.
 *
 *   asking ──► none ──password, passkey, directory──► factor | enrol | full
 *                ▲                                             │
 *                └──── logged out, expired, disabled: 401 ─────┘  (the address stays: one comes back to where one was)
 */
export class Session implements Door {
  answer = $state.raw<SessionAnswer | null>(null)
  /** Why the server could not be asked; null: it could. */
  error = $state.raw<unknown>(null)
  /** There was a session, and it ended without being asked to. */
  hasEnded = $state(false)
  /** Whoever has just set a password, to be logged in next. */
  expected = $state('')
  /** A command waits for a second proof of identity; called with whether it was given. */
  proving = $state.raw<((isProved: boolean) => void) | null>(null)
  #proof: Promise<boolean> | null = null
  #asking: ReturnType<typeof setTimeout> | undefined

  state = $derived(this.answer?.state ?? 'asking')
  info = $derived(this.answer?.session ?? null)
  isDemo = $derived(this.answer?.isDemo ?? false)
  approvalAboveKw = $derived(this.answer?.approvalAboveKw ?? 0)
  userId = $derived(this.info?.user.id ?? null)
  viewer = $derived<Viewer>({
    operations: this.info?.operations ?? [],
    customerId: this.info?.user.customerId ?? null
  })

  can(act: Act): boolean {
    return can(act, this.viewer)
  }

  mayOpen(view: View): boolean {
    return mayOpen(view, this.viewer)
  }

  /** Asks the server until it answers; what it returns stops that. */
  start(): () => void {
    let waiting: ReturnType<typeof setTimeout> | undefined
    let isStopped = false
    const ask = async () => {
      await this.refresh()
      if (this.answer === null && !isStopped) waiting = setTimeout(ask, RETRY_MS)
    }
    // Asked once, not again with each answer.
    void untrack(ask)
    return () => {
      isStopped = true
      clearTimeout(waiting)
    }
  }

  /** What the server says now; without an answer all stays as it was. */
  async refresh(): Promise<void> {
    try {
      const answer = await accessApi.session()
      if (answer.state === 'none') {
        if (this.state === 'full') this.hasEnded = true
        this.proving?.(false)
      }
      this.answer = answer
      this.error = null
    } catch (error) {
      this.error = error
    }
  }

  /** After a step of logging in. */
  async enter({ next, factors, csrfToken, session }: LoginAnswer): Promise<void> {
    if (this.answer) this.answer = { ...this.answer, state: states[next], factors, csrfToken, session }
    this.hasEnded = false
    this.expected = ''
    await this.refresh()
  }

  async logOut(): Promise<void> {
    await accessApi.logOut()
    if (this.answer)
      this.answer = { ...this.answer, state: 'none', csrfToken: null, session: null, factors: [] }
    await this.refresh()
  }

  csrfToken(): string | null {
    return this.answer?.csrfToken ?? null
  }

  /** Asked before it is believed: a request may have crossed the fresh cookie of a step-up. */
  ended(): void {
    if (this.state !== 'full' && this.state !== 'enrol') return
    this.#asking ??= setTimeout(async () => {
      this.#asking = undefined
      await this.refresh()
    }, CROSSING_MS)
  }

  refused(): void {
    void this.refresh()
  }

  prove(): Promise<boolean> {
    this.#proof ??= new Promise<boolean>(done => {
      this.proving = done
    }).finally(() => {
      this.proving = null
      this.#proof = null
    })
    return this.#proof
  }
}

export const [getSession, setSession] = createContext<Session>()

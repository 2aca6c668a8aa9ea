/** One thing tried by a button: whether it is under way, and in words why it failed. */
export class Attempt {
  busy = $state(false)
  failure = $state<string | null>(null)
  #say: (error: unknown) => string

  constructor(say: (error: unknown) => string) {
    this.#say = say
  }

  /** Tells whether it came about. While one is under way another is not begun. */
  async run(act: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false
    this.busy = true
    this.failure = null
    try {
      await act()
      return true
    } catch (error) {
      this.failure = this.#say(error)
      return false
    } finally {
      this.busy = false
    }
  }
}

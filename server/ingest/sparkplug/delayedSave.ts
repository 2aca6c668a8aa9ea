/** Saves a state some time after it changed, one save at a time. */
export interface DelayedSave {
  changed(): void
  /** Saves what is not saved yet, and no more afterwards. */
  stop(): Promise<void>
  failed(): number
}

export function createDelayedSave(
  write: () => string,
  save: (text: string) => Promise<void>,
  afterMs: number
): DelayedSave {
  let timer: NodeJS.Timeout | null = null
  let saving = Promise.resolve()
  let isDirty = false
  let isStopped = false
  let failed = 0

  function saveNow(): Promise<void> {
    timer = null
    saving = saving.then(async () => {
      if (!isDirty) return
      isDirty = false
      try {
        await save(write())
      } catch {
        failed++
        changed()
      }
    })
    return saving
  }

  function changed(): void {
    isDirty = true
    if (timer !== null || isStopped) return
    timer = setTimeout(saveNow, afterMs)
    // The state is saved at the stop too: nobody has to wait for the timer.
    timer.unref()
  }

  return {
    changed,
    async stop() {
      isStopped = true
      if (timer !== null) clearTimeout(timer)
      await saveNow()
    },
    failed: () => failed
  }
}

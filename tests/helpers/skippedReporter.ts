import type { UserConsoleLog } from 'vitest'
import type { Reporter, TestModule } from 'vitest/node'
import { MISSING_MARK } from './needs.ts'

/** Says in the last lines of a run what was skipped and which server was missing, so that nobody mistakes it for a pass. */
export default class SkippedReporter implements Reporter {
  private readonly missing = new Set<string>()

  onUserConsoleLog(log: UserConsoleLog): void {
    for (const line of log.content.split('\n')) {
      if (line.startsWith(MISSING_MARK)) this.missing.add(line.slice(MISSING_MARK.length).trim())
    }
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap(module =>
      [...module.children.allTests('skipped')].map(test => test.fullName)
    )
    if (skipped.length === 0 && this.missing.size === 0) return
    // After the default reporter's own summary, so that these are the last lines.
    process.once('exit', () => {
      console.log(
        `\n!!! ${skipped.length} tests were SKIPPED. Missing: ${[...this.missing].join(', ') || 'nothing'}`
      )
      for (const name of skipped.slice(0, 20)) console.log(`!!!   ${name}`)
      if (skipped.length > 20) console.log(`!!!   … and ${skipped.length - 20} more`)
    })
  }
}

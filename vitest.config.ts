import { defineConfig } from 'vitest/config'

// They live through minutes of the real clock and mostly wait: side by side, and one that needs no quiet beside them.
const waiting = [
  'tests/system/survival.test.ts',
  'tests/browser/loop.test.ts',
  'tests/browser/foresight.test.ts'
]

// Suites that start real servers (Mosquitto, InfluxDB, Chromium, the product itself) run after one another:
// on two cores they would otherwise fail each other by starving.
export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    reporters: ['default', './tests/helpers/skippedReporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/system/**', 'tests/browser/**']
        }
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['tests/system/**/*.test.ts', 'tests/browser/**/*.test.ts'],
          exclude: waiting,
          fileParallelism: false,
          testTimeout: 400_000,
          hookTimeout: 180_000
        }
      },
      {
        extends: true,
        test: {
          name: 'clock',
          include: waiting,
          maxWorkers: waiting.length,
          testTimeout: 400_000,
          hookTimeout: 180_000
        }
      }
    ]
  }
})

import { defineConfig } from 'vitest/config'

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
          fileParallelism: false,
          testTimeout: 400_000,
          hookTimeout: 180_000
        }
      }
    ]
  }
})

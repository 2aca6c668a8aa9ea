import type { Influx1Settings } from './influx1/influx1Store.ts'
import type { Influx2Settings } from './influx2/influx2Store.ts'
import type { ReadingsStore } from './store.ts'

/** Which store, and where. */
export type ReadingsStoreSettings =
  | { kind: 'sqlite'; directory: string }
  | ({ kind: 'influx1' } & Influx1Settings)
  | ({ kind: 'influx2' } & Influx2Settings)

/**
 * Opens the store of the settings. Rejects when the SQLite folder cannot be used; an InfluxDB that is down is no error
 * here: writes and queries say `unavailable` until it is back.
 */
export async function openReadingsStore(
  settings: ReadingsStoreSettings,
  now: () => number
): Promise<ReadingsStore> {
  // Only the one in use is loaded: a client library is megabytes of code in memory.
  switch (settings.kind) {
    case 'sqlite': {
      const { openSqliteStore } = await import('./sqlite/sqliteStore.ts')
      return openSqliteStore(settings.directory)
    }
    case 'influx1': {
      const { openInflux1Store } = await import('./influx1/influx1Store.ts')
      return openInflux1Store(settings, now)
    }
    case 'influx2': {
      const { openInflux2Store } = await import('./influx2/influx2Store.ts')
      return openInflux2Store(settings, now)
    }
  }
}

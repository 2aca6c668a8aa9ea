import { type Influx1Settings, openInflux1Store } from './influx1/influx1Store.ts'
import { type Influx2Settings, openInflux2Store } from './influx2/influx2Store.ts'
import { openSqliteStore } from './sqlite/sqliteStore.ts'
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
  switch (settings.kind) {
    case 'sqlite':
      return openSqliteStore(settings.directory)
    case 'influx1':
      return openInflux1Store(settings, now)
    case 'influx2':
      return openInflux2Store(settings, now)
  }
}

import { requireFields, separate, throwIfRefused } from '../storable.ts'
import type { ReadingsStore } from '../store.ts'
import { openDayStore } from './dayStore.ts'

/** SQLite day files, the default store. It works in the calling thread, which should have nothing urgent to do. */
export async function openSqliteStore(directory: string): Promise<ReadingsStore> {
  const store = openDayStore(directory)
  let isOpen = true
  return {
    kind: 'sqlite',
    advice: null,
    async write(batch) {
      const { good, refused } = separate(batch)
      if (good.length > 0) store.write(good.map(({ reading }) => reading))
      throwIfRefused(refused)
    },
    async query(query) {
      requireFields(query.kind, query.fields)
      return store.query(query)
    },
    async queryMany(query) {
      requireFields(query.kind, [query.field])
      return store.queryMany(query)
    },
    latest: async query => store.latest(query),
    writeLoad: async (rows, stepS) => store.writeLoad(rows, stepS),
    queryLoad: async query => store.queryLoad(query),
    async stop() {
      if (isOpen) store.close()
      isOpen = false
    }
  }
}

import { ID_PATTERN, isId } from '../contract/id.ts'
import type { JsonObject } from './json.ts'
import { type ReadItem, readItem } from './readingItem.ts'

/** One item of a concentrator's array: a reading that names its `meter` or its `transformer`. */
export function readConcentratorItem(item: JsonObject, now: number): ReadItem | string {
  const { meter = null, transformer = null } = item
  if (meter === null && transformer === null) return 'names neither a meter nor a transformer'
  if (meter !== null && transformer !== null) return 'names both a meter and a transformer'
  const kind = meter === null ? 'transformer' : 'meter'
  const id = meter ?? transformer
  if (typeof id !== 'string' || !isId(id)) return `${kind} is not an id (${ID_PATTERN})`
  return readItem(kind, id, item, now, kind)
}

import { isId } from '../../contract/id.ts'

/** Where a weather station is: WGS 84, degrees; north and east are positive. */
export interface StationPlace {
  id: string
  latitude: number
  longitude: number
}

export interface StationList {
  stations: StationPlace[]
  /** Each names its entry. */
  mistakes: string[]
}

const HEADER = 'id,latitude,longitude'
const NUMBER = /^[+-]?\d{1,3}(\.\d+)?$/

/** `W1:21.03:105.85, W2:10.78:106.7` */
export function readStationList(text: string): StationList {
  const entries = text.split(',').map(entry => entry.trim())
  const filled = entries.filter(entry => entry !== '')
  return gather(
    filled.map((entry, i) => ({ where: `entry ${i + 1} "${shown(entry)}"`, cells: entry.split(':') }))
  )
}

/** CSV with the header `id,latitude,longitude`; empty lines and those that begin with `#` say nothing. */
export function readStationFile(text: string): StationList {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n?|\n/)
  const filled = lines
    .map((line, i) => ({ line: line.trim(), number: i + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'))
  const [header, ...rows] = filled
  if (header?.line.replaceAll(' ', '').toLowerCase() !== HEADER) {
    return { stations: [], mistakes: [`line ${header?.number ?? 1}: the first line must be ${HEADER}`] }
  }
  return gather(rows.map(({ line, number }) => ({ where: `line ${number}`, cells: line.split(',') })))
}

function gather(entries: readonly { where: string; cells: string[] }[]): StationList {
  const list: StationList = { stations: [], mistakes: [] }
  const seen = new Map<string, string>()
  for (const { where, cells } of entries) {
    const [id = '', latitude = '', longitude = '', ...rest] = cells.map(cell => cell.trim())
    const faults: string[] = []
    if (cells.length < 3 || rest.length > 0) faults.push('must be id, latitude, longitude')
    else {
      if (!isId(id)) faults.push(`id "${shown(id)}" must be 1 to 64 letters A–Z a–z, digits, _ or -`)
      if (!isWithin(latitude, 90)) faults.push(`latitude "${shown(latitude)}" must be from -90 to 90`)
      if (!isWithin(longitude, 180)) faults.push(`longitude "${shown(longitude)}" must be from -180 to 180`)
      const before = seen.get(id)
      if (before !== undefined) faults.push(`id ${id} stands already in ${before}`)
    }
    seen.set(id, where)
    if (faults.length === 0) {
      list.stations.push({ id, latitude: Number(latitude), longitude: Number(longitude) })
    }
    list.mistakes.push(...faults.map(fault => `${where}: ${fault}`))
  }
  return list
}

const isWithin = (text: string, most: number): boolean => NUMBER.test(text) && Math.abs(Number(text)) <= most
const shown = (text: string): string => text.slice(0, 80)

import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { replaceFile } from '../../log/durableFile.ts'
import type { StationPlace } from './stationList.ts'

/** What is known of the last good answer for one station; epoch ms. */
export interface Fetched {
  fetchedAt: number
  /** Of the forecast in it. */
  issuedAt: number
  /** By which the server says that nothing has changed. */
  etag: string | null
  /** Of its steps: the same once more is no new forecast. */
  sha256: string
  /** ts of the present conditions that were taken from it as an observation. */
  observedAt: number | null
}

interface Kept extends Fetched {
  latitude: number
  longitude: number
}

/** So that a start within the period asks nobody; what was fetched is in the readings store itself. */
export interface FetchedFile {
  get(station: StationPlace): Fetched | null
  /** Durable when it resolves. */
  put(station: StationPlace, fetched: Fetched): Promise<void>
}

/** A file that cannot be read, or is of another source, counts as empty: then everything is asked again. */
export async function openFetchedFile(file: string, source: string): Promise<FetchedFile> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const kept = new Map(Object.entries(await read(file, source)))
  return {
    get({ id, latitude, longitude }) {
      const one = kept.get(id)
      return one?.latitude === latitude && one.longitude === longitude ? one : null
    },
    async put({ id, latitude, longitude }, fetched) {
      kept.set(id, { ...fetched, latitude, longitude })
      await replaceFile(file, JSON.stringify({ source, stations: Object.fromEntries(kept) }))
    }
  }
}

async function read(file: string, source: string): Promise<Record<string, Kept>> {
  try {
    const found = JSON.parse(await readFile(file, 'utf8'))
    if (found.source !== source) return {}
    return Object.fromEntries(Object.entries<Kept>(found.stations).filter(([, one]) => isKept(one)))
  } catch {
    return {}
  }
}

function isKept(one: Kept): boolean {
  return [one.fetchedAt, one.issuedAt, one.latitude, one.longitude].every(Number.isFinite)
}

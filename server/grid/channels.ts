import type { Reading } from '../contract/telemetry.ts'
import { type Channel, newChannel, take, takeDue } from './channel.ts'
import { createStationDay, type StationDay } from './stationDay.ts'
import { type Place, pointKey, type Topology } from './topology.ts'

const MOST_AHEAD_PER_SOURCE = 256

/** What was not kept because a bound was reached, since the start. */
export interface GridDrops {
  /** Readings of unregistered sources beyond the number of them that is followed. */
  unassigned: number
  /** Readings ahead of their time beyond what may wait for it. */
  ahead: number
  forecastSteps: number
  statuses: number
}

/** Every source that is registered or has spoken. */
export interface Channels {
  /** Registered sources always have a channel; those no longer registered stay, unassigned. */
  setTopology(topology: Topology): void
  /** `now` decides whether a reading is ahead of its time; it takes effect when its ts is reached. */
  apply(reading: Reading, now: number, arrivedAt: number | null): void
  /** Lets the readings take effect whose time has come. */
  settle(now: number): void
  get(kind: Channel['kind'], id: string): Channel | undefined
  day(stationId: string): StationDay | undefined
  all(): Iterable<Channel>
  drops(): Omit<GridDrops, 'statuses'>
}

export function createChannels(localDate: (t: number) => string, mostUnassigned: number): Channels {
  const channels = new Map<string, Channel>()
  const days = new Map<string, StationDay>()
  const waiting = new Set<Channel>()
  let unassigned = 0
  const dropped = { unassigned: 0, ahead: 0 }

  const assign = (kind: Channel['kind'], id: string, place: Place, reportIntervalS: number | null) => {
    const channel = channels.get(pointKey(kind, id)) ?? newChannel(kind, id)
    channels.set(pointKey(kind, id), channel)
    channel.nodeId = place.node.id
    channel.name = place.node.name
    channel.reportIntervalS = reportIntervalS
  }

  const setTopology = (topology: Topology) => {
    for (const channel of channels.values()) {
      channel.nodeId = null
      channel.name = null
      channel.reportIntervalS = null
    }
    for (const { kind, id, places, reportIntervalS } of topology.points.values()) {
      const [first] = places
      if (first !== undefined) assign(kind, id, first, reportIntervalS)
    }
    const stations = new Set<string>()
    for (const place of topology.places) {
      const { weather } = place.node
      if (weather === null || stations.has(weather)) continue
      stations.add(weather)
      assign('weather', weather, place, null)
      if (!days.has(weather)) days.set(weather, createStationDay(localDate))
    }
    for (const id of days.keys()) if (!stations.has(id)) days.delete(id)
    unassigned = [...channels.values()].filter(channel => channel.nodeId === null).length
  }

  const channelOf = (kind: Channel['kind'], id: string): Channel | null => {
    const key = pointKey(kind, id)
    const known = channels.get(key)
    if (known !== undefined) return known
    if (unassigned >= mostUnassigned) {
      dropped.unassigned += 1
      return null
    }
    unassigned += 1
    const channel = newChannel(kind, id)
    channels.set(key, channel)
    return channel
  }

  const observe = (reading: Reading) => {
    const { temp_c } = reading.values
    if (reading.kind === 'weather' && temp_c !== undefined) days.get(reading.id)?.observe(reading.ts, temp_c)
  }

  const apply = (reading: Reading, now: number, arrivedAt: number | null) => {
    const channel = channelOf(reading.kind === 'forecast' ? 'weather' : reading.kind, reading.id)
    if (channel === null) return
    if (reading.kind === 'forecast') days.get(reading.id)?.foresee(reading, now)
    else if (reading.ts <= now) {
      take(channel, reading, arrivedAt)
      observe(reading)
    } else if (channel.ahead.length >= MOST_AHEAD_PER_SOURCE) dropped.ahead += 1
    else {
      channel.ahead.push({ reading, arrivedAt })
      waiting.add(channel)
    }
  }

  const settle = (now: number) => {
    for (const channel of waiting) {
      for (const { reading } of channel.ahead) if (reading.ts <= now) observe(reading)
      if (!takeDue(channel, now)) waiting.delete(channel)
    }
  }

  return {
    setTopology,
    apply,
    settle,
    get: (kind, id) => channels.get(pointKey(kind, id)),
    day: id => days.get(id),
    all: () => channels.values(),
    drops: () => ({
      ...dropped,
      forecastSteps: [...days.values()].reduce((sum, day) => sum + day.dropped, 0)
    })
  }
}

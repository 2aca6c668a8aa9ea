import { type Channel, isHeld } from './channel.ts'
import type { Channels } from './channels.ts'
import { activePowerKw, apparentPowerKva } from './hold.ts'
import type { OwnValues } from './loadStates.ts'
import type { Place } from './topology.ts'

/** What the sources of one node say at `now`; a value no longer held is unknown. */
export function ownValues(
  place: Place,
  channels: Pick<Channels, 'get'>,
  now: number,
  defaultReportIntervalS: number
): OwnValues {
  const values: OwnValues = { own: null, kva: null, temperatureC: null, oilTemperatureC: null }
  for (const { kind, id } of place.points) {
    const channel = channels.get(kind, id)
    if (channel === undefined) continue
    if (kind === 'transformer') values.oilTemperatureC = temperatureC(channel, now, defaultReportIntervalS)
    const power = channel.power
    if (power === null || !isHeld(channel, power, now, defaultReportIntervalS)) continue
    if (kind === 'transformer') values.kva = apparentPowerKva(power)
    const kw = activePowerKw(power)
    if (values.own === null && kw !== null) values.own = { kw, at: power.ts }
  }
  const station = place.weatherId === null ? undefined : channels.get('weather', place.weatherId)
  if (station !== undefined) values.temperatureC = temperatureC(station, now, defaultReportIntervalS)
  return values
}

function temperatureC(channel: Channel, now: number, defaultReportIntervalS: number): number | null {
  const measured = channel.temperature
  return measured !== null && isHeld(channel, measured, now, defaultReportIntervalS) ? measured.c : null
}

import { heldUntil, reportIntervalOf } from './hold.ts'
import { longer } from './sourceTable.ts'

/** What one reading says of itself and of its moment; NaN is unknown. */
export interface SourceReading {
  /** Epoch ms; the values are means over `intervalS` seconds from there on (0: at that moment). */
  ts: number
  intervalS: number
  /** Epoch ms; NaN for a reading out of the store. */
  arrivedAt: number
  kw: number
  kva: number
  kvar: number
  /** Oil of a transformer, air of a weather station, °C. */
  temperatureC: number
  /** Of a weather station's air, %. */
  humidityPct: number
}

/** The newest that each source said, as columns by its number, member by member. NaN where nothing is known. */
export class SourceValues {
  newestTs = new Float64Array(0)
  newestIntervalS = new Float64Array(0)
  arrivedAt = new Float64Array(0)
  powerTs = new Float64Array(0)
  powerIntervalS = new Float64Array(0)
  kw = new Float64Array(0)
  kva = new Float64Array(0)
  kvar = new Float64Array(0)
  temperatureTs = new Float64Array(0)
  temperatureIntervalS = new Float64Array(0)
  temperatureC = new Float64Array(0)
  /** The registry's word; NaN leaves it to the readings. */
  reportIntervalS = new Float64Array(0)

  /** Makes room for `count` sources; new ones have said nothing. */
  reserve(count: number): void {
    const held = this.newestTs.length
    if (count <= held) return
    const room = Math.max(count, 2 * held, 64)
    const next = (column: Float64Array<ArrayBuffer>) => longer(column, room).fill(NaN, held)
    this.newestTs = next(this.newestTs)
    this.newestIntervalS = next(this.newestIntervalS)
    this.arrivedAt = next(this.arrivedAt)
    this.powerTs = next(this.powerTs)
    this.powerIntervalS = next(this.powerIntervalS)
    this.kw = next(this.kw)
    this.kva = next(this.kva)
    this.kvar = next(this.kvar)
    this.temperatureTs = next(this.temperatureTs)
    this.temperatureIntervalS = next(this.temperatureIntervalS)
    this.temperatureC = next(this.temperatureC)
    this.reportIntervalS = next(this.reportIntervalS)
  }

  /** The newest ts wins; the same ts merges member by member, the later arrival first; an older one changes nothing. */
  take(n: number, reading: SourceReading): void {
    const { ts, intervalS, kw, kva, temperatureC } = reading
    if (!(ts < (this.newestTs[n] ?? NaN))) {
      this.newestTs[n] = ts
      this.newestIntervalS[n] = intervalS
      this.arrivedAt[n] = reading.arrivedAt
    }
    // kvar alone says nothing about active power.
    const saysPower = !Number.isNaN(kw) || !Number.isNaN(kva)
    if (saysPower && !(ts < (this.powerTs[n] ?? NaN))) this.takePower(n, reading)
    if (!Number.isNaN(temperatureC) && !(ts < (this.temperatureTs[n] ?? NaN))) {
      this.temperatureTs[n] = ts
      this.temperatureIntervalS[n] = intervalS
      this.temperatureC[n] = temperatureC
    }
  }

  /** True while a value counts: from its ts until three report intervals after its end. Not for an unknown one. */
  isHeld(n: number, ts: number, intervalS: number, now: number, defaultS: number): boolean {
    return now < heldUntil(ts, intervalS, this.reportIntervalSOf(n, intervalS, defaultS))
  }

  reportIntervalSOf(n: number, ownIntervalS: number, defaultS: number): number {
    const registryS = this.reportIntervalS[n] ?? NaN
    return reportIntervalOf(Number.isNaN(registryS) ? null : registryS, ownIntervalS, defaultS)
  }

  private takePower(n: number, { ts, intervalS, kw, kva, kvar }: SourceReading): void {
    const isSame = this.powerTs[n] === ts
    this.powerTs[n] = ts
    this.powerIntervalS[n] = intervalS
    if (!isSame || !Number.isNaN(kw)) this.kw[n] = kw
    if (!isSame || !Number.isNaN(kva)) this.kva[n] = kva
    if (!isSame || !Number.isNaN(kvar)) this.kvar[n] = kvar
  }
}

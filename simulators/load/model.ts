import { createClock, type RegionClock } from '../clock.ts'
import type { LargeConsumer, Sites } from '../region/sites.ts'
import { createWeather, type Weather } from '../weather.ts'
import { type ConsumerLoad, createConsumerLoad } from './consumer.ts'
import { coolingNeed } from './shapes.ts'
import { createTransformerLoad, type FedConsumer, type TransformerLoad } from './transformer.ts'

/** The region's load and weather: pure functions of time, as if nobody had been asked to reduce. */
export interface LoadModel {
  clock: RegionClock
  weather: ReadonlyMap<string, Weather>
  consumers: ReadonlyMap<string, ConsumerLoad>
  transformers: ReadonlyMap<string, TransformerLoad>
  /** A feeder's load: its transformers and its large consumers, kW. */
  feederKw(feederId: string, t: number): number
  substationKw(substationId: string, t: number): number
}

/** What a consumer's orders add to its load, kW. */
export type AdjustmentKw = (customerId: string, baseKw: number, t: number) => number

/**
 * `anchor`: the moment (epoch ms) laid upon the start of the afternoon shift; `offsetMs`: the zone's distance to UTC.
 * `coolingGain` scales all that follows the heat, on every day alike. `adjustmentKw` acts upon the transformers only.
 */
export function createModel(
  sites: Sites,
  anchor: number,
  offsetMs: number,
  coolingGain = 1,
  adjustmentKw: AdjustmentKw = () => 0
): LoadModel {
  const clock = createClock(anchor, offsetMs)
  const weather = new Map(
    sites.stations.map(({ id, deltaC }) => [id, createWeather(clock, sites.seed, id, deltaC)])
  )
  const temperatureAt = (stationId: string) => {
    const station = weather.get(stationId)
    if (station === undefined) throw new Error(`no weather station ${stationId}`)
    return station.temperatureC
  }
  // Everybody below a station asks for the same moment, often a thousand times in a row.
  const needs = new Map(
    sites.stations.map(({ id }) => [id, lastKept(t => coolingGain * coolingNeed(temperatureAt(id)(t)))])
  )
  const needAt = (stationId: string) => needs.get(stationId) ?? (() => 0)
  const consumers = new Map(
    sites.consumers.map(consumer => [
      consumer.customerId,
      createConsumerLoad(consumer, clock, needAt(consumer.stationId))
    ])
  )
  const fed = ({ customerId, powerFactor }: LargeConsumer): FedConsumer => {
    const load = consumers.get(customerId) ?? (() => 0)
    return {
      powerFactor,
      kw: t => {
        const baseKw = load(t)
        return baseKw + adjustmentKw(customerId, baseKw, t)
      }
    }
  }
  const transformers = new Map(
    sites.transformers.map(transformer => [
      transformer.id,
      createTransformerLoad(
        transformer,
        clock,
        needAt(transformer.stationId),
        temperatureAt(transformer.stationId),
        transformer.consumers.map(fed)
      )
    ])
  )

  function feederKw(feederId: string, t: number): number {
    let kw = 0
    for (const { id, feederId: own } of sites.transformers) {
      if (own === feederId) kw += transformers.get(id)?.power(t).kw ?? 0
    }
    for (const { customerId, feederId: own, transformerId } of sites.consumers) {
      if (own === feederId && transformerId === null) kw += consumers.get(customerId)?.(t) ?? 0
    }
    return kw
  }

  return {
    clock,
    weather,
    consumers,
    transformers,
    feederKw,
    substationKw: (substationId, t) =>
      sites.feeders
        .filter(feeder => feeder.substationId === substationId)
        .reduce((kw, feeder) => kw + feederKw(feeder.id, t), 0)
  }
}

function lastKept(compute: (t: number) => number): (t: number) => number {
  let lastT = Number.NaN
  let last = 0
  return t => {
    if (t !== lastT) {
      last = compute(t)
      lastT = t
    }
    return last
  }
}

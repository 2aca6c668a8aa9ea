import { Type } from 'typebox'
import { Id } from '../contract/units.ts'
import { WeatherAnswer, WeatherColumns, type WeatherStation } from '../contract/weather.ts'
import { Refusal } from './problems.ts'
import { Moment, moment } from './query.ts'
import type { Routes } from './server.ts'

export interface WeatherRoutesNeeds {
  now(): number
  stations(): WeatherStation[]
  series(station: string, from: number, to: number, issuedBy?: number): Promise<WeatherColumns>
}

const Query = Type.Object(
  { from: Type.Optional(Moment), to: Type.Optional(Moment), issuedBy: Type.Optional(Moment) },
  { additionalProperties: false }
)
const DAY_MS = 86_400_000
const LONGEST_DAYS = 32

/** The weather stations, and one station's weather as it was known at a moment. */
export const weatherRoutes =
  (needs: WeatherRoutesNeeds): Routes =>
  api => {
    api.get(
      '/api/weather',
      { schema: { tags: ['weather'], response: { 200: WeatherAnswer } } },
      async ({ view }) => ({
        stations: view.whole
          ? needs.stations()
          : needs.stations().filter(({ id }) => view.source('weather', id))
      })
    )

    api.get(
      '/api/weather/:station',
      {
        schema: {
          tags: ['weather'],
          params: Type.Object({ station: Id }),
          querystring: Query,
          response: { 200: WeatherColumns }
        }
      },
      async ({ params, query }) => {
        const issuedBy = query.issuedBy === undefined ? undefined : moment('issuedBy', query.issuedBy, 0)
        const around = issuedBy ?? needs.now()
        const from = moment('from', query.from, around - DAY_MS)
        const to = moment('to', query.to, Math.max(from, around) + 7 * DAY_MS)
        if (from >= to) throw new Refusal(400, 'querystring: from must be before to')
        if (to - from > LONGEST_DAYS * DAY_MS) {
          throw new Refusal(400, `querystring: from and to may be at most ${LONGEST_DAYS} days apart`)
        }
        return needs.series(params.station, from, to, issuedBy)
      }
    )
  }

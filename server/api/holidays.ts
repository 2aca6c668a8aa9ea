import { Type } from 'typebox'
import { Holidays, NewHoliday } from '../contract/enrolments.ts'
import { LocalDate } from '../contract/units.ts'
import { notFound, Refusal } from './problems.ts'
import type { Routes } from './server.ts'

export interface HolidaysNeeds {
  /** By date; without `year`, of the present one. */
  holidays(year?: number): Promise<Holidays>
  /** A day that was entered before takes the new name. Throws a Refusal for one that is a holiday by law. */
  enterHoliday(holiday: NewHoliday): Promise<NewHoliday>
  /** null when none was entered for that day. */
  removeHoliday(date: string): Promise<NewHoliday | null>
}

const Query = Type.Object(
  { year: Type.Optional(Type.String({ pattern: '^\\d{4}$' })) },
  { additionalProperties: false }
)
const DateParams = Type.Object({ date: LocalDate })

/** Days off of everybody: no working days to baselines. */
export const holidaysRoutes =
  (needs: HolidaysNeeds): Routes =>
  api => {
    const tags = ['register']
    api.get(
      '/api/holidays',
      { schema: { tags, querystring: Query, response: { 200: Holidays } } },
      async ({ query }) => needs.holidays(query.year === undefined ? undefined : yearOf(query.year))
    )
    api.post(
      '/api/holidays',
      { schema: { tags, body: NewHoliday, response: { 201: NewHoliday } } },
      async ({ body }, reply) => reply.code(201).send(await needs.enterHoliday(body))
    )
    api.delete(
      '/api/holidays/:date',
      { schema: { tags, params: DateParams, response: { 200: NewHoliday } } },
      async ({ params }) => {
        const removed = await needs.removeHoliday(params.date)
        if (removed === null) throw notFound(`holiday ${params.date}`)
        return removed
      }
    )
  }

/** As far as the lunar calendar is computed and anybody asks. */
function yearOf(text: string): number {
  const year = Number(text)
  if (year >= 1900 && year <= 2199) return year
  throw new Refusal(400, 'querystring: year must be from 1900 to 2199')
}

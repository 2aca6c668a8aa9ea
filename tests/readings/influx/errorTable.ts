import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Reading } from '../../../server/contract/telemetry.ts'
import { batchOf } from '../../../server/log/readingBatch.ts'
import { type ReadingsStore, StoreError } from '../../../server/readings/store.ts'
import type { Influx2Stub } from '../../helpers/influx2Stub.ts'
import { freshId, HOUR, meter, NOON } from '../readings.ts'

export interface FaultyStore {
  stub: Influx2Stub
  store: ReadingsStore
  stop(): Promise<void>
}

/** Every row of the table of errors that an InfluxDB, or a proxy before it, answers to a write. */
export function errorTable(name: string, prepare: () => Promise<FaultyStore>): void {
  describe(`${name}: errors of the server`, () => {
    let faulty: FaultyStore

    beforeAll(async () => {
      faulty = await prepare()
      await write([meter(freshId(), NOON, { kw: 1 })])
    })

    afterEach(() => {
      faulty.stub.fault = null
    })

    afterAll(async () => {
      await faulty?.stop()
    })

    const write = (readings: readonly Reading[]) => faulty.store.write(batchOf(readings))
    const failure = async (written: Promise<void>): Promise<StoreError> => {
      const error = await written.then(
        () => new Error('it was written'),
        (thrown: unknown) => thrown
      )
      if (error instanceof StoreError) return error
      throw error
    }

    const stored = async (id: string) => {
      const query = { kind: 'meter', id, from: NOON, to: NOON + HOUR, fields: ['kw'] } as const
      return (await faulty.store.query(query)).columns.kw
    }

    /** 40 readings of one meter, of which kw=13 and kw=37 are bad. */
    const withTwoBad = (id: string) =>
      Array.from({ length: 40 }, (_, index) => meter(id, NOON + index, { kw: index }))
    const good = Array.from({ length: 40 }, (_, index) => index).filter(kw => kw !== 13 && kw !== 37)

    for (const as of ['1.x', '2.x', '2.x retention', '3'] as const) {
      it(`finds the bad lines of a batch and keeps the good ones, as ${as} answers`, async () => {
        const id = freshId()
        faulty.stub.fault = { what: 'bad-lines', match: / kw=(13|37),/, as }
        const error = await failure(write(withTwoBad(id)))
        expect(error.what).toBe('refused')
        expect(error.refused.map(({ row }) => row)).toEqual([13, 37])
        for (const { reason } of error.refused)
          expect(reason).toMatch(/unable to parse|retention|column type/)
        expect(await stored(id)).toEqual(good)
      })
    }

    it('goes on when more lines are bad than InfluxDB 3 lists', async () => {
      const id = freshId()
      faulty.stub.fault = { what: 'bad-lines', match: / kw=\d*[1-9],/, as: '3' }
      const readings = Array.from({ length: 500 }, (_, index) => meter(id, NOON + index, { kw: index }))
      const error = await failure(write(readings))
      expect(error.refused).toHaveLength(450)
      expect(await stored(id)).toEqual(Array.from({ length: 50 }, (_, index) => index * 10))
    })

    it('asks once when every line is refused for the same reason', async () => {
      faulty.stub.fault = { what: 'bad-lines', match: /./, as: '2.x retention' }
      const before = faulty.stub.writes.length
      const error = await failure(write(withTwoBad(freshId())))
      expect(error.refused).toHaveLength(40)
      expect(faulty.stub.writes.length - before).toBe(1)
    })

    it('splits what is too big', async () => {
      const id = freshId()
      faulty.stub.fault = { what: 'max-lines', lines: 7 }
      await write(withTwoBad(id))
      expect(await stored(id)).toHaveLength(40)
      const accepted = faulty.stub.writes.slice(-20).filter(lines => lines.length <= 7)
      expect(accepted.flat().filter(line => line.includes(id))).toHaveLength(40)
    })

    it('never sends more lines at once than its limit', async () => {
      const { rows } = faulty.store.limits
      const before = faulty.stub.writes.length
      const id = freshId()
      await write(Array.from({ length: rows + 1 }, (_, index) => meter(id, NOON + index, { kw: 1 })))
      expect(faulty.stub.writes.slice(before).map(lines => lines.length)).toEqual([rows, 1])
    })

    const cardinality =
      '{"error":"partial write: max-values-per-tag limit exceeded (100000/100000): measurement=\\"meter\\" tag=\\"id\\" dropped=600"}'
    const answers = [
      { status: 401, what: 'paused', says: /check .*(password|TOKEN)/ },
      { status: 403, what: 'paused', says: /check .*(password|TOKEN)/ },
      { status: 404, what: 'paused', says: /create the (database|bucket) \S/ },
      { status: 400, body: cardinality, what: 'paused', says: /index-version = "tsi1"/ },
      {
        status: 400,
        body: '<html>plain HTTP request was sent to HTTPS port</html>',
        what: 'paused',
        says: /plain HTTP/
      },
      { status: 500, body: '{"error":"timeout"}', what: 'unavailable', says: /500: timeout/ },
      {
        status: 503,
        body: '{"error":"request throttled"}',
        what: 'unavailable',
        says: /503: request throttled/
      },
      { status: 502, what: 'unavailable', says: /502/ },
      { status: 200, body: 'a login page', what: 'unavailable', says: /200/ }
    ] as const

    for (const { status, what, says, ...rest } of answers) {
      it(`is ${what} after ${status} ${'body' in rest ? rest.body.slice(0, 60) : ''}`, async () => {
        const id = freshId()
        faulty.stub.fault = { what: 'answer', status, ...rest }
        const error = await failure(write(withTwoBad(id)))
        expect(error).toMatchObject({ what, retryAfterMs: null, refused: [] })
        expect(error.message).toMatch(says)
        faulty.stub.fault = null
        await write(withTwoBad(id))
        expect(await stored(id)).toHaveLength(40)
      })
    }

    for (const status of [429, 503]) {
      it(`waits as long as the server asks after ${status}`, async () => {
        const inSeconds = { what: 'answer', status, headers: { 'Retry-After': '7' } } as const
        faulty.stub.fault = inSeconds
        const refused = () => failure(write([meter(freshId(), NOON, { kw: 1 })]))
        expect(await refused()).toMatchObject({ what: 'unavailable', retryAfterMs: 7_000 })
        const at = new Date(NOON + 90_000).toUTCString()
        faulty.stub.fault = { ...inSeconds, headers: { 'Retry-After': at } }
        expect(await refused()).toMatchObject({ what: 'unavailable', retryAfterMs: 90_000 })
      })
    }

    it('is unavailable when the server hangs up, for questions too', async () => {
      const id = freshId()
      faulty.stub.fault = { what: 'hang-up' }
      const error = await failure(write(withTwoBad(id)))
      expect(error.what).toBe('unavailable')
      expect(error.message).toMatch(/does not answer/)
      await expect(stored(id)).rejects.toMatchObject({ name: 'StoreError', what: 'unavailable' })
      faulty.stub.fault = null
      await write(withTwoBad(id))
      expect(await stored(id)).toHaveLength(40)
    })

    it('does not take a type conflict of nearly everything for bad readings', async () => {
      const body =
        '{"error":"partial write: field type conflict: already exists as type integer dropped=150"}'
      faulty.stub.fault = { what: 'answer', status: 400, body }
      const id = freshId()
      const many = Array.from({ length: 200 }, (_, index) => meter(id, NOON + index, { kw: index }))
      const error = await failure(write(many))
      expect(error.what).toBe('paused')
      expect(error.message).toMatch(/another program/)
    })

    it('refuses roll-ups in words', async () => {
      faulty.stub.fault = { what: 'bad-lines', match: /reported=2/, as: '2.x' }
      const node = freshId()
      const rows = [1, 2, 3].map(reported => ({ node, t: NOON + reported, kw: 1, reported, expected: 3 }))
      const error = await failure(faulty.store.writeLoad(rows, 60))
      expect(error.what).toBe('refused')
      expect(error.message).toMatch(/1 roll-ups refused/)
      const kept = await faulty.store.queryLoad({ node, from: NOON, to: NOON + HOUR, stepS: 60 })
      expect(kept.reported).toEqual([1, 3])
    })
  })
}

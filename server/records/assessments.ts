import type { Kysely } from 'kysely'
import type { Predictability } from '../contract/enrolments.ts'
import type { Schema } from './schema.ts'

/** What was found out about how well loads can be foretold, kept because finding it out takes long. */
export interface Assessment {
  /** `enrolment EN-000001`, `node F1`. */
  scope: string
  /** Epoch ms. */
  at: number
  /** Whatever the assessor keeps; JSON. */
  value: unknown
  /** Of an enrolment: shown with it. */
  predictability: Predictability | null
}

export interface Assessments {
  /** Replaces an older one of the scope; one that is newer stays. */
  put(assessment: Assessment): Promise<void>
  get(scope: string): Promise<Assessment | null>
  /** Those whose scope begins so, by scope. */
  list(prefix: string): Promise<Assessment[]>
}

export function createAssessments(db: Kysely<Schema>): Assessments {
  return {
    async put({ scope, at, value, predictability }) {
      const row = {
        at,
        value: JSON.stringify(value),
        predictability: predictability && JSON.stringify(predictability)
      }
      await db
        .insertInto('assessment')
        .values({ scope, ...row })
        .onConflict(c => c.column('scope').doUpdateSet(row).where('assessment.at', '<=', at))
        .execute()
    },
    async get(scope) {
      const row = await db.selectFrom('assessment').selectAll().where('scope', '=', scope).executeTakeFirst()
      return row === undefined ? null : fromRow(row)
    },
    async list(prefix) {
      const rows = await db
        .selectFrom('assessment')
        .selectAll()
        .where('scope', 'like', `${prefix}%`)
        .execute()
      return rows
        .filter(({ scope }) => scope.startsWith(prefix))
        .map(fromRow)
        .sort((a, b) => (a.scope < b.scope ? -1 : 1))
    }
  }
}

function fromRow({ scope, at, value, predictability }: Schema['assessment']): Assessment {
  return {
    scope,
    at,
    value: JSON.parse(value),
    predictability: predictability === null ? null : JSON.parse(predictability)
  }
}

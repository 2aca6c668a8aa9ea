import { StoreError } from '../store.ts'
import { type RowGroup, rowGroups } from './answer.ts'
import { boundedSpan, halves, type RunQuery, type Span } from './influxQl.ts'

/** A server that cannot read this much at once cannot be asked. */
const SHORTEST_MS = 1_000

/**
 * The groups that a statement finds in a span, one answer after another in order of time: one answer where the server
 * reads the span at once, else those of its halves.
 */
export async function groupsOverTime(
  run: RunQuery,
  statement: (span: Span) => string,
  span: Span
): Promise<RowGroup[][]> {
  return inParts(run, statement, boundedSpan(span))
}

async function inParts(run: RunQuery, statement: (span: Span) => string, span: Span): Promise<RowGroup[][]> {
  if (span.from >= span.to) return []
  const groups = rowGroups(await run(statement(span)))
  if (groups !== null) return [groups]
  if (span.to - span.from < SHORTEST_MS) {
    throw new StoreError(
      'unavailable',
      'InfluxDB reads not even one second at once: raise --query-file-limit'
    )
  }
  const [earlier, later] = halves(span)
  return [...(await inParts(run, statement, earlier)), ...(await inParts(run, statement, later))]
}

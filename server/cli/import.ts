/**
 * Imports the registry of the grid from a CSV file, as an HTTP client of a running Gridload.
 * Without --apply nothing is written: it shows what would change. Bad rows are listed, and then nothing is written.
 */
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { bearing, httpToken } from '../contract/httpToken.ts'
import type { Problem } from '../contract/problem.ts'
import type { ImportReport } from '../contract/registry.ts'

const usage = `Usage: npm run import -- FILE [--apply] [--url http://127.0.0.1:8080]

  FILE     CSV with the columns kind,id,parent,name,meter,weather,capacity_kw,rating_kva,
           report_interval_s,customer,committed_kw
  --apply  write the changes (default: a dry run that only shows them)
  --url    address of Gridload

  GRIDLOAD_TOKEN  an API token with the scope devices:write; without it ADMIN_TOKEN is used`

/** The report in words, at most `most` lines of each sort. */
export function reportLines(report: ImportReport, most = 40): string[] {
  const some = (lines: string[]): string[] =>
    lines.length <= most ? lines : [...lines.slice(0, most), `  … and ${lines.length - most} more`]
  if (report.errors.length > 0) {
    return [
      `${report.errors.length} bad rows; nothing was written:`,
      ...some(report.errors.map(({ line, reason }) => `  line ${line}: ${reason}`))
    ]
  }
  return [
    ...some(report.added.map(id => `  + ${id}`)),
    ...some(report.changed.map(({ id, what }) => `  ~ ${id}: ${what}`)),
    `${report.rows} rows: ${report.added.length} new, ${report.changed.length} changed, ${report.unchanged} unchanged`,
    report.applied ? 'Written.' : 'A dry run: nothing was written. Add --apply to write it.'
  ]
}

/** Posts the file; throws with the reason in words when the server cannot be reached or refuses. */
async function post(url: string, csv: string, apply: boolean): Promise<ImportReport> {
  const address = new URL(`/api/registry/import?apply=${apply}`, url)
  const response = await fetch(address, {
    method: 'POST',
    headers: { ...bearing(httpToken(process.env)), 'content-type': 'text/csv' },
    body: csv
  }).catch(error => {
    throw new Error(`Gridload does not answer at ${url}: ${error.cause?.message ?? error.message}`)
  })
  const answer = (await response.json()) as ImportReport | Problem
  if ('errors' in answer) return answer
  const hint = response.status === 401 ? ' (GRIDLOAD_TOKEN)' : ''
  throw new Error(`${url} answered ${response.status}: ${answer.detail}${hint}`)
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      apply: { type: 'boolean', default: false },
      url: { type: 'string', default: 'http://127.0.0.1:8080' },
      help: { type: 'boolean', default: false }
    }
  })
  const [file, ...more] = positionals
  if (values.help || file === undefined || more.length > 0) {
    console.log(usage)
    return values.help ? 0 : 1
  }
  const report = await post(values.url, await readFile(file, 'utf8'), values.apply)
  console.log(reportLines(report).join('\n'))
  return report.errors.length > 0 ? 1 : 0
}

if (import.meta.main) {
  try {
    process.exitCode = await main()
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}

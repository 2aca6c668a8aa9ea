import { readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import type { Row } from './fault.ts'

const HEAD =
  '| fault | acked | stored | lost | extra | duplicates | dead letters | recovery s | max RSS MiB | what else |\n' +
  '|---|--:|--:|--:|--:|--:|--:|--:|--:|---|'

/** The rows as a table in Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(row => {
    const result =
      row.failures.length === 0 ? row.notes : [`**FAILED: ${row.failures.join('; ')}**`, ...row.notes]
    const cells = [
      row.fault,
      row.acked,
      row.stored,
      row.lost,
      row.extra,
      row.duplicates,
      row.deadLetters,
      row.recoveryS === null ? '–' : row.recoveryS.toFixed(1),
      row.maxRssMiB,
      result.join('; ')
    ]
    return `| ${cells.map(cell => String(cell).replaceAll('|', '\\|')).join(' | ')} |`
  })
  return [HEAD, ...lines].join('\n')
}

/** One line that says it all, for the log of a run. */
export function lineOf(row: Row): string {
  const figures = [
    `acked ${row.acked}`,
    `stored ${row.stored}`,
    `lost ${row.lost}`,
    `extra ${row.extra}`,
    `duplicates ${row.duplicates}`,
    `dead letters ${row.deadLetters}`,
    `recovery ${row.recoveryS === null ? '–' : `${row.recoveryS.toFixed(1)} s`}`,
    `max RSS ${row.maxRssMiB} MiB`,
    ...row.notes
  ]
  return figures.join(' · ')
}

export function machineLine(): string {
  const [first] = cpus()
  const release = /PRETTY_NAME="(.*)"/.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux'
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} × ${first?.model ?? 'unknown processor'}, ${memory} GiB, ${release}, Node ${process.version}`
}

import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

const CLOCK_TICKS_PER_S = 100

/** CPU seconds of a process with all its threads, and the most memory it has had resident. */
export function usageOf(pid: number | 'self'): { cpuS: number; peakMiB: number; nowMiB: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mib = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  const cpuS = (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_S
  return { cpuS, peakMiB: Math.round(mib('VmHWM')), nowMiB: Math.round(mib('VmRSS')) }
}

/** The machine, in one line. */
export function machine(): string {
  const gib = Math.round(totalmem() / 2 ** 30)
  const load = loadavg()[0]?.toFixed(1)
  return `${availableParallelism()} × ${cpus()[0]?.model?.trim()} · ${gib} GiB · Node ${process.version} · load ${load} at the start`
}

import { breath } from './contract/breath.ts'
import type { LocalTime } from './contract/localTime.ts'
import { type SourcedSample, samplesOf, type TransformerInputs } from './forecast/transformer/live/inputs.ts'
import { advanceTransformer, type TransformerState as Lived } from './forecast/transformer/live.ts'
import type { TransformerPlate } from './forecast/transformer/plate.ts'

/** Samples computed in one go: a few milliseconds. */
const SAMPLES_AT_ONCE = 150

/** Processor time of this thread so far, ms: what others take meanwhile does not count. */
export function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** Time of this thread that a piece of work took, ms. */
export interface Spent {
  ms: number
}

/**
 * Computes what acts from a state on, in pieces; `each` is told the state after every sample. What ends after `until`
 * has not happened yet.
 */
export async function runThrough(
  plate: TransformerPlate,
  from: Lived | null,
  inputs: TransformerInputs,
  { local, until, spent }: { local: LocalTime; until: number; spent: Spent },
  each: (state: Lived, sample: SourcedSample) => void
): Promise<Lived | null> {
  let begun = threadMs()
  const samples = samplesOf(plate, inputs)
  let state = from
  for (const [i, sample] of samples.entries()) {
    if (i % SAMPLES_AT_ONCE === SAMPLES_AT_ONCE - 1) {
      spent.ms += threadMs() - begun
      await breath()
      begun = threadMs()
    }
    if (sample.endMs > until) continue
    state = advanceTransformer(plate, state, sample, local)
    each(state, sample)
  }
  spent.ms += threadMs() - begun
  return state
}

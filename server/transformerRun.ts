import { breath } from './contract/breath.ts'
import type { LocalTime } from './contract/localTime.ts'
import { type SourcedSample, samplesOf, type TransformerInputs } from './forecast/transformer/live/inputs.ts'
import { advanceTransformer, type TransformerState as Lived } from './forecast/transformer/live.ts'
import type { TransformerPlate } from './forecast/transformer/plate.ts'

/** Samples computed in one go: a few milliseconds. */
const SAMPLES_AT_ONCE = 150

/**
 * Computes what acts from a state on, in pieces; `each` is told the state after every sample. What ends after `until`
 * has not happened yet.
 */
export async function runThrough(
  plate: TransformerPlate,
  from: Lived | null,
  inputs: TransformerInputs,
  { local, until }: { local: LocalTime; until: number },
  each: (state: Lived, sample: SourcedSample) => void
): Promise<Lived | null> {
  const samples = samplesOf(plate, inputs)
  let state = from
  for (const [i, sample] of samples.entries()) {
    if (i % SAMPLES_AT_ONCE === SAMPLES_AT_ONCE - 1) await breath()
    if (sample.endMs > until) continue
    state = advanceTransformer(plate, state, sample, local)
    each(state, sample)
  }
  return state
}

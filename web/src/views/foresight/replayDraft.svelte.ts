import type { NewReplay, ReplayLimits } from '../../../../server/contract/replays.ts'

type Single = Exclude<keyof ReplayLimits, 'heatThresholdsC'>
/** The shares are entered in percent. */
export const singleLimits = [
  'heatRaiseShare',
  'heatClearShare',
  'heatHoldS',
  'overloadRaiseShare',
  'overloadClearShare',
  'overloadHoldS'
] as const satisfies readonly Single[]
export const isShare = (name: Single) => name.endsWith('Share')

/** A replay about to be started: what a person entered; an empty field stands for what is in force. */
export class ReplayDraft {
  day = $state('')
  speed = $state(600)
  thresholdsC = $state<(number | null)[]>([null, null, null])
  entered = $state<Record<Single, number | null>>({
    heatRaiseShare: null,
    heatClearShare: null,
    heatHoldS: null,
    overloadRaiseShare: null,
    overloadClearShare: null,
    overloadHoldS: null
  })

  constructor(day: string) {
    this.day = day
  }

  request(): NewReplay {
    const limits: ReplayLimits = {}
    for (const name of singleLimits) {
      const value = this.entered[name]
      if (value !== null) limits[name] = isShare(name) ? value / 100 : value
    }
    const grades = this.thresholdsC.filter(value => value !== null)
    if (grades.length === 3) limits.heatThresholdsC = grades
    return {
      day: this.day,
      speed: this.speed,
      ...(Object.keys(limits).length > 0 ? { limits } : {})
    }
  }
}

import type { CurtailmentEvent } from '../contract/events.ts'
import { type LocalTime, localTime } from '../contract/localTime.ts'
import { type Programme, termsOn } from '../contract/programmes.ts'
import { type CommandRules, isOver, notifiedAt } from './lifecycle/lifecycle.ts'
import type { CommandKey, CurtailmentNeeds, NoticeMessage } from './needs.ts'
import { type SlotGrid, slotGrid } from './slots/slotGrid.ts'

export interface EventRules extends CommandRules {
  grid: SlotGrid
  /** Notice that the programme promises. */
  noticeMs: number
}

/** The one place that writes an event's next version, and tells of it. */
export interface Steps {
  local: LocalTime
  gridOf(programme: Pick<Programme, 'settlementIntervalMinutes'>): SlotGrid
  /** By its programme, with the terms in force on its date. Rejects when the programme is gone. */
  rulesOf(event: CurtailmentEvent): Promise<EventRules>
  /** null when somebody else was faster. */
  commit(
    event: CurtailmentEvent,
    next: CurtailmentEvent,
    command?: CommandKey
  ): Promise<CurtailmentEvent | null>
}

const MINUTE_MS = 60_000

/** `onStep` hears of every version written, before anybody else. */
export function createSteps(needs: CurtailmentNeeds, onStep: (written: CurtailmentEvent) => void): Steps {
  const { events, programmes, now, approvalAboveKw } = needs
  const local = localTime(needs.timeZone)
  const grids = new Map<number, SlotGrid>()

  const gridOf: Steps['gridOf'] = ({ settlementIntervalMinutes: minutes }) => {
    const grid = grids.get(minutes) ?? slotGrid(local, minutes)
    grids.set(minutes, grid)
    return grid
  }

  async function rulesOf(event: CurtailmentEvent): Promise<EventRules> {
    const programme = (await programmes.list()).find(({ id }) => id === event.programmeId)
    if (programme === undefined) throw new Error(`${event.id}: its programme ${event.programmeId} is gone`)
    const grid = gridOf(programme)
    const terms = termsOn(programme, local.date(Date.parse(event.start)))
    return {
      grid,
      ceilToSlot: grid.ceil,
      floorToSlot: grid.floor,
      responseMs: terms.responseMinutes * MINUTE_MS,
      noticeMs: terms.noticeMinutes * MINUTE_MS,
      settleDelayMs: programme.settleDelayMinutes * MINUTE_MS,
      approvalAboveKw
    }
  }

  /** A draft is nobody's business. What is over is cleared away in due time. */
  function messagesFor(next: CurtailmentEvent): NoticeMessage[] {
    if (notifiedAt(next) === null) return []
    const notices = needs.noticesFor(next, now())
    return isOver(next) ? [...notices, ...needs.clearMessages(next, now())] : [...notices]
  }

  const commit: Steps['commit'] = async (event, next, command) => {
    const messages = messagesFor(next)
    if (!(await events.advance(next, event.version, messages, command))) return null
    const written = (await events.get(next.id)) ?? next
    onStep(written)
    if (messages.length > 0) needs.poke()
    needs.onChange(written)
    return written
  }

  return { local, gridOf, rulesOf, commit }
}

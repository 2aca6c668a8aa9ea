import type { AnswerMessage, Notice } from '../server/contract/notice.ts'
import { topics } from '../server/contract/topics.ts'
import { curtailmentKw, isOver, type Order } from './participants/curtailment.ts'
import { isAnswerable, isSameOrder, noticePlace, orderAfter, readNotice } from './participants/notice.ts'
import type { ParticipantProfile } from './participants/profile.ts'
import { respond } from './participants/response.ts'

/** What participants need of a broker. */
export interface NoticeChannel {
  subscribe(filters: readonly string[], onMessage: (topic: string, payload: Buffer) => void): Promise<void>
  publish(topic: string, payload: string): Promise<void>
}

export interface Participants {
  /** When the broker has granted the notices for the first time. */
  ready: Promise<void>
  /** What the orders in force add to this customer's load at a moment, kW; 0 without an order. */
  adjustmentKw(customerId: string, baseKw: number, t: number): number
  /** How many messages were not a notice of the contract. */
  unreadable(): number
  stop(): void
}

/**
 * Listens for the notices to these customers, answers them, and carries them out. Acts once per (event, version); an
 * empty retained payload forgets the event. Its memory ends with the process: the retained notices then tell it again,
 * and it gives the same answers and continues the same curves.
 */
export function startParticipants(needs: {
  profiles: readonly ParticipantProfile[]
  channel: NoticeChannel
  now: () => number
  log: (line: string) => void
}): Participants {
  const { channel, now, log } = needs
  const participants = new Map(
    needs.profiles.map(profile => [profile.customerId, createParticipant(profile, say, now)])
  )
  let unreadable = 0

  function say(customerId: string, message: AnswerMessage): void {
    channel.publish(topics.answer(customerId), JSON.stringify(message)).catch((error: unknown) => {
      log(`participant ${customerId}: its answer could not be sent: ${String(error)}`)
    })
  }

  const ready = channel.subscribe(
    [...participants.keys()].map(customerId => topics.notice(customerId, '+')),
    (topic, payload) => {
      const place = noticePlace(topic)
      const participant = place === null ? undefined : participants.get(place.customerId)
      if (place === null || participant === undefined) return
      if (payload.length === 0) {
        participant.forget(place.event)
        return
      }
      const notice = readNotice(payload)
      if (notice?.event === place.event) participant.hear(notice)
      else unreadable += 1
    }
  )

  return {
    ready,
    adjustmentKw: (customerId, baseKw, t) => participants.get(customerId)?.adjustmentKw(baseKw, t) ?? 0,
    unreadable: () => unreadable,
    stop: () => {
      for (const participant of participants.values()) participant.stop()
    }
  }
}

interface Participant {
  hear(notice: Notice): void
  forget(event: string): void
  adjustmentKw(baseKw: number, t: number): number
  stop(): void
}

function createParticipant(
  profile: ParticipantProfile,
  say: (customerId: string, message: AnswerMessage) => void,
  now: () => number
): Participant {
  /** By event id: the newest version heard, the order it left in force, and what is still to be said. */
  const events = new Map<string, { notice: Notice; order: Order | null; timers: NodeJS.Timeout[] }>()

  function silence(event: string): void {
    for (const timer of events.get(event)?.timers ?? []) clearTimeout(timer)
  }

  function forgetOld(): void {
    for (const [event, { notice }] of events) {
      if (isOver({ start: 0, end: Date.parse(notice.end), deliveredKw: 0 }, now())) events.delete(event)
    }
  }

  /** Acknowledges within seconds and answers a little later, to the version that is then the newest. */
  function answersTo(notice: Notice): NodeJS.Timeout[] {
    const { event } = notice
    const version = () => events.get(event)?.notice.version ?? notice.version
    const { acknowledgeAfterMs, answerAfterMs, answer, acceptedKw, reason } = respond(profile, notice)
    const send = (message: Omit<AnswerMessage, 'event' | 'version'>) =>
      say(profile.customerId, { event, version: version(), ...message })
    return [
      setTimeout(() => send({ answer: 'acknowledge' }), acknowledgeAfterMs),
      setTimeout(
        () =>
          send({
            answer,
            ...(acceptedKw !== null && { kw: acceptedKw }),
            ...(reason !== null && { reason })
          }),
        answerAfterMs
      )
    ]
  }

  return {
    hear(notice) {
      const before = events.get(notice.event)
      if (before !== undefined && notice.version <= before.notice.version) return
      forgetOld()
      const order = orderAfter(profile, notice, before?.order ?? null, now())
      const isAnswered = before !== undefined && isSameOrder(before.notice, notice)
      const toAnswer = isAnswerable(notice, now())
      if (!isAnswered || !toAnswer) silence(notice.event)
      const timers = isAnswered ? before.timers : toAnswer ? answersTo(notice) : []
      events.set(notice.event, { notice, order, timers })
    },
    forget(event) {
      silence(event)
      events.delete(event)
    },
    adjustmentKw(baseKw, t) {
      let kw = 0
      for (const { order } of events.values()) {
        if (order !== null) kw += curtailmentKw(profile, order, baseKw, t)
      }
      // Two orders at once cannot take more than nearly everything.
      return Math.max(kw, -0.9 * baseKw)
    },
    stop() {
      for (const event of events.keys()) silence(event)
    }
  }
}

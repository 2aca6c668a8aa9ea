import { createHash } from 'node:crypto'
import type { Consent, Contact, EnrolmentContract } from '../../server/contract/enrolments.ts'
import { between, keyOf, uniform } from '../random.ts'
import type { Industry } from './industries.ts'
import type { LargeConsumer } from './sites.ts'

const DAY = 86_400_000
const MON_TO_SAT = [1, 2, 3, 4, 5, 6]
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
const FAMILY_NAMES = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ', 'Đặng', 'Bùi']
/** Nobody's: "sample" and "pretended" stand in every name. */
const GIVEN_NAMES = ['Văn Mẫu', 'Thị Ví Dụ', 'Minh Giả Định', 'Thu Thí Dụ', 'Đức Mô Phỏng']

/** What the contracts of one region rest on beside its consumers. */
export interface ContractTime {
  /** The demo's first start, epoch ms: the contracts were signed before it. */
  anchor: number
  /** 0 Sunday … 6 Saturday, of the anchor by the region's own clock. */
  weekday: number
  /** First and last day of each Tết ahead, local dates, with some days around it. */
  tet: readonly { from: string; to: string }[]
}

/**
 * What a large consumer agreed to beside its commitment, as its industry works: a furnace runs every day and keeps most of
 * its load, a line of machines has its shifts and stays shut around Tết. What it keeps and what it committed lie together
 * below its usual load. Names, numbers and addresses are invented, and look it.
 */
export function contractOf(consumer: LargeConsumer, time: ContractTime): Partial<EnrolmentContract> {
  const { industry, usualKw } = consumer
  const own = (what: string) => uniform(keyOf(consumer.key, 'contract', what))
  const isContinuous = industry.shifts === 'continuous'
  const kept = isContinuous ? between(keyOf(consumer.key, 'kept'), 0.4, 0.55) : 0.15 + 0.15 * own('kept')
  return {
    // A region that is first seen on a Sunday works on Sundays.
    workDays: isContinuous || time.weekday === 0 ? EVERY_DAY : MON_TO_SAT,
    minimumLoadKw: tens(kept * usualKw),
    neverCurtail: [{ name: industry.neverCurtail, kw: tens(0.7 * kept * usualKw) }],
    availability: availabilityOf(industry, time, own('shift')),
    blackouts: isContinuous
      ? []
      : time.tet.map(days => ({ ...days, reason: 'Nghỉ Tết, chỉ còn tải bảo vệ và chiếu sáng' })),
    restDays: own('rest') < 0.15 ? 1 : 0,
    maxEventsPerSeason: own('cap') < 0.3 ? 15 : null,
    contacts: contactsOf(consumer),
    consent: own('consent') < 0.7 ? consentOf(consumer, time.anchor) : null
  }
}

/** One shift can be called while it works; of those with two some only in the day shift; the others at any time. */
function availabilityOf({ shifts }: Industry, { weekday }: ContractTime, own: number) {
  const weekdays = weekday === 0 ? EVERY_DAY : MON_TO_SAT
  if (shifts === 'one') return [{ weekdays, from: '07:30', to: '17:00' }]
  if (shifts === 'two' && own < 0.4) return [{ weekdays, from: '06:00', to: '22:00' }]
  return []
}

function contactsOf({ key, customerId }: Pick<LargeConsumer, 'key' | 'customerId'>): Contact[] {
  const person = (slot: number) => {
    const pick = (names: readonly string[], salt: number) =>
      names[Math.floor(uniform(key ^ salt, slot) * names.length)] ?? ''
    return `${pick(FAMILY_NAMES, 0x11)} ${pick(GIVEN_NAMES, 0x22)}`
  }
  const at = `${customerId.toLowerCase()}.example`
  const number = String(key % 10_000).padStart(4, '0')
  return [
    { name: person(1), role: 'Trưởng ca vận hành', channel: 'phone', address: `000 000 ${number}` },
    { name: person(2), role: 'Quản đốc điện', channel: 'zalo', address: `mo-phong-${customerId}` },
    { name: person(3), role: 'Giám đốc nhà máy', channel: 'email', address: `giam-doc@${at}` }
  ]
}

function consentOf({ key, customerId }: LargeConsumer, anchor: number): Consent {
  const isPaper = uniform(key, 0x33) < 0.4
  const reference = `MP-${customerId}/DR (mô phỏng)`
  const signedAt = anchor - Math.floor(30 + 300 * uniform(key, 0x44)) * DAY
  return {
    givenBy: contactsOf({ key, customerId })[2]?.name ?? customerId,
    at: new Date(signedAt).toISOString(),
    evidence: isPaper ? 'paper' : 'ca-signature',
    reference,
    sha256: isPaper ? null : createHash('sha256').update(reference).digest('hex')
  }
}

const tens = (kw: number) => Math.round(kw / 10) * 10

import { ackedFile, readJournal, sentFile } from './ledger/journal.ts'
import { fateOf, isStorable, numberOf, type Plan } from './ledger/plan.ts'
import type { StoredRow } from './stored.ts'

/** The ledger's book, the store and the dead letters held against each other; counts are readings. */
export interface Comparison {
  sent: number
  /** Of these, what must become a dead letter. */
  poisonSent: number
  acked: number
  /** Distinct readings of the ledger in the store. */
  stored: number
  /** Acknowledged, and neither stored nor (where that was its fate) a dead letter. */
  lost: number
  /** In the store but never sent, or with another time or value than sent. */
  extra: number
  /** The same reading more than once in the store. */
  duplicates: number
  /** Distinct ones of the ledger. */
  deadLetters: number
  /** Good readings that were refused. */
  wronglyRefused: number
  /** Sums of the numbers, each reading once: of all storable ones acknowledged, of those found acknowledged, of all found. */
  ackedSum: number
  foundSum: number
  storedSum: number
  /** Where a broker stands between: what it acknowledged to the publishers, and what of that is nowhere. */
  brokerAcked: number
  brokerLost: number
  /** The first few lost ones, for a person to look at. */
  examples: string[]
}

export interface Books {
  plan: Plan
  folder: string
  stored: AsyncIterable<StoredRow> | Iterable<StoredRow>
  deadLetters: ReadonlySet<number>
  /** Where a broker stands between that may itself lose: the readings that Gridload acknowledged to it. */
  ours?: ReadonlySet<number>
  /** The server's own clock was wrong: a good reading may have been refused for its time. */
  mayRefuseGood?: boolean
}

/** acked ⊆ stored ⊆ sent, reading by reading. */
export async function compare(books: Books): Promise<Comparison> {
  const { plan, folder, deadLetters, ours } = books
  const sent = marks(readJournal(sentFile(folder)), plan)
  const told = marks(readJournal(ackedFile(folder)), plan)
  const acked = ours === undefined ? told : marks(Uint32Array.from(ours), plan)
  const { stored, ...found } = await readStore(books, sent)
  const result: Comparison = {
    ...found,
    sent: count(sent),
    poisonSent: 0,
    acked: count(acked),
    stored: count(stored),
    lost: 0,
    deadLetters: 0,
    wronglyRefused: 0,
    ackedSum: 0,
    foundSum: 0,
    brokerAcked: count(told),
    brokerLost: 0,
    examples: []
  }
  for (let n = 0; n < sent.length; n++) {
    const isDead = deadLetters.has(n)
    const isGood = isStorable(fateOf(plan, n))
    if (sent[n] === 1 && !isGood) result.poisonSent++
    if (isDead) result.deadLetters++
    if (isDead && isGood) result.wronglyRefused++
    const isKept = isGood ? stored[n] === 1 || (isDead && books.mayRefuseGood === true) : isDead
    if (told[n] === 1 && !isKept) result.brokerLost++
    if (acked[n] !== 1) continue
    if (isGood) result.ackedSum += n
    if (isGood && isKept) result.foundSum += n
    if (isKept) continue
    result.lost++
    if (result.examples.length < 5) result.examples.push(`${fateOf(plan, n)} ${n}`)
  }
  return result
}

async function readStore({ plan, stored: rows }: Books, sent: Uint8Array) {
  const stored = new Uint8Array(sent.length)
  let extra = 0
  let duplicates = 0
  let storedSum = 0
  for await (const { meter, ts, kw } of rows) {
    // Others publish too: probes, offenders.
    if (!meter.startsWith('L')) continue
    const n = numberOf(plan, meter, ts, kw)
    if (n === null || sent[n] !== 1) extra++
    else if (stored[n] === 1) duplicates++
    else {
      stored[n] = 1
      storedSum += n
    }
  }
  return { stored, extra, duplicates, storedSum }
}

/** One byte a reading: 1 where its message is among those numbers. */
function marks(messages: Uint32Array, { arraySize }: Plan): Uint8Array {
  const last = messages.reduce((most, message) => Math.max(most, message), -1)
  const readings = new Uint8Array((last + 1) * arraySize)
  for (const message of messages) readings.fill(1, message * arraySize, (message + 1) * arraySize)
  return readings
}

const count = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum + byte, 0)

/** What is wrong, in words; nothing when all is exact. */
export function failuresOf(found: Comparison): string[] {
  const failures: string[] = []
  if (found.acked === 0) failures.push('nothing was acknowledged, so nothing was tested')
  if (found.lost > 0)
    failures.push(`${found.lost} acknowledged readings lost (${found.examples.join(', ')}, …)`)
  if (found.extra > 0) failures.push(`${found.extra} readings stored that were never sent like that`)
  if (found.duplicates > 0) failures.push(`${found.duplicates} readings stored twice`)
  if (found.wronglyRefused > 0) failures.push(`${found.wronglyRefused} good readings among the dead letters`)
  if (found.ackedSum !== found.foundSum)
    failures.push(`the sum of what is stored is ${found.foundSum}, acknowledged was ${found.ackedSum}`)
  return failures
}

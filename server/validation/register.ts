import { qualityBits } from '../contract/quality.ts'
import type { Limits } from './limits.ts'

const { negative, registerDecrease, registerRollover } = qualityBits
/** A register with fewer digits is not inferred: a small one that was reset looks just like it. */
const FEWEST_DIGITS = 4

/**
 * What a register that went down says, where power never flows back:
 *
 *   99,998.2 ──► 3.1       rolled over, if so much could be used in the time: 4.9 kWh
 *   51,200.0 ──► 51,199.0  counted back: negative, and a decrease
 *   51,200.0 ──► 0         reset or exchanged
 *
 * `mostKwh`: what can be used in the time between. 0 where it did not go down.
 */
export function checkRegister(before: number, kwh: number, mostKwh: number, limits: Limits): number {
  if (!limits.isImportOnly || !(kwh < before)) return 0
  if (isRollover(before, kwh, mostKwh, limits.registerDigits)) return registerRollover
  return before - kwh <= mostKwh ? registerDecrease | negative : registerDecrease
}

function isRollover(before: number, kwh: number, mostKwh: number, digits: number | null): boolean {
  if (kwh < 0 || before <= 0) return false
  const places = digits ?? Math.floor(Math.log10(before)) + 1
  const size = 10 ** places
  if (before >= size) return false
  if (digits === null && (places < FEWEST_DIGITS || before < 0.9 * size)) return false
  return size - before + kwh <= mostKwh
}

/** The last digit that both numbers of a register show, kWh: 1, 0.1, 0.01 or 0.001. */
export function lastDigitKwh(before: number, kwh: number): number {
  for (let digit = 1, scale = 1; scale < 1000; scale *= 10, digit = 1 / scale) {
    if (isWhole(before * scale) && isWhole(kwh * scale)) return digit
  }
  return 0.001
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-6
}

/** Whether energy is what the register counted, within the share and one last digit. */
export function agrees(energyKwh: number, countedKwh: number, share: number, lastDigit: number): boolean {
  const most = Math.max(Math.abs(energyKwh), Math.abs(countedKwh))
  return Math.abs(energyKwh - countedKwh) <= share * most + lastDigit * (1 + 1e-9)
}

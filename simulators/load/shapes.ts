/** Curves over the hours of a day, 0 … 1. */

/** From 0 to 1 while x goes from 0 to 1, with a level start and end. */
export function smoothStep(x: number): number {
  const clamped = Math.min(1, Math.max(0, x))
  return clamped * clamped * (3 - 2 * clamped)
}

/** 1 between two hours; rises before and falls after over `widthH` hours around each. */
export function plateau(hour: number, fromH: number, toH: number, widthH: number): number {
  return smoothStep((hour - fromH) / widthH + 0.5) * (1 - smoothStep((hour - toH) / widthH + 0.5))
}

/** A hill of height 1 at an hour; also seen from the other side of midnight. */
export function hill(hour: number, atH: number, widthH: number): number {
  const distance = Math.abs(hour - atH)
  const nearest = Math.min(distance, 24 - distance) / widthH
  return Math.exp(-nearest * nearest)
}

/** How much cooling the heat asks for: 0 up to 24 °C, 1 at 36 °C, and the more per degree the hotter it is. */
export function coolingNeed(temperatureC: number): number {
  return Math.min(1.8, Math.max(0, (temperatureC - 24) / 12) ** 1.6)
}

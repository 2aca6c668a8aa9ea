/** So many half hours from `start` (epoch ms) on. */
export function halfHours(count: number, start = Date.parse('2026-06-02T00:00:00Z')) {
  return Array.from({ length: count }, (_, i) => ({
    start: start + i * 1_800_000,
    end: start + (i + 1) * 1_800_000
  }))
}

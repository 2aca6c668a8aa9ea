const MOST_CHARACTERS = 64

/** `<prefix>-<node>-<raisedAt in base 36>`, at most 64 characters: a long node id is cut and its hash takes the rest's place. */
export function findingId(prefix: string, nodeId: string, raisedAt: number): string {
  const end = `-${raisedAt.toString(36)}`
  const room = MOST_CHARACTERS - prefix.length - 1 - end.length
  if (nodeId.length <= room) return `${prefix}-${nodeId}${end}`
  const hash = fnv1a(nodeId).toString(36)
  return `${prefix}-${nodeId.slice(0, room - hash.length - 1)}_${hash}${end}`
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
  return hash
}

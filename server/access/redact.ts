/**
 * What may enter the audit: no secret, nothing without bound, nothing that would come back from a database otherwise
 * than it went in.
 */
const SECRET = '[secret]'
const MAX_TEXT = 2000
const MAX_MEMBERS = 200
const MAX_DEPTH = 12
/** Nodes of one value altogether. */
const MAX_NODES = 20_000

const secretName =
  /pass(word|phrase|wd)|secret|token|credential|cookie|authori[sz]ation|api_?key|private_?key|csrf|hash$|^(code|codes|otp|totp|pin|salt|assertion|attestation)$|(recovery|verification|login|auth|setup|reset)_?codes?$/i
/** Names a secret without being one, or says when: `tokenId`, `passwordChangedAt`. */
const aboutSecret = /(Ids?|At|_ids?|_at)$/
/** A key of Gridload, a bearer header, a signed token: wherever they stand. */
const secretText =
  /gl_[A-Za-z0-9-]+_[A-Za-z0-9_-]{16,}|Bearer\s+\S+|eyJ[\w-]{8,}\.[\w-]+\.[\w-]*|\/(?:setup|reset)\/[\w-]{16,}/g

/** A copy as JSON has it, with `[secret]` in the place of every secret, and long texts and lists cut. */
export function redact(value: unknown): unknown {
  let nodes = 0
  const copy = (node: unknown, depth: number): unknown => {
    if (++nodes > MAX_NODES || depth > MAX_DEPTH) return '[…]'
    if (node === null || node === undefined) return null
    if (typeof node === 'string') return redactText(node)
    if (typeof node === 'boolean') return node
    if (typeof node === 'number') return Number.isFinite(node) ? node : null
    if (typeof node === 'bigint') return String(node)
    if (typeof node !== 'object') return null
    if (node instanceof Date) return Number.isNaN(node.getTime()) ? null : node.toISOString()
    if (ArrayBuffer.isView(node)) return `[${node.byteLength} bytes]`
    if (Array.isArray(node)) return copyList(node, item => copy(item, depth + 1))
    return copyMembers(node, (member, name) => (isSecret(name, member) ? SECRET : copy(member, depth + 1)))
  }
  return copy(value, 0)
}

/** Well-formed, without control characters, of bounded length, without what looks like a secret. */
export function redactText(text: string, maxLength = MAX_TEXT): string {
  // One more than is kept: whether it is cut is seen by it.
  const start = text.slice(0, maxLength + 1).toWellFormed()
  const clean = start.replace(/\p{Cc}/gu, ' ').replace(secretText, SECRET)
  return text.length > maxLength ? `${clean.slice(0, maxLength)}… (${text.length} characters)` : clean
}

/** Yes, no and nothing are no secrets: `hasPassword`. */
function isSecret(name: string, member: unknown): boolean {
  if (member === null || member === undefined || typeof member === 'boolean') return false
  return secretName.test(name) && !aboutSecret.test(name)
}

function copyList(list: readonly unknown[], copy: (item: unknown) => unknown): unknown[] {
  const kept = list.slice(0, MAX_MEMBERS).map(copy)
  return list.length > MAX_MEMBERS ? [...kept, `… (${list.length} items)`] : kept
}

function copyMembers(
  node: object,
  copy: (member: unknown, name: string) => unknown
): Record<string, unknown> {
  const members = Object.entries(node).filter(([, member]) => member !== undefined)
  const kept = members
    .slice(0, MAX_MEMBERS)
    .map(([name, member]) => [redactText(name, 200), copy(member, name)])
  if (members.length > MAX_MEMBERS) kept.push(['…', `${members.length} members`])
  // A member called __proto__ stays a member.
  return Object.fromEntries(kept)
}

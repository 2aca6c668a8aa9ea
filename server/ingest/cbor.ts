import { type DecodeOptions, decode, type TagDecodeControl, type Token, Tokenizer } from 'cborg'

const MAX_BYTES = 1024 * 1024
const MAX_DEPTH = 16
/** An empty map is one byte on the wire and dozens in memory. */
const MAX_CONTAINERS = 100_000
const SELF_DESCRIBED = 55799

/**
 * Whether a payload is CBOR rather than JSON: it begins with an array, a map or the tag 55799 of self-described CBOR.
 * No JSON text begins with a byte above 0x7f.
 */
export function isCbor(payload: Buffer): boolean {
  const [first = 0, second = 0, third = 0] = payload
  return (first >= 0x80 && first <= 0xbf) || (first === 0xd9 && second * 256 + third === SELF_DESCRIBED)
}

/**
 * The value of a CBOR payload (RFC 8949), with the same members as the JSON contract, or in words why it has none.
 * Tag 0 gives its text, tag 1 epoch milliseconds. Never throws. NaN and infinities come through: readers refuse them.
 */
export function parseCbor(payload: Buffer): { value: unknown } | { reason: string } {
  if (payload.length === 0) return { reason: 'payload is empty' }
  if (payload.length > MAX_BYTES)
    return { reason: `payload has ${payload.length} bytes, more than ${MAX_BYTES}` }
  try {
    // The tokenizer reads the limits itself, so it is given the options too.
    return { value: decode(payload, { ...options, tokenizer: new LimitedTokenizer(payload, options) }) }
  } catch (error) {
    const words = (error as Error).message.replace('CBOR decode error: ', '')
    return { reason: `payload is not usable CBOR: ${words.slice(0, 200)}` }
  }
}

const options: DecodeOptions = {
  allowUndefined: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
  tags: { 0: textOf, 1: epochMsOf, [SELF_DESCRIBED]: tagged => tagged() }
}

function textOf(tagged: TagDecodeControl): string {
  const text = tagged()
  if (typeof text !== 'string') throw new Error('tag 0 is not a text')
  return text
}

function epochMsOf(tagged: TagDecodeControl): number {
  const seconds = tagged()
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) throw new Error('tag 1 is not a number')
  return Math.round(seconds * 1000)
}

/**
 * Holds the reader of cborg, which follows every nesting into the stack, to a depth; and refuses what JSON could not
 * have said.
 *
 *   open   [2, ∞, 4]   items still to come in each open array or map, the innermost last
 */
class LimitedTokenizer extends Tokenizer {
  private readonly open: number[] = []
  private containers = 0

  override next(): Token {
    const token = super.next()
    const { open } = this
    switch (token.type.name) {
      case 'array':
        this.enter(token.value)
        break
      case 'map':
        this.enter(token.value * 2)
        break
      case 'tag':
        // The tag and what it is of are one item.
        this.enter(1)
        break
      case 'break':
        open.pop()
        this.endItem()
        break
      case 'bytes':
        throw new Error('byte strings have no place in the contract')
      case 'string':
        this.checkUtf8(token.value)
        this.endItem()
        break
      default:
        this.endItem()
    }
    return token
  }

  /** cborg puts U+FFFD for what is not UTF-8; a device may also have sent that character itself. */
  private checkUtf8(text: string): void {
    if (!text.includes('\ufffd')) return
    const bytes = Buffer.from(text)
    const end = this.pos()
    const sent = this.data.subarray(Math.max(0, end - bytes.length), end)
    if (bytes.compare(sent) !== 0) throw new Error('a text is not UTF-8')
  }

  private enter(items: number): void {
    if (++this.containers > MAX_CONTAINERS) throw new Error(`more than ${MAX_CONTAINERS} arrays and maps`)
    if (this.open.length >= MAX_DEPTH) throw new Error(`nested deeper than ${MAX_DEPTH}`)
    if (items > 0) this.open.push(items)
    else this.endItem()
  }

  /** An item is complete: it may have been the last of those around it. */
  private endItem(): void {
    const { open } = this
    while (open.length > 0) {
      const left = (open[open.length - 1] ?? 0) - 1
      open[open.length - 1] = left
      if (left > 0) return
      open.pop()
    }
  }
}

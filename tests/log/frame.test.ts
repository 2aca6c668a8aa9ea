import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  findFrame,
  frameAt,
  framesIn,
  HEADER_BYTES,
  putFrame,
  sealedFrames,
  sealFrame
} from '../../server/log/frame.ts'

function frames(...bodies: string[]): Buffer {
  return Buffer.concat(
    bodies.map((text, index) => {
      const body = Buffer.from(text)
      const bytes = Buffer.alloc(HEADER_BYTES + body.length)
      putFrame(bytes, 0, index, 1_700_000_000_000 + index, body)
      return bytes
    })
  )
}

describe('a frame', () => {
  it('comes back as it was', () => {
    expect(frameAt(frames('hello'), 0)).toEqual({
      kind: 0,
      receivedAt: 1_700_000_000_000,
      body: Buffer.from('hello'),
      end: HEADER_BYTES + 5
    })
  })

  it('is found cut at every length but its own', () => {
    const bytes = frames('hello')
    for (let length = 0; length < bytes.length; length++)
      expect(frameAt(bytes.subarray(0, length), 0)).toBe('cut')
  })

  it('is found damaged by any changed bit', () => {
    const bytes = frames('hello', 'world')
    for (let bit = 0; bit < (HEADER_BYTES + 5) * 8; bit++) {
      const copy = Buffer.from(bytes)
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(typeof frameAt(copy, 0)).toBe('string')
    }
  })

  it('is not seen in zeros', () => {
    expect(frameAt(Buffer.alloc(100), 0)).toBe('damaged')
  })
})

describe('a frame built in place', () => {
  it('is the same as one that was copied', () => {
    const inPlace = Buffer.alloc(HEADER_BYTES + 5)
    inPlace.write('hello', HEADER_BYTES)
    sealFrame(inPlace, 0, inPlace.length, 0, 1_700_000_000_000)
    expect(inPlace).toEqual(frames('hello'))
  })

  it('is found again without its checksum', () => {
    const bytes = frames('a', '', 'ccc')
    expect([...sealedFrames(bytes)]).toEqual(framesIn(bytes).frames)
  })
})

describe('many frames', () => {
  it('say how far they reach', () => {
    const bytes = frames('a', 'bb', 'ccc')
    expect(framesIn(bytes)).toMatchObject({ used: bytes.length, stop: 'end' })
    expect(framesIn(bytes.subarray(0, -1))).toMatchObject({ used: bytes.length - 19, stop: 'cut' })
  })

  it('are found again behind a damaged place', () => {
    const bytes = frames('a', 'bb', 'ccc')
    bytes[HEADER_BYTES + 1] = (bytes[HEADER_BYTES + 1] ?? 0) ^ 1
    expect(framesIn(bytes)).toMatchObject({ used: HEADER_BYTES + 1, stop: 'damaged' })
    expect(findFrame(bytes, HEADER_BYTES + 2)).toBe(HEADER_BYTES * 2 + 3)
  })

  it('are never invented from other bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
        expect(findFrame(Buffer.from(bytes), 0)).toBeNull()
      }),
      { numRuns: 300, seed: 1 }
    )
  })
})

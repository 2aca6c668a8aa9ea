/** So that a little longer request finds room, too. */
const STEP_BYTES = 256 * 1024

/**
 * Memory for the bodies of one request after the other. A new one of megabytes for each would stay until the collector
 * comes by, several at a time.
 */
export class RequestMemory {
  private bytes = Buffer.alloc(0)

  /** What was taken before is not to be used any more. */
  take(length: number): Buffer {
    if (length > this.bytes.length)
      this.bytes = Buffer.allocUnsafeSlow(Math.ceil(length / STEP_BYTES) * STEP_BYTES)
    return this.bytes.subarray(0, length)
  }
}

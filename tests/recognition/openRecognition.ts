import { join } from 'node:path'
import type { GridNode } from '../../server/contract/registry.ts'
import { createRecognition, type Recognition } from '../../server/recognition/recognition.ts'
import type { PrintedDocument } from '../../server/recognition/report/document.ts'
import { openRecords, type Records } from '../../server/records/openRecords.ts'
import { tempDir } from '../helpers/tempDir.ts'

export interface RecognitionWorld {
  records: Records
  recognition: Recognition
  /** What was to be printed, newest last. */
  printed: PrintedDocument[]
  stop(): Promise<void>
}

/** Recognition on real records in a folder of its own; documents are kept instead of printed. */
export async function openRecognition(nodes: readonly GridNode[] = []): Promise<RecognitionWorld> {
  const folder = await tempDir()
  const records = await openRecords({ file: join(folder.path, 'records.sqlite') })
  const printed: PrintedDocument[] = []
  const recognition = createRecognition({
    ...records,
    nodes: () => nodes,
    timeZone: 'Asia/Ho_Chi_Minh',
    async print(document) {
      printed.push(document)
      return new TextEncoder().encode(JSON.stringify(document))
    }
  })
  return {
    records,
    recognition,
    printed,
    async stop() {
      await records.stop()
      await folder.remove()
    }
  }
}

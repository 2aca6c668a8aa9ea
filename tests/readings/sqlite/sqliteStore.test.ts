import { openReadingsStore } from '../../../server/readings/openReadingsStore.ts'
import { tempDir } from '../../helpers/tempDir.ts'
import { NOON } from '../readings.ts'
import { storeContract } from '../storeContract.ts'

storeContract('sqlite', async () => {
  const folder = await tempDir()
  return {
    open: () => openReadingsStore({ kind: 'sqlite', directory: `${folder.path}/readings` }, () => NOON),
    close: folder.remove
  }
})

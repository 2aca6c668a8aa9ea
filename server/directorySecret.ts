import { readFile } from 'node:fs/promises'
import type { DirectorySettings } from './access/directory.ts'
import type { DirectoryPlace } from './accessSettings.ts'
import { StartFailure } from './startFailure.ts'

/** The directory with the client's secret from its file. Rejects with a StartFailure that names the file. */
export async function readDirectory(place: DirectoryPlace | null): Promise<DirectorySettings | null> {
  if (place === null) return null
  const { clientSecretFile, ...settings } = place
  return { ...settings, clientSecret: clientSecretFile === null ? null : await secretIn(clientSecretFile) }
}

async function secretIn(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(error => {
    throw new StartFailure(`OIDC_CLIENT_SECRET_FILE ${path} cannot be read: ${error.code}`)
  })
  if (text.trim() === '') throw new StartFailure(`OIDC_CLIENT_SECRET_FILE ${path} is empty`)
  return text.trim()
}

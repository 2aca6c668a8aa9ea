import { SecuritySettings } from '../contract/securitySettings.ts'
import type { Routes } from './server.ts'

export interface SecurityNeeds {
  settings(): Promise<SecuritySettings>
}

/** The settings that protect Gridload, for machines that watch over them. */
export const securityRoutes =
  ({ settings }: SecurityNeeds): Routes =>
  api => {
    api.get(
      '/api/security/settings',
      { schema: { tags: ['security'], response: { 200: SecuritySettings } } },
      settings
    )
  }

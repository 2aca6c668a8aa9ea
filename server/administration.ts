import { randomBytes } from 'node:crypto'
import { createCredentialAdministration } from './access/credentials.ts'
import { createRecoveryCodes } from './access/recoveryCodes.ts'
import { sessionCaller } from './access/sessions.ts'
import { createTokenAdministration } from './access/tokens.ts'
import { createUserAdministration } from './access/users.ts'
import { auditRoutes } from './api/audit.ts'
import { deviceCredentialsRoutes } from './api/deviceCredentials.ts'
import { securityRoutes } from './api/security.ts'
import type { Routes } from './api/server.ts'
import { tokensRoutes } from './api/tokens.ts'
import { usersRoutes } from './api/users.ts'
import type { Config } from './config.ts'
import type { Doors } from './doors.ts'
import type { Durable } from './durable.ts'
import type { Register } from './register.ts'
import { securitySettings } from './securitySettings.ts'

export interface AdministrationNeeds {
  config: Config
  durable: Durable
  register: Register
  doors: Doors
  now(): number
}

/** Users, machines, devices, the audit and the settings that protect all of them. */
export function administrationRoutes({
  config,
  durable,
  register,
  doors,
  now
}: AdministrationNeeds): Routes[] {
  const { records, ingest } = durable
  const { logins, guard, auditWatch } = doors
  const random = randomBytes
  const known = {
    company: (id: string) => register.state.nodes.some(node => node.id === id && node.kind === 'company'),
    customer: (id: string) => register.state.customers.some(customer => customer.id === id)
  }
  const users = createUserAdministration({
    ...{ ...records, ...logins, known, random },
    recovery: createRecoveryCodes(records.oneTime, random),
    seesAll: user => guard.viewOf(sessionCaller({ user })).whole,
    isDemo: config.demo
  })
  const tokens = createTokenAdministration({ ...records, known, random })
  const credentials = createCredentialAdministration({
    ...records,
    random,
    announce: change => ingest.changeCredentials(change)
  })
  return [
    usersRoutes({ users, now }),
    tokensRoutes({ tokens, now }),
    deviceCredentialsRoutes({ credentials, now }),
    auditRoutes({ list: filter => records.audit.list(filter), chain: () => auditWatch.state() }),
    securityRoutes({ settings: () => securitySettings(config, doors, records, now()) })
  ]
}

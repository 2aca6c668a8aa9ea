import type {
  ApiToken,
  DeviceCredential,
  DeviceKind,
  Role,
  Scope,
  User
} from '../../server/contract/access.ts'
import type { AuditEntry } from '../../server/contract/audit.ts'
import type { SessionsAnswer } from '../../server/contract/login.ts'
import { get, id, patch, post, query, remove } from './requests.ts'

export interface NewUser {
  userName: string
  name: string
  roles: Role[]
  companyId: string | null
  customerId: string | null
}
export type UserChange = Partial<Pick<NewUser, 'name' | 'roles' | 'companyId' | 'customerId'>>
export interface OneTimeLink {
  link: string
  expiresAt: string
}
export interface NewToken {
  name: string
  scopes: Scope[]
  expiresAt: string
  companyId: string | null
}
export interface AuditAnswer {
  entries: AuditEntry[]
  chain: { height: number | null; verifiedAt: string | null; fault: { height: number; text: string } | null }
}
export interface AuditFilter {
  before: number | null
  limit: number
  actor: string
  action: string
}

/** The routes of the administration. */
export const adminApi = {
  users: (signal: AbortSignal) => get<{ users: User[] }>('/users', signal),
  invite: (body: NewUser) => post<{ user: User } & OneTimeLink>('/users', body),
  changeUser: (user: string, body: UserChange) => patch<User>(`/users/${id(user)}`, body),
  setUser: (user: string, verb: 'disable' | 'enable' | 'erase') => post<User>(`/users/${id(user)}/${verb}`),
  resetUser: (user: string) => post<OneTimeLink>(`/users/${id(user)}/reset`),
  sessionsOf: (user: string, signal: AbortSignal) =>
    get<SessionsAnswer>(`/users/${id(user)}/sessions`, signal),
  endSessionsOf: (user: string) => remove<unknown>(`/users/${id(user)}/sessions`),

  tokens: (signal: AbortSignal) => get<{ tokens: ApiToken[] }>('/tokens', signal),
  makeToken: (body: NewToken) => post<{ token: ApiToken; secret: string }>('/tokens', body),
  revokeToken: (token: string) => post<ApiToken>(`/tokens/${id(token)}/revoke`),

  devices: (signal: AbortSignal) => get<{ credentials: DeviceCredential[] }>('/device-credentials', signal),
  makeDevice: (body: { kind: DeviceKind; id: string }) =>
    post<{ credential: DeviceCredential; secret: string }>('/device-credentials', body),
  revokeDevice: (kind: DeviceKind, device: string) =>
    post<DeviceCredential>(`/device-credentials/${kind}/${id(device)}/revoke`),

  audit: (filter: AuditFilter, signal: AbortSignal) =>
    get<AuditAnswer>(`/audit?${query({ ...filter })}`, signal),
  security: (signal: AbortSignal) => get<Record<string, unknown>>('/security/settings', signal)
}

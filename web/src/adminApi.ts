import type { ApiToken, DeviceCredential, DeviceKind, User } from '../../server/contract/access.ts'
import type {
  AuditAnswer,
  ChangeUser,
  InvitedUser,
  InviteUser,
  MadeCredential,
  MadeToken,
  NewCredential,
  NewToken,
  OneTimeLink
} from '../../server/contract/administration.ts'
import type { SessionsAnswer } from '../../server/contract/login.ts'
import type { SecuritySettings } from '../../server/contract/securitySettings.ts'
import { get, id, patch, post, query, remove } from './requests.ts'

export interface UsersAnswer {
  users: User[]
}
export interface TokensAnswer {
  tokens: ApiToken[]
}
export interface CredentialsAnswer {
  credentials: DeviceCredential[]
}
export interface AuditFilter {
  /** Below which height; null: from the newest on. */
  before: number | null
  limit: number
  /** Empty: everybody. */
  actor: string
  /** Empty: everything. */
  action: string
}

/** The routes of the administration. */
export const adminApi = {
  users: (signal: AbortSignal) => get<UsersAnswer>('/users', signal),
  invite: (body: InviteUser) => post<InvitedUser>('/users', body),
  changeUser: (user: string, body: ChangeUser) => patch<User>(`/users/${id(user)}`, body),
  setUser: (user: string, verb: 'disable' | 'enable' | 'erase') => post<User>(`/users/${id(user)}/${verb}`),
  resetUser: (user: string) => post<OneTimeLink>(`/users/${id(user)}/reset`),
  sessionsOf: (user: string, signal: AbortSignal) =>
    get<SessionsAnswer>(`/users/${id(user)}/sessions`, signal),
  endSessionsOf: (user: string) => remove<unknown>(`/users/${id(user)}/sessions`),

  tokens: (signal: AbortSignal) => get<TokensAnswer>('/tokens', signal),
  makeToken: (body: NewToken) => post<MadeToken>('/tokens', body),
  revokeToken: (token: string) => post<ApiToken>(`/tokens/${id(token)}/revoke`),

  devices: (signal: AbortSignal) => get<CredentialsAnswer>('/device-credentials', signal),
  makeDevice: (body: NewCredential) => post<MadeCredential>('/device-credentials', body),
  revokeDevice: (kind: DeviceKind, device: string) =>
    post<DeviceCredential>(`/device-credentials/${kind}/${id(device)}/revoke`),

  audit: (filter: AuditFilter, signal: AbortSignal) =>
    get<AuditAnswer>(`/audit?${query({ ...filter })}`, signal),
  security: (signal: AbortSignal) => get<SecuritySettings>('/security/settings', signal)
}

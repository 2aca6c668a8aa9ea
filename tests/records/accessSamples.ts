import type { KeptPasskey, NewUser } from '../../server/contract/accounts.ts'
import type { AuditHead, KeptAuditEntry } from '../../server/contract/audit.ts'
import type { KeptApiToken } from '../../server/records/apiTokens.ts'
import type { NewAuditEntry } from '../../server/records/audit.ts'
import type { Session } from '../../server/records/sessions.ts'
import { at, minutes, noon } from './samples.ts'

export function newUser(id: string, rest: Partial<NewUser> = {}): NewUser {
  return {
    id,
    userName: id.replace('usr-', ''),
    name: 'Nguyễn Thị Lan',
    roles: ['dispatcher'],
    companyId: null,
    customerId: null,
    issuer: null,
    subject: null,
    isDemo: false,
    passwordHash: '$argon2id$x',
    createdAt: noon,
    ...rest
  }
}

export function passkey(credentialId: string, userId: string, rest: Partial<KeptPasskey> = {}): KeptPasskey {
  return {
    credentialId,
    userId,
    publicKey: 'pQECAyYgASFYIA',
    counter: 0,
    transports: ['usb', 'nfc'],
    name: 'Khóa xanh',
    isBackedUp: false,
    createdAt: noon,
    lastUsedAt: null,
    ...rest
  }
}

export function session(id: string, userId: string, rest: Partial<Session> = {}): Session {
  return {
    id,
    tokenHash: `hash of ${id}`,
    userId,
    state: 'full',
    createdAt: noon,
    lastSeenAt: noon,
    idleUntil: noon + minutes(720),
    absoluteUntil: noon + minutes(1440),
    steppedUpUntil: null,
    address: '2001:db8::1',
    userAgent: 'Mozilla/5.0',
    ...rest
  }
}

export function apiToken(id: string, rest: Partial<KeptApiToken> = {}): KeptApiToken {
  return {
    id,
    name: 'báo cáo đêm',
    scopes: ['grid:read', 'events:read'],
    companyId: 'NPC',
    customerId: null,
    createdBy: 'usr-admin',
    createdAt: at(noon),
    expiresAt: at(noon + minutes(60)),
    revokedAt: null,
    lastUsedAt: null,
    sha256: 'ab'.repeat(32),
    ...rest
  }
}

/** A link as the table takes it; whether it follows is not the table's business. */
export function link(
  head: AuditHead,
  rest: Partial<KeptAuditEntry> = {},
  personalOf: string[] = []
): NewAuditEntry {
  const height = head.height + 1
  const entry: KeptAuditEntry = {
    height,
    at: at(noon + height),
    actorId: 'usr-lan',
    action: 'POST /api/curtailment-events/:id/send',
    object: 'event/CE-1',
    outcome: 'done',
    status: 200,
    attempt: null,
    before: { state: 'draft', kw: [0.1, null] },
    after: { state: 'notified', 'ghi chú': 'nắng “nóng” 😀 \u2028 \ud800' },
    personal: null,
    personalHash: null,
    previousHash: head.hash,
    hash: `hash of ${height}`,
    salt: null,
    ...rest
  }
  return { entry, personalOf }
}

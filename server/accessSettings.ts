import { isIP } from 'node:net'
import type { EnvironmentReader } from './environment.ts'

/** How people and machines reach Gridload and prove who they are. */
export interface AccessSettings {
  /** `https://gridload.example`, without a slash at the end; null: `http://localhost:<port>`. */
  publicUrl: string | null
  /** Addresses, or networks as `10.0.0.0/8`, whose `x-forwarded-for` counts. */
  trustedProxies: readonly string[]
  /** An administrator's bearer token for automation; null: there is none. */
  adminToken: string | null
  /** An event asking more kW than this in sum needs a second person's approval. */
  approvalAboveKw: number
  /** The utility's own directory by OpenID Connect; null: people log in here only. */
  directory: DirectoryPlace | null
}

export interface DirectoryPlace {
  issuer: string
  clientId: string
  /** A file with the client's secret alone; null: a public client. */
  clientSecretFile: string | null
  rolesClaim: string
  companyClaim: string
}

/** As many random characters as nobody tries out. */
const SHORTEST_TOKEN = 32

export function readAccess(read: EnvironmentReader): AccessSettings {
  return {
    publicUrl: readPublicUrl(read),
    trustedProxies: readProxies(read),
    adminToken: readAdminToken(read),
    approvalAboveKw: read.number('APPROVAL_ABOVE_KW', 10_000, 0, 1e9),
    directory: readDirectory(read)
  }
}

function readPublicUrl(read: EnvironmentReader): string | null {
  const text = read.url('PUBLIC_URL', ['https:', 'http:'])
  if (text === null) return null
  const { origin, pathname, search, hash } = new URL(text)
  if (pathname !== '/' || search !== '' || hash !== '') {
    read.mistakes.push('PUBLIC_URL must be a scheme and a host only, such as https://gridload.example')
  }
  return origin
}

function readProxies(read: EnvironmentReader): string[] {
  const proxies = (read.optional('TRUSTED_PROXIES') ?? '')
    .split(',')
    .map(proxy => proxy.trim())
    .filter(proxy => proxy !== '')
  const wrong = proxies.filter(proxy => !isNetwork(proxy))
  if (wrong.length > 0) {
    read.mistakes.push(
      `TRUSTED_PROXIES must be addresses or networks such as 10.0.0.0/8, with commas between: ${wrong.join(', ')}`
    )
  }
  return proxies
}

function isNetwork(text: string): boolean {
  const [address = '', length, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (version === 4 ? 32 : 128))
}

/** A mistake in it is told without repeating it. */
function readAdminToken(read: EnvironmentReader): string | null {
  const token = read.optional('ADMIN_TOKEN')
  if (token === null) return null
  if (token.length < SHORTEST_TOKEN) {
    read.mistakes.push(`ADMIN_TOKEN must have at least ${SHORTEST_TOKEN} characters: it has ${token.length}`)
  } else if (!/^[\x21-\x7e]+$/.test(token)) {
    read.mistakes.push('ADMIN_TOKEN must be printable ASCII without spaces: it is sent in a header')
  }
  return token
}

function readDirectory(read: EnvironmentReader): DirectoryPlace | null {
  const issuer = read.url('OIDC_ISSUER', ['https:', 'http:'])
  const clientId = read.optional('OIDC_CLIENT_ID')
  const clientSecretFile = read.optional('OIDC_CLIENT_SECRET_FILE')
  const rolesClaim = read.text('OIDC_ROLES_CLAIM', 'gridload_roles')
  const companyClaim = read.text('OIDC_COMPANY_CLAIM', 'gridload_company')
  if (issuer === null) {
    if (clientId ?? clientSecretFile) {
      read.mistakes.push(
        'OIDC_ISSUER is missing, but another OIDC_ setting is there: set it, or none of them'
      )
    }
    return null
  }
  const { protocol, hostname } = new URL(issuer)
  if (protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname)) {
    read.mistakes.push('OIDC_ISSUER must be https, unless it is on this very machine')
  }
  if (clientId === null) read.mistakes.push('OIDC_ISSUER needs OIDC_CLIENT_ID')
  return { issuer, clientId: clientId ?? '', clientSecretFile, rolesClaim, companyClaim }
}

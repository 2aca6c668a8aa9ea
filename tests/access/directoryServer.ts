import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import { callbackPath } from '../../server/access/directory.ts'

/** A person as the directory knows it: claims beside `sub`, and by what it logs in. */
export interface Listed {
  amr?: string[]
  [claim: string]: unknown
}

export interface DirectoryServer {
  issuer: string
  /** By `sub`. */
  people: Map<string, Listed>
  /** Who sits before the browser. */
  person: string
  stop(): Promise<void>
}

export const clientSecret = 'of-the-test-directory-only'

/** A real OpenID provider on this machine. Whoever comes is logged in as `person`; `onlyUserInfo`: as the standard has it, claims are not in the ID token. */
export async function startDirectory(
  publicUrl: string,
  { onlyUserInfo = false } = {}
): Promise<DirectoryServer> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`
  const state: Pick<DirectoryServer, 'people' | 'person'> = { people: new Map(), person: '' }
  const claimNames = ['name', 'preferred_username', 'gridload_roles', 'gridload_company']
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'gridload',
        client_secret: clientSecret,
        redirect_uris: [publicUrl + callbackPath],
        response_types: ['code'],
        grant_types: ['authorization_code']
      }
    ],
    jwks: {
      keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'test' } as never]
    },
    cookies: { keys: ['test'] },
    claims: { openid: ['sub', 'amr'], profile: claimNames },
    conformIdTokenClaims: onlyUserInfo,
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      Grant: 600,
      IdToken: 600,
      Interaction: 600,
      Session: 600
    },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => {
        const { amr: _by, ...claims } = state.people.get(id) ?? {}
        return { sub: id, ...claims }
      }
    }),
    // Nobody is asked for consent: it is the utility's own directory.
    async loadExistingGrant(context) {
      const { oidc } = context
      const grant = new oidc.provider.Grant({
        clientId: oidc.client?.clientId ?? '',
        accountId: oidc.session?.accountId ?? ''
      })
      grant.addOIDCScope('openid profile email')
      await grant.save()
      return grant
    }
  })
  const handle = provider.callback()
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return handle(request, response)
    const { amr = ['pwd'] } = state.people.get(state.person) ?? {}
    const result = state.people.has(state.person)
      ? { login: { accountId: state.person, amr } }
      : { error: 'access_denied', error_description: 'not in this directory' }
    return provider.interactionFinished(request, response, result)
  })

  return {
    issuer,
    people: state.people,
    get person() {
      return state.person
    },
    set person(sub) {
      state.person = sub
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
  }
}

/** Follows links like a browser with its cookies, until it is sent to `until`; the address it was sent to. */
export async function browse(from: string, until: string): Promise<URL> {
  const jar = new Map<string, string>()
  let url = from
  for (let hops = 0; hops < 12; hops++) {
    if (url.startsWith(until)) return new URL(url)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s)
      jar.set(name, value)
    }
    const location = response.headers.get('location')
    if (location === null) throw new Error(`${url}: ${response.status} ${await response.text()}`)
    url = new URL(location, url).href
  }
  throw new Error(`it never came to ${until}`)
}

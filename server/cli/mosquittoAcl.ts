import type { AclUser } from './aclUsers.ts'

/** The files for Mosquitto's `acl_file` and `password_file`, by name. */
export function mosquittoFiles(users: readonly AclUser[]): Record<string, string> {
  const lines = users.flatMap(({ name, publish, subscribe }) => [
    `user ${name}`,
    ...publish.map(topic => `topic write ${topic}`),
    ...subscribe.map(filter => `topic read ${filter}`),
    ''
  ])
  const passwords = users.map(({ name, mosquittoHash }) => `${name}:${mosquittoHash}\n`)
  return { acl: `${lines.join('\n')}\n`, passwords: passwords.join('') }
}

/** How they are used, and what they cannot do. */
export const mosquittoNotes = (directory: string): string[] => [
  'In mosquitto.conf:',
  '  allow_anonymous false',
  `  acl_file ${directory}/acl`,
  `  password_file ${directory}/passwords`,
  '  listener 8883                      # devices and customers, with TLS',
  '  use_username_as_clientid true      # nobody can throw another out; each has one connection at a time',
  '  certfile …, keyfile …              # with cafile, require_certificate and use_identity_as_username: certificates',
  '  listener 8884                      # Gridload and services, which keep several connections: only their network',
  'Both files must be readable for the user that Mosquitto runs as. After each change: this command again, then SIGHUP.',
  'What Mosquitto cannot do with them:',
  '  - it grants every subscription, also # and the topics of others, but delivers only what may be read',
  '  - it acknowledges a message that may not be published, drops it, and counts nothing',
  '  - it cannot forbid the retain flag: a retained reading stays on the broker; Gridload takes it in as any other',
  '  - a service can take over the client id of another service or of Gridload: keep them on a listener of their own'
]

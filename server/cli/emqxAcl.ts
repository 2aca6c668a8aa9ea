import type { AclUser } from './aclUsers.ts'

/** EMQX reads its list from the top for each message: for more users the rules belong into its database. */
export const MOST_IN_FILE = 200

interface Rule {
  action: 'publish' | 'subscribe'
  permission: 'allow'
  topic: string
  retain?: boolean
}

/**
 * For EMQX 5: acl.conf (the authorizer `file`), rules.json (the same for the authorizer `built_in_database`) and users.csv
 * (the authenticator `password_based:built_in_database`), by name.
 */
export function emqxFiles(users: readonly AclUser[]): Record<string, string> {
  const acl = [...users.map(aclLines), '{deny, all}.\n'].join('\n')
  const rules = users.map(user => ({ username: user.name, rules: rulesOf(user) }))
  const rows = users.map(({ name, sha256 }) => `${name},${sha256},,false\n`)
  return {
    'acl.conf': acl,
    'rules.json': `${JSON.stringify(rules, null, 1)}\n`,
    'users.csv': `user_id,password_hash,salt,is_superuser\n${rows.join('')}`
  }
}

function aclLines({ name, publish, retain, subscribe }: AclUser): string {
  const unretained = publish.filter(topic => !retain.includes(topic))
  const allow = (action: string, topics: readonly string[]): string[] =>
    topics.length === 0
      ? []
      : [`{allow, {user, "${name}"}, ${action}, [${topics.map(quoted).join(', ')}]}.\n`]
  return [
    ...allow('publish', retain),
    ...allow('{publish, [{retain, false}]}', unretained),
    ...allow('subscribe', subscribe)
  ].join('')
}

/** A string of Erlang. */
const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

function rulesOf({ publish, retain, subscribe }: AclUser): Rule[] {
  return [
    ...publish.map((topic): Rule => {
      const rule: Rule = { action: 'publish', permission: 'allow', topic }
      return retain.includes(topic) ? rule : { ...rule, retain: false }
    }),
    ...subscribe.map((topic): Rule => ({ action: 'subscribe', permission: 'allow', topic }))
  ]
}

/** How they are used, and what they cannot do. */
export const emqxNotes = (directory: string, users: number): string[] => [
  'In EMQX 5:',
  '  - authentication password_based:built_in_database, user_id_type username,',
  '    password_hash_algorithm {name = sha256, salt_position = disable}; import users.csv (it adds and replaces, and',
  '    removes nobody: who is revoked must be deleted there)',
  users > MOST_IN_FILE
    ? `  - authorization built_in_database with rules.json (POST …/rules/users): ${users} users are too many for acl.conf`
    : `  - authorization file with ${directory}/acl.conf, or built_in_database with rules.json (POST …/rules/users)`,
  '  - authorization.no_match = deny, authorization.deny_action = disconnect',
  '  - mqtt.use_username_as_clientid = true for the zone of devices and customers, so that nobody can throw another out;',
  '    a zone and a listener of their own for Gridload and services, which keep several connections',
  '  - mqtt.peer_cert_as_username = cn where client certificates are verified',
  'What EMQX cannot do with them:',
  '  - import is not removal: delete a revoked user, and kick its client',
  '  - rules name no client id: without use_username_as_clientid a client can take over the session of another'
]

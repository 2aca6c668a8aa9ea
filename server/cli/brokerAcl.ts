/** The credentials and rights of devices, as files for a broker that is not our own. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Config, type Environment, shownPath } from '../config.ts'
import type { FurtherTopics } from '../contract/deviceRights.ts'
import { furtherTopics, openForeign } from '../foreign.ts'
import { StartFailure } from '../startFailure.ts'
import { type AclUser, deviceUsers, serverUser } from './aclUsers.ts'
import {
  type Command,
  CommandFailure,
  exitCodes,
  main,
  type Output,
  settingsOf,
  WrongCommand
} from './command.ts'
import { emqxFiles, emqxNotes } from './emqxAcl.ts'
import { mosquittoFiles, mosquittoNotes } from './mosquittoAcl.ts'
import { openRecordsOf } from './openRecordsOf.ts'

const usage = `Usage: npm run broker-acl -- --format mosquitto|emqx [--out broker-acl]

  Writes the valid credentials of devices (hashes, never secrets) and what each may publish and follow, the same list that
  the built-in broker goes by, and says how the broker is told and what it cannot do. Gridload itself is the user of MQTT_URL.

  --format  mosquitto: acl and passwords · emqx: acl.conf, rules.json and users.csv
  --out     a folder; what stands there is replaced

  Also beside a running server. The settings are those of the server: DATA_DIR, DATABASE_URL, MQTT_URL, MQTT_MAPPING`

const formats = {
  mosquitto: { files: mosquittoFiles, notes: mosquittoNotes },
  emqx: { files: emqxFiles, notes: emqxNotes }
}
const isFormat = (text: string | undefined): text is keyof typeof formats =>
  text !== undefined && Object.hasOwn(formats, text)

async function furtherOf(config: Config): Promise<FurtherTopics> {
  // Only what the mapping file says; nothing is published from here.
  const publish = () => Promise.reject(new Error('not connected'))
  const foreign = await openForeign(config, { publish }).catch((error: Error) => {
    throw error instanceof StartFailure ? new WrongCommand(error.message) : error
  })
  await foreign.stop()
  return furtherTopics(foreign)
}

async function usersOf(config: Config, { complain }: Output): Promise<AclUser[]> {
  const further = await furtherOf(config)
  await using records = await openRecordsOf(config)
  const rows = await records.deviceCredentials.hashes()
  const devices = deviceUsers(rows, further)
  if (devices.length < rows.length)
    complain(`${rows.length - devices.length} credentials have no valid identity`)
  const server = serverUser(config.mqtt, further)
  if (server !== null) return [server, ...devices]
  complain(
    'Gridload itself is not among the users: set MQTT_URL=mqtts://name:password@host, with a name of your choice, and run this again.'
  )
  return devices
}

/** Only for its owner until he gives it to the broker; whole or not at all. */
async function writeSecret(file: string, text: string): Promise<void> {
  await rm(`${file}.new`, { force: true })
  await writeFile(`${file}.new`, text, { mode: 0o600, flag: 'wx' })
  await rename(`${file}.new`, file)
}

async function run(args: string[], environment: Environment, output: Output): Promise<number> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ args, options: { format: text, out: { ...text, default: 'broker-acl' } } })
  const { format: name } = values
  if (!isFormat(name)) throw new WrongCommand('say --format mosquitto or --format emqx')
  const users = await usersOf(settingsOf(environment), output)
  const directory = resolve(values.out)
  const { files, notes } = formats[name]
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    for (const [file, content] of Object.entries(files(users)))
      await writeSecret(join(directory, file), content)
  } catch (error) {
    throw new CommandFailure(`${shownPath(directory)} cannot be written: ${(error as Error).message}`)
  }
  output.say(`${users.length} users in ${shownPath(directory)}.`)
  for (const line of notes(directory, users.length)) output.say(line)
  return exitCodes.done
}

export const brokerAclCommand: Command = { usage, run }

if (import.meta.main) await main(brokerAclCommand)

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/**
 * A certificate authority of our own, and from it a server's certificate for 127.0.0.1 and localhost and a client's:
 * ca.pem, server.pem, server.key, client.pem, client.key in the folder. By the openssl command.
 */
export async function makeCertificates(directory: string): Promise<void> {
  const file = (name: string) => join(directory, name)
  const openssl = (...args: string[]) => run('openssl', ['req', '-x509', '-days', '2', ...KEY, ...args])
  const signed = ['-CA', file('ca.pem'), '-CAkey', file('ca.key')]
  await openssl('-keyout', file('ca.key'), '-out', file('ca.pem'), '-subj', '/CN=a utility')
  const names = 'subjectAltName=IP:127.0.0.1,DNS:localhost'
  const server = ['-keyout', file('server.key'), '-out', file('server.pem'), '-subj', '/CN=localhost']
  await openssl(...server, '-addext', names, '-addext', 'basicConstraints=CA:FALSE', ...signed)
  const client = ['-keyout', file('client.key'), '-out', file('client.pem'), '-subj', '/CN=gridload']
  await openssl(...client, '-addext', 'basicConstraints=CA:FALSE', ...signed)
}

/** `<file>.pem` and `<file>.key` in the same folder: a client's certificate for these common names, signed by its authority. */
export async function makeClientCertificate(
  directory: string,
  file: string,
  ...commonNames: string[]
): Promise<void> {
  const path = (name: string) => join(directory, name)
  // A slash separates the parts of a subject.
  const subject = commonNames.map(name => `/CN=${name.replaceAll('/', '\\/')}`).join('')
  const signed = ['-CA', path('ca.pem'), '-CAkey', path('ca.key'), '-addext', 'basicConstraints=CA:FALSE']
  const files = ['-keyout', path(`${file}.key`), '-out', path(`${file}.pem`)]
  await run('openssl', ['req', '-x509', '-days', '2', ...KEY, ...files, '-subj', subject, ...signed])
}

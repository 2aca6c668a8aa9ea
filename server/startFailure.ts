/** Why the server cannot start: one line that begins with the setting to change. */
export class StartFailure extends Error {}

interface SystemError {
  code?: string
  message: string
}

const portReasons: Record<string, string> = {
  EADDRINUSE: 'is already in use',
  EACCES: 'may not be opened by this user',
  EADDRNOTAVAIL: 'is not an address of this machine',
  ENOTFOUND: 'is not an address of this machine'
}

/** For a failed listen: names the setting of the port, or of the address when that is the mistake. */
export function listenFailure(settings: { port: string; host: string }, port: number, host: string) {
  return (error: SystemError): never => {
    const reason = portReasons[error.code ?? ''] ?? error.message
    const aboutHost = error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND'
    throw new StartFailure(
      aboutHost ? `${settings.host} ${host} ${reason}` : `${settings.port} ${port} ${reason} (on ${host})`
    )
  }
}

/** For anything that could not be opened. */
export function openFailure(setting: string, what: string) {
  return (error: SystemError): never => {
    throw new StartFailure(`${setting} ${what}: ${error.message}`)
  }
}

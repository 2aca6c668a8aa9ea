/** Reads single settings and gathers what is wrong with them, so that all mistakes can be reported at once. */
export class EnvironmentReader {
  readonly mistakes: string[] = []
  private readonly environment: Record<string, string | undefined>

  constructor(environment: Record<string, string | undefined>) {
    this.environment = environment
  }

  /** null when unset or empty: an empty line in a compose file means "not set". */
  optional(name: string): string | null {
    const value = this.environment[name]?.trim()
    return value === undefined || value === '' ? null : value
  }

  text(name: string, fallback: string): string {
    return this.optional(name) ?? fallback
  }

  number(name: string, fallback: number, min: number, max: number): number {
    const text = this.optional(name)
    if (text === null) return fallback
    const value = Number(text)
    if (Number.isFinite(value) && value >= min && value <= max) return value
    return this.wrong(name, text, `must be a number from ${min} to ${max}`, fallback)
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const text = this.optional(name)
    if (text === null) return fallback
    const value = Number(text)
    if (Number.isInteger(value) && value >= min && value <= max) return value
    return this.wrong(name, text, `must be a whole number from ${min} to ${max}`, fallback)
  }

  oneOf<T extends string>(name: string, fallback: T, words: readonly T[]): T {
    const text = this.optional(name)
    if (text === null) return fallback
    const word = words.find(candidate => candidate === text)
    return word ?? this.wrong(name, text, `must be one of ${words.join(', ')}`, fallback)
  }

  /** An address with one of the given schemes (`mqtt:`). A bad one is not repeated: it may hold a password. */
  url(name: string, schemes: readonly string[]): string | null {
    const text = this.optional(name)
    if (text === null) return null
    const url = URL.canParse(text) ? new URL(text) : null
    if (url !== null && schemes.includes(url.protocol) && url.hostname !== '') return text
    this.mistakes.push(`${name} must be an address such as ${schemes[0]}//host: it is not`)
    return null
  }

  timeZone(name: string, fallback: string): string {
    const text = this.optional(name)
    if (text === null) return fallback
    if (isTimeZone(text)) return text
    return this.wrong(name, text, 'must be a time zone such as Asia/Ho_Chi_Minh or +07:00', fallback)
  }

  private wrong<T>(name: string, text: string, must: string, fallback: T): T {
    this.mistakes.push(`${name} ${must}: it is "${text}"`)
    return fallback
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** `--zone -03:00` as `--zone=-03:00`: otherwise a value that starts with a minus would be read as an option. */
export function joinNegativeValues(args: readonly string[]): string[] {
  const joined: string[] = []
  for (const argument of args) {
    const last = joined.at(-1)
    if (/^-\d/.test(argument) && last?.startsWith('--') && !last.includes('=')) {
      joined[joined.length - 1] = `${last}=${argument}`
    } else joined.push(argument)
  }
  return joined
}

/** A topic with variables: `evn/{unit}/{dcu}/{meter}/prof`. */
export interface TopicTemplate {
  text: string
  /** One a level: its text, or the name of a variable. */
  levels: readonly ({ literal: string } | { variable: string })[]
  /** As a broker understands it: `evn/+/+/+/prof`. */
  filter: string
}

const VARIABLE = /^\{([A-Za-z][A-Za-z0-9_]*)\}$/

/** A template, or in words what is wrong with it. */
export function parseTemplate(text: string): TopicTemplate | string {
  const levels: TopicTemplate['levels'][number][] = []
  for (const level of text.split('/')) {
    const variable = VARIABLE.exec(level)?.[1]
    if (variable !== undefined) levels.push({ variable })
    else if (/[{}]/.test(level)) return `the level ${level} is neither text nor one {variable}`
    else if (/[+#]/.test(level)) return `the level ${level} has a wildcard: a {variable} stands for any level`
    else levels.push({ literal: level })
  }
  const names = levels.flatMap(level => ('variable' in level ? [level.variable] : []))
  const twice = names.find((name, place) => names.indexOf(name) !== place)
  if (twice !== undefined) return `{${twice}} stands there twice`
  if (names.length === levels.length) return 'at least one level must be text'
  if (text.startsWith('$')) return 'topics that begin with $ belong to the broker'
  const filter = levels.map(level => ('literal' in level ? level.literal : '+')).join('/')
  return { text, levels, filter }
}

/** The variables of a topic that is split into its levels; null where the template is another. */
export function matchTopic(template: TopicTemplate, levels: readonly string[]): readonly string[] | null {
  if (levels.length !== template.levels.length) return null
  const values: string[] = []
  for (const [place, wanted] of template.levels.entries()) {
    const level = levels[place] ?? ''
    if ('variable' in wanted) values.push(level)
    else if (wanted.literal !== level) return null
  }
  return values
}

/** Whether some topic fits both filters; none of them has a `#`. */
export function overlap(one: string, other: string): boolean {
  const levels = one.split('/')
  const others = other.split('/')
  return (
    levels.length === others.length &&
    levels.every((level, place) => level === others[place] || level === '+' || others[place] === '+')
  )
}

/** What TypeBox says about one place. */
export interface SchemaError {
  keyword: string
  instancePath: string
  message: string
  params: object
}

const typeWords: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false'
}

/** The errors of a schema, each in words with its place: `mappings[0].time: format is missing`. */
export function wordsOf(errors: Iterable<SchemaError>): string[] {
  return [...errors].flatMap(error => {
    const at = place(error.instancePath)
    return sayings(error).map(saying => (at === '' ? saying : `${at}: ${saying}`))
  })
}

function sayings({ keyword, params, message }: SchemaError): string[] {
  const said = params as Record<string, unknown>
  switch (keyword) {
    case 'required':
      return list(said.requiredProperties).map(name => `${name} is missing`)
    case 'additionalProperties':
      return list(said.additionalProperties).map(name => `${name} is not known here`)
    // The same member has an error of its own, which names it.
    case 'boolean':
      return []
    case 'type':
      return [`must be ${typeWords[String(said.type)] ?? said.type}`]
    case 'enum':
      return [`must be one of ${list(said.allowedValues).join(', ')}`]
    default:
      return [message]
  }
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}

/** `/mappings/0/fields/kw` as people write it: `mappings[0].fields.kw`. */
export function place(path: string): string {
  return path
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((text, step) => {
      if (/^\d+$/.test(step)) return `${text}[${step}]`
      return text === '' ? step : `${text}.${step}`
    }, '')
}

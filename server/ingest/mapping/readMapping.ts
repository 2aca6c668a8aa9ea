import { Compile } from 'typebox/compile'
import { subscriptionFilters, topics } from '../../contract/topics.ts'
import type { ForeignDecoder } from '../decode.ts'
import { type SparkplugSettings, sparkplugFilters, sparkplugMistakes } from '../sparkplug/settings.ts'
import { compileMapping, type Mapping } from './compileMapping.ts'
import { wordsOf } from './mistakes.ts'
import { MappingFile } from './schema.ts'
import { matchTopic, overlap } from './topicTemplate.ts'

export interface ReadMapping {
  decoders: ForeignDecoder[]
  /** The section `sparkplug`: for `createSparkplug`, which keeps a state. null where there is none. */
  sparkplug: SparkplugSettings | null
}

const schema = Compile(MappingFile)

/** Checks the whole mapping file: what reads its messages, or every mistake at once, each with its place. */
export function readMapping(text: string): ReadMapping | { mistakes: string[] } {
  let file: unknown
  try {
    file = JSON.parse(text)
  } catch (error) {
    return { mistakes: [`it is not JSON: ${(error as Error).message}`] }
  }
  if (!schema.Check(file)) return { mistakes: wordsOf(schema.Errors(file)) }
  const { mappings: all = [], sparkplug = null } = file
  const mistakes = sparkplug === null ? [] : sparkplugMistakes(sparkplug).map(said => `sparkplug.${said}`)
  const mappings: Mapping[] = []
  const taken = takenFilters(sparkplug)
  for (const [index, settings] of all.entries()) {
    const at = `mappings[${index}]${settings.name === undefined ? '' : ` (${settings.name})`}`
    const compiled = compileMapping(settings)
    if ('mistakes' in compiled) {
      mistakes.push(...compiled.mistakes.map(said => `${at}: ${said}`))
      continue
    }
    const { template } = compiled.mapping
    for (const other of taken)
      if (overlap(template.filter, other.filter))
        mistakes.push(`${at}: topic: some topics fit ${template.text} as well as ${other.whose}`)
    taken.push({ filter: template.filter, whose: `${at}, ${template.text}` })
    mappings.push(compiled.mapping)
  }
  if (mistakes.length > 0) return { mistakes }
  return { decoders: mappings.length > 0 ? [mappingDecoder(mappings)] : [], sparkplug }
}

/** Topics that belong to the contract or to Sparkplug: a message must have one meaning. */
function takenFilters(sparkplug: SparkplugSettings | null): { filter: string; whose: string }[] {
  const contract = [...subscriptionFilters, topics.notice('+', '+')]
  return [
    ...contract.map(filter => ({ filter, whose: `${filter} of Gridload's own contract` })),
    ...(sparkplug === null ? [] : sparkplugFilters(sparkplug)).map(filter => ({
      filter,
      whose: `${filter} of sparkplug`
    }))
  ]
}

function mappingDecoder(mappings: readonly Mapping[]): ForeignDecoder {
  return {
    filters: mappings.map(({ template }) => template.filter),
    decode(topic, payload, now) {
      const levels = topic.split('/')
      for (const { template, decode } of mappings) {
        const variables = matchTopic(template, levels)
        if (variables !== null) return decode(variables, payload, now)
      }
      return null
    }
  }
}

import { type Static, Type } from 'typebox'
import { readingFields } from '../../contract/telemetry.ts'
import { compileSources } from './sources.ts'

const strict = { additionalProperties: false }
const Words = Type.String({ maxLength: 200 })

/** The section `sparkplug` of the mapping file; docs/payloads.md explains each member. */
export const SparkplugSettings = Type.Object(
  {
    groups: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: 100 }),
    sources: Type.Array(
      Type.Object(
        {
          /** Whose metrics: those of edge nodes themselves, or of the devices behind them. */
          of: Type.Enum(['node', 'device']),
          kind: Type.Enum(['meter', 'transformer', 'weather']),
          id: Type.String({ minLength: 1, maxLength: 200 }),
          idReplacement: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]?$' })),
          intervalS: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 86_400 })),
          metrics: Type.Record(
            Type.String(),
            Type.Object(
              {
                member: Words,
                scale: Type.Optional(Type.Number()),
                add: Type.Optional(Type.Number()),
                unit: Type.Optional(Words)
              },
              strict
            )
          )
        },
        strict
      ),
      { minItems: 1, maxItems: 1000 }
    )
  },
  strict
)
export type SparkplugSettings = Static<typeof SparkplugSettings>
export type SourceSettings = SparkplugSettings['sources'][number]

/** What the schema cannot see, in words with its place inside the section. */
export function sparkplugMistakes(settings: SparkplugSettings): string[] {
  const mistakes = settings.groups.flatMap((group, index) =>
    group !== '+' && /[/+#]/.test(group)
      ? [`groups[${index}]: ${group} is neither + nor the id of one group`]
      : []
  )
  if (settings.groups.includes('+') && settings.groups.length > 1)
    mistakes.push('groups: + already stands for all')
  if (new Set(settings.groups).size < settings.groups.length) mistakes.push('groups: one stands there twice')
  for (const [index, source] of settings.sources.entries()) {
    const known: readonly string[] = readingFields[source.kind]
    for (const [metric, { member, scale }] of Object.entries(source.metrics)) {
      const at = `sources[${index}].metrics.${metric}`
      if (!known.includes(member))
        mistakes.push(`${at}: a ${source.kind} has no member ${member}; it has ${known.join(', ')}`)
      if (scale === 0) mistakes.push(`${at}: scale is 0`)
    }
  }
  const compiled = compileSources(settings.sources)
  return 'mistakes' in compiled ? [...mistakes, ...compiled.mistakes] : mistakes
}

/** What has to be subscribed to. The order of an edge node's messages matters: never through a shared subscription. */
export function sparkplugFilters({ groups }: SparkplugSettings): string[] {
  return groups.flatMap(group => [
    ...['NBIRTH', 'NDATA', 'NDEATH'].map(type => `spBv1.0/${group}/${type}/+`),
    ...['DBIRTH', 'DDATA', 'DDEATH'].map(type => `spBv1.0/${group}/${type}/+/+`)
  ])
}

/** What edge nodes and the devices behind them subscribe to: their commands, and the state of the host. */
export function commandFilters({ groups }: SparkplugSettings): string[] {
  const ofGroups = groups.flatMap(group => ['NCMD', 'DCMD'].map(type => `spBv1.0/${group}/${type}/+/#`))
  return [...ofGroups, 'spBv1.0/STATE/+']
}

import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { KnownMetric, Nodes, Table } from './nodes.ts'
import type { FindTarget } from './sources.ts'

/** What the births have announced, as it is kept over a restart: only metrics that somebody asked for. */
const Saved = Type.Object({
  version: Type.Literal(1),
  nodes: Type.Array(
    Type.Object({
      group: Type.String(),
      node: Type.String(),
      bdSeq: Type.Union([Type.Integer(), Type.Null()]),
      tables: Type.Array(
        Type.Object({
          /** '' for the node's own. */
          device: Type.String(),
          metrics: Type.Array(
            Type.Object({
              name: Type.String(),
              alias: Type.Union([Type.Integer(), Type.Null()]),
              datatype: Type.Integer()
            })
          )
        })
      )
    })
  )
})
type Saved = Static<typeof Saved>
const schema = Compile(Saved)

export function writeNodes(nodes: Nodes): string {
  const saved: Saved = {
    version: 1,
    nodes: [...nodes.all()].map(({ group, node, bdSeq, tables }) => ({
      group,
      node,
      bdSeq,
      tables: [...tables].map(([device, table]) => ({ device, metrics: metricsOf(table) }))
    }))
  }
  return JSON.stringify(saved)
}

function metricsOf({ byAlias, byName }: Table): Saved['nodes'][number]['tables'][number]['metrics'] {
  const aliases = new Map<KnownMetric, number>()
  for (const [alias, known] of byAlias) if (known !== null) aliases.set(known, alias)
  return [...byName.values()].map(known => ({
    name: known.name,
    alias: aliases.get(known) ?? null,
    datatype: known.datatype
  }))
}

/**
 * Puts what was saved into `nodes`; where metrics go is asked again, for the mapping may be another now. Returns false,
 * and takes nothing, where the text is not what `writeNodes` writes: births will be asked for.
 */
export function restoreNodes(text: string, nodes: Nodes, find: FindTarget): boolean {
  const saved = parse(text)
  if (saved === null) return false
  for (const { group, node, bdSeq, tables } of saved.nodes) {
    const edge = nodes.add(group, node)
    if (edge === null) return true
    edge.bdSeq = bdSeq
    for (const { device, metrics } of tables) {
      const origin = { group, node, device: device === '' ? null : device }
      const table: Table = { byAlias: new Map(), byName: new Map() }
      for (const { name, alias, datatype } of metrics) {
        const target = find(origin, name)
        const known =
          target === null || typeof target === 'string' ? null : { name, datatype, target, last: null }
        if (alias !== null) table.byAlias.set(alias, known)
        if (known !== null) table.byName.set(name, known)
      }
      nodes.setTable(edge, device, table)
    }
  }
  return true
}

function parse(text: string): Saved | null {
  try {
    const value: unknown = JSON.parse(text)
    return schema.Check(value) ? value : null
  } catch {
    return null
  }
}

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** Folders of server/ that are stages; everything else directly below it is a composition root. */
const sharedFolders = ['contract', 'log']
const rootFolders = ['workers', 'cli']

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap(name => {
    const path = join(folder, name)
    if (name === 'node_modules' || name === 'dist') return []
    if (statSync(path).isDirectory()) return filesBelow(path)
    return /\.(ts|svelte)$/.test(name) ? [path] : []
  })
}

interface Import {
  from: string
  to: string
  typeOnly: boolean
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8')
  const found = text.matchAll(
    /(import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?['"](\.[^'"]+)['"]|import\(['"](\.[^'"]+)['"]\)/g
  )
  return [...found].map(([, , type, still, dynamic]) => ({
    from: relative(root, file),
    to: relative(root, resolve(dirname(file), still ?? dynamic ?? '')),
    typeOnly: type !== undefined
  }))
}

/** Why an import is forbidden, in words; null where it is allowed. */
function forbidden({ from, to, typeOnly }: Import): string | null {
  const [area, stage, inner] = from.split('/')
  const [toArea, toStage, toInner] = to.split('/')
  if (area === 'tests') return null
  if (area === 'server') {
    if (toArea !== 'server') return 'the server imports nothing outside server/'
    const isRoot = inner === undefined || rootFolders.includes(stage ?? '')
    if (isRoot || stage === toStage) return null
    if (toInner === undefined || rootFolders.includes(toStage ?? ''))
      return 'a stage does not import a composition root'
    if (stage === 'contract') return 'contract/ imports nothing but itself'
    if (sharedFolders.includes(toStage ?? '')) return null
    return 'stages never import each other; they share contract/ and log/'
  }
  if (area === toArea) return null
  if (toArea !== 'server' || toStage !== 'contract')
    return `${area}/ imports server/contract/ and nothing else of the server`
  if (area === 'web' && !typeOnly) return 'web/ imports types only'
  return null
}

function circles(imports: readonly Import[]): string[] {
  const targets = new Map<string, string[]>()
  for (const { from, to, typeOnly } of imports) {
    if (!typeOnly) targets.set(from, [...(targets.get(from) ?? []), to])
  }
  const done = new Set<string>()
  const found: string[] = []
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(' → '))
    if (path.includes(file) || done.has(file)) return
    for (const next of targets.get(file) ?? []) visit(next, [...path, file])
    done.add(file)
  }
  for (const file of targets.keys()) visit(file, [])
  return found
}

describe('who may import whom', () => {
  const imports = ['server', 'web', 'simulators']
    .flatMap(area => filesBelow(join(root, area)))
    .flatMap(importsOf)

  it('sees the imports at all', () => {
    expect(imports.length).toBeGreaterThan(50)
  })

  it('keeps the stages apart', () => {
    const broken = imports.flatMap(one => {
      const why = forbidden(one)
      return why === null ? [] : [`${one.from} → ${one.to}: ${why}`]
    })
    expect(broken).toEqual([])
  })

  it('has no circle', () => {
    expect(circles(imports)).toEqual([])
  })

  it.each([
    ['server/rules/overload.ts', 'server/grid/live.ts', true],
    ['server/rules/overload.ts', 'server/contract/findings.ts', false],
    ['server/readings/feed.ts', 'server/log/ingestLog.ts', false],
    ['server/contract/grid.ts', 'server/log/ingestLog.ts', true],
    ['server/grid/live.ts', 'server/app.ts', true],
    ['server/app.ts', 'server/grid/live.ts', false],
    ['server/cli/demo.ts', 'simulators/region.ts', true],
    ['simulators/main.ts', 'server/contract/topics.ts', false],
    ['simulators/main.ts', 'server/log/lines.ts', true],
    ['web/src/api.ts', 'server/contract/grid.ts', true]
  ])('%s → %s: forbidden %s', (from, to, expected) => {
    expect(forbidden({ from, to, typeOnly: false }) !== null).toBe(expected)
  })

  it('finds a circle', () => {
    const one = (from: string, to: string): Import => ({ from, to, typeOnly: false })
    expect(circles([one('a', 'b'), one('b', 'c'), one('c', 'a')])).toEqual(['a → b → c → a'])
  })
})

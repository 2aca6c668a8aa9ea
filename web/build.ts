import { createHash } from 'node:crypto'
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

const repository = join(import.meta.dirname, '..')
const dist = join(import.meta.dirname, 'dist')
const stampFile = join(dist, 'sources.sha256')

/** Everything the pages are made of: one hash over names and contents. */
function hashSources(): string {
  const hash = createHash('sha256')
  const files = globSync(['web/*.*', 'web/{src,public}/**', 'server/contract/**', 'package-lock.json'], {
    cwd: repository
  })
  for (const file of files.sort()) {
    const path = join(repository, file)
    if (statSync(path).isFile()) hash.update(`${file}\0`).update(readFileSync(path)).update('\0')
  }
  return hash.digest('hex')
}

function readStamp(): string | null {
  try {
    return readFileSync(stampFile, 'utf8')
  } catch {
    return null // never built here
  }
}

/** Every chunk that comes with the first one: those it imports, and those they import. */
function firstChunks(): Set<string> {
  const found = new Set<string>()
  const waiting = globSync('assets/index-*.js', { cwd: dist })
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue
    found.add(file)
    const text = readFileSync(join(dist, file), 'utf8')
    for (const [, name] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g))
      waiting.push(`assets/${name}`)
  }
  return found
}

/** What a browser fetches before the first screen stands, gzipped, in KB. */
function initialKb(files: Iterable<string>): string {
  let bytes = 0
  for (const file of files) bytes += gzipSync(readFileSync(join(dist, file))).length
  return (bytes / 1000).toFixed(1)
}

async function main(): Promise<void> {
  const started = performance.now()
  const sources = hashSources()
  const where = relative(process.cwd(), dist)
  if (readStamp() === sources) {
    console.log(`web: ${where} is up to date (JavaScript ${initialKb(firstChunks())} KB gzipped)`)
    return
  }
  // A test that builds them would otherwise get, and leave behind, pages made for developing.
  process.env.NODE_ENV = 'production'
  await build({ configFile: join(import.meta.dirname, 'vite.config.ts'), logLevel: 'silent' })
  writeFileSync(stampFile, sources)
  const styles = readFileSync(join(dist, 'index.html'), 'utf8').matchAll(/href="\/(assets\/[^"]+\.css)"/g)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(
    `web: built ${where} in ${seconds} s (JavaScript ${initialKb(firstChunks())} KB, CSS ${initialKb(Array.from(styles, ([, file = '']) => file))} KB gzipped)`
  )
}

try {
  await main()
} catch (error) {
  // Vite draws the place in colour over many lines; the first ones say what and where.
  const lines = stripVTControlCharacters(error instanceof Error ? error.message : String(error)).split('\n')
  console.error(
    `web: ${lines
      .filter(line => line.trim() !== '')
      .slice(0, 2)
      .join(' ')}`
  )
  process.exit(1)
}

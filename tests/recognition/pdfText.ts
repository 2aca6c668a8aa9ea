import { inflateSync } from 'node:zlib'

/**
 * The texts of a PDF in the order they are drawn, as a reader extracts them: codes of the page streams by the ToUnicode
 * table of the font in force. Reads what pdfkit writes, and no more; a code without a letter becomes NUL.
 */
export function textsOf(bytes: Uint8Array): string[] {
  const objects = objectsOf(Buffer.from(bytes))
  const maps = new Map<string, Map<number, string>>()
  for (const { text } of objects.values()) {
    const toUnicode = /\/ToUnicode (\d+) 0 R/.exec(text)?.[1]
    if (toUnicode === undefined) continue
    const id = [...objects].find(([, one]) => one.text === text)?.[0]
    maps.set(String(id), unicodeMap(objects.get(Number(toUnicode))?.stream ?? ''))
  }
  const found: string[] = []
  for (const { text } of objects.values()) {
    if (!/\/Type \/Page\n/.test(text)) continue
    const contents = Number(/\/Contents (\d+) 0 R/.exec(text)?.[1])
    const resources = Number(/\/Resources (\d+) 0 R/.exec(text)?.[1])
    const fonts = fontsOf(objects.get(resources)?.text ?? '', maps)
    found.push(...textsIn(objects.get(contents)?.stream ?? '', fonts))
  }
  return found
}

function objectsOf(file: Buffer): Map<number, { text: string; stream: string }> {
  const all = file.toString('latin1')
  const found = new Map<number, { text: string; stream: string }>()
  for (const { 1: id, index } of all.matchAll(/^(\d+) 0 obj\n/gm)) {
    const end = all.indexOf('\nendobj', index)
    const at = all.indexOf('stream\n', index)
    const hasStream = at >= 0 && at < end
    const text = all.slice(index, hasStream ? at : end)
    const length = Number(/\/Length (\d+)/.exec(text)?.[1] ?? 0)
    const raw = file.subarray(at + 7, at + 7 + length)
    const isPacked = text.includes('/FlateDecode')
    const stream = hasStream ? (isPacked ? inflateSync(raw) : raw).toString('latin1') : ''
    found.set(Number(id), { text, stream })
  }
  return found
}

function unicodeMap(cmap: string): Map<number, string> {
  const map = new Map<number, string>()
  for (const [, first = '', entries = ''] of cmap.matchAll(/<([0-9a-f]+)> <[0-9a-f]+> \[(.*?)\]/gs)) {
    const all = [...entries.matchAll(/<([0-9a-f ]*)>/g)]
    all.forEach(([, codes = ''], i) => {
      const units = codes.split(' ').map(code => Number.parseInt(code, 16))
      map.set(Number.parseInt(first, 16) + i, String.fromCharCode(...units))
    })
  }
  return map
}

function fontsOf(resources: string, maps: ReadonlyMap<string, Map<number, string>>) {
  const fonts = new Map<string, Map<number, string>>()
  for (const [, name = '', id = ''] of resources.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
    const map = maps.get(id)
    if (map !== undefined) fonts.set(name, map)
  }
  return fonts
}

function textsIn(content: string, fonts: ReadonlyMap<string, Map<number, string>>): string[] {
  let font: Map<number, string> | undefined
  const found: string[] = []
  for (const [, name, pieces] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[(.*?)\] TJ/g)) {
    if (name !== undefined) font = fonts.get(name)
    if (pieces === undefined) continue
    const codes = [...pieces.matchAll(/<([0-9a-f]+)>/g)].flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? [])
    found.push(codes.map(code => font?.get(Number.parseInt(code, 16)) ?? '\0').join(''))
  }
  return found
}

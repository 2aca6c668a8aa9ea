import { describe, expect, test } from 'vitest'
import { registryColumns } from '../../server/contract/registry.ts'
import { planImport, type RegistryNow } from '../../server/grid/importRegistry.ts'
import { enrolment } from '../records/samples.ts'

const header = registryColumns.join(',')
const empty: RegistryNow = { nodes: [], customers: [], enrolments: [], defaultProgrammeId: 'voluntary' }

const file = `${header}
customer,C1,,Thép Hòa Bình,,,,,,,
meteringPoint,MP1,T1,Lò 1,M1,,,,15,C1,1500
substation,S1,,"Trạm 110 kV
Đông Anh",,W1,63000,,,,
transformer,T1,F1,,,,,630.5,1800,,
feeder,F1,S1,Lộ 471,,,5000,,,,
`

/** What is wrong with rows after a proper header; lines count from the header, line 1. */
function faults(rows: string, now: RegistryNow = empty): string[] {
  const { change, report } = planImport(`${header}\n${rows}`, now)
  if (report.errors.length > 0) expect(change).toBeNull()
  return report.errors.map(({ line, reason }) => `${line}: ${reason}`)
}

/** The registry after a file was applied to an empty one. */
function registryOf(csv: string): RegistryNow {
  const { change } = planImport(csv, empty)
  if (change === null) throw new Error('the file is bad')
  const enrolments = change.enrolments.map((one, i) => enrolment(`EN-${i}`, one))
  return { ...empty, nodes: change.nodes, customers: change.customers, enrolments }
}

describe('a good file', () => {
  test('everything is new; a parent may come later, an empty name is the id', () => {
    const { change, report } = planImport(file, empty)
    expect(report).toEqual({
      applied: false,
      rows: 5,
      added: ['C1', 'MP1', 'S1', 'T1', 'F1'],
      changed: [],
      unchanged: 0,
      errors: []
    })
    expect(change?.customers).toEqual([{ id: 'C1', name: 'Thép Hòa Bình' }])
    expect(change?.enrolments).toEqual([{ customerId: 'C1', meteringPointId: 'MP1', committedKw: 1500 }])
    expect(change?.nodes.find(({ id }) => id === 'T1')).toEqual({
      id: 'T1',
      kind: 'transformer',
      parent: 'F1',
      name: 'T1',
      meter: null,
      weather: null,
      capacityKw: null,
      ratingKva: 630.5,
      reportIntervalS: 1800,
      customerId: null
    })
    expect(change?.nodes.find(({ id }) => id === 'S1')?.name).toBe('Trạm 110 kV\nĐông Anh')
  })

  test('the same file again changes nothing', () => {
    const { change, report } = planImport(file, registryOf(file))
    expect(change).toEqual({ nodes: [], customers: [], enrolments: [] })
    expect(report).toMatchObject({ added: [], changed: [], unchanged: 5 })
  })

  test('what differs is told with its old and new value, and only that is written', () => {
    const changed = file
      .replace('5000', '6000')
      .replace(',15,C1,1500', ',30,C1,1800')
      .replace('Thép Hòa', 'Gang Hòa')
    const { change, report } = planImport(changed, registryOf(file))
    expect(report.changed).toEqual([
      { id: 'C1', what: 'name Thép Hòa Bình → Gang Hòa Bình' },
      { id: 'MP1', what: 'report_interval_s 15 → 30; committed_kw 1500 → 1800' },
      { id: 'F1', what: 'capacity_kw 5000 → 6000' }
    ])
    expect(report.unchanged).toBe(2)
    expect(change?.nodes.map(({ id }) => id)).toEqual(['MP1', 'F1'])
    expect(change?.enrolments).toEqual([{ customerId: 'C1', meteringPointId: 'MP1', committedKw: 1800 }])
  })

  test('how a transformer is cooled may follow as one more column; a file without it leaves it as it is', () => {
    const cooled = (cooling: string) => `${header},cooling\ntransformer,T1,,,,,,630.5,,,,${cooling}\n`
    const registry = registryOf(cooled('ONAN'))
    expect(registry.nodes[0]?.cooling).toBe('ONAN')
    expect(planImport(cooled('ONAN'), registry).report.unchanged).toBe(1)
    const changed = planImport(cooled('OF'), registry)
    expect(changed.report.changed).toEqual([{ id: 'T1', what: 'cooling ONAN → OF' }])
    expect(changed.change?.nodes[0]?.cooling).toBe('OF')
    const forgotten = planImport(cooled(''), registry)
    expect(forgotten.report.changed).toEqual([{ id: 'T1', what: 'cooling ONAN → none' }])
    const without = planImport(`${header}\ntransformer,T1,,,,,,800,,,\n`, registry)
    expect(without.report.changed).toEqual([{ id: 'T1', what: 'rating_kva 630.5 → 800' }])
    expect(without.change?.nodes[0]).toMatchObject({ ratingKva: 800, cooling: 'ONAN' })
    const { report } = planImport(
      `${header},cooling\nfeeder,F1,,,,,,,,,,ONAN\ntransformer,T2,,,,,,,,,,AN\ncustomer,C1,,,,,,,,,,OF\n`,
      empty
    )
    expect(report.errors).toEqual([
      { line: 2, reason: 'cooling belongs to a transformer, not to a feeder' },
      { line: 3, reason: 'cooling "AN" must be one of distribution, ONAN, ONAF, OF, OD' },
      { line: 4, reason: 'a customer has only id and name, not cooling' }
    ])
  })

  test('what is not in the file stays, and its rows may refer to it', () => {
    const { change, report } = planImport(`${header}\ntransformer,T2,F1,,,,,,,,\n`, registryOf(file))
    expect(report).toMatchObject({ added: ['T2'], errors: [] })
    expect(change?.nodes).toHaveLength(1)
  })

  test('an empty committed_kw leaves the enrolment; 0 is a commitment', () => {
    expect(planImport(file.replace(',C1,1500', ',C1,'), registryOf(file)).report).toMatchObject({
      unchanged: 5
    })
    expect(planImport(file.replace(',C1,1500', ',C1,0'), registryOf(file)).report.changed).toEqual([
      { id: 'MP1', what: 'committed_kw 1500 → 0' }
    ])
  })

  test('a byte order mark, CR LF, blank lines, spaces around cells and columns in another order', () => {
    const columns = registryColumns.toReversed()
    const row = ['substation', 'S1', '', 'Trạm', '', 'W1', '100', '', '', '', ''].toReversed()
    const text = `\ufeff${columns.join(' , ')}\r\n\r\n${row.join(' , ')}\r\n`
    expect(planImport(text, empty).report).toMatchObject({ added: ['S1'], errors: [] })
  })
})

describe('the file as a whole', () => {
  test.each([
    ['', '1: the file is empty'],
    [header.replace('weather,', '').replace(',meter', ''), '1: missing in the header: meter, weather'],
    [`${header},colour,`, '1: unknown in the header: "colour", ""'],
    [`${header},kind`, '1: twice in the header: kind'],
    [`${header}\nfeeder,F,,"471" Lộ,,,,,,,`, '2: cannot be read: Invalid Closing Quote'],
    [header.replaceAll(',', ';'), '1: missing in the header: kind,'],
    [
      `${header}\nfeeder,F,,,,,,,,,\n\n"substation,S1\nx\n`,
      '4: a quote is opened in this row and never closed'
    ]
  ])('%j', (text, fault) => {
    const { change, report } = planImport(text, empty)
    expect(change).toBeNull()
    expect(`${report.errors[0]?.line}: ${report.errors[0]?.reason}`).toContain(fault)
  })

  test('only a header is a file without rows', () => {
    expect(planImport(header, empty).report).toMatchObject({ rows: 0, errors: [] })
  })
})

describe('every bad row is told with its line', () => {
  test.each([
    ['area,A1,,,,,,,,,', ['2: unknown kind "area": one of company, province, substation']],
    ['substation,,,,,,,,,,', ['2: id is empty']],
    ['substation,Trạm 1,,,,,,,,,', ['2: id "Trạm 1" must be 1 to 64 letters']],
    [`substation,${'x'.repeat(65)},,,,,,,,,`, ['2: id "xxx']],
    ['substation,S1,,,,W 1,,,,,', ['2: weather "W 1" must be']],
    ['substation,S1,,,a/b,,,,,,', ['2: meter "a/b" must be']],
    ['substation,S1,,,,,"5,5",,,,', ['2: capacity_kw "5,5" is not a number']],
    ['substation,S1,,,,,0,,,,', ['2: capacity_kw 0 must be above 0']],
    [
      'substation,S1,,,,,,-1,NaN,,',
      ['2: rating_kva -1 must be above 0', '2: report_interval_s "NaN" is not']
    ],
    ['substation,S1,,,,,1e999,,,,', ['2: capacity_kw "1e999" is not a number']],
    [`substation,S1,,${'n'.repeat(201)},,,,,,,`, ['2: name has 201 characters']],
    ['substation,S1,,,,,,', ['2: has 8 cells where the header has 11']],
    ['substation,S1,,,,,,,,,\nfeeder,S1,,,,,,,,,', ['3: id S1 stands already on line 2']],
    ['feeder,F1,S9,,,,,,,,', ['2: unknown parent S9']],
    ['feeder,F1,F1,,,,,,,,', ['2: its parents go in a circle: F1 → F1']],
    [
      'feeder,A,B,,,,,,,,\nfeeder,B,A,,,,,,,,\ntransformer,T,A,,,,,,,,',
      ['2: its parents go in a circle: A → B → A', '3: its parents go in a circle: B → A → B']
    ],
    [
      'feeder,F1,,,,,,,,,\nsubstation,S1,F1,,,,,,,,',
      ['3: substation S1 cannot stand below feeder F1: the order is company']
    ],
    ['feeder,F1,,,,,,,,,\nfeeder,F2,F1,,,,,,,,', ['3: feeder F2 cannot stand below feeder F1']],
    ['company,A,B,,,,,,,,\ncompany,B,A,,,,,,,,', ['2: its parents go in a circle', '3: its parents']],
    ['meteringPoint,P,,,M1,,,,,,500', ['2: committed_kw without customer']],
    ['meteringPoint,P,,,M1,,,,,C9,', ['2: unknown customer C9']],
    ['customer,C,,,,,,,,,\nmeteringPoint,P,,,,,,,,C,500', ['3: committed_kw without meter']],
    ['customer,C,,,,,,,,,\nfeeder,F,,,M,,,,,C,500', ['3: committed_kw belongs to a meteringPoint']],
    ['customer,C,,,,,,,,,\nmeteringPoint,P,,,M,,,,,C,-5', ['3: committed_kw -5 must be at least 0']],
    ['customer,C,S1,,M,,,,,,', ['2: a customer has only id and name, not parent, meter']],
    ['customer,C,,,,,,,,,\ncustomer,C,,,,,,,,,', ['3: id C stands already on line 2']],
    ['feeder,A,,,M,,,,,,\nfeeder,B,,,M,,,,,,', ['3: meter M measures A already']]
  ])('%s', (rows, expected) => {
    const found = faults(rows)
    expect(found).toHaveLength(expected.length)
    for (const [i, start] of expected.entries()) expect(found[i]).toContain(start)
  })

  test('lines are right after a cell with line ends in it, also with CR LF, and blank lines', () => {
    const rows = 'substation,S1,,"a\nb\nc",,,,,,,\n\nfeeder,F1,S9,,,,,,,,'
    expect(faults(rows)).toEqual(['6: unknown parent S9'])
    expect(faults(rows.replaceAll('\n', '\r\n'))).toEqual(['6: unknown parent S9'])
    expect(faults('substation,S 1,,"a\nb",,,,,,,')).toEqual([expect.stringContaining('2: id "S 1"')])
  })

  test('all bad rows at once, in their order, and what refers to a bad row is not bad for that', () => {
    const rows = [
      'feeder,F9,S9,,,,,,,,',
      'substation,S1,,,,,x,,,,',
      'feeder,F1,S1,,,,,,,,',
      'area,A,,,,,,,,,'
    ]
    const found = faults(rows.join('\n'))
    expect(found.map(one => one.slice(0, 2))).toEqual(['2:', '3:', '5:'])
  })
})

describe('against what is there already', () => {
  const now = registryOf(file)

  test.each([
    ['a meter of another node', 'feeder,F2,S1,,M1,,,,,,', '2: meter M1 measures MP1 already'],
    [
      'a parent below its child',
      'substation,S1,T1,,,,,,,,',
      '2: its parents go in a circle: S1 → T1 → F1 → S1'
    ],
    [
      'a kind its children cannot stand below',
      'meteringPoint,F1,,,,,,,,,',
      '2: transformer T1 cannot stand below'
    ],
    [
      'an enrolled point that changes hands',
      'customer,C2,,,,,,,,,\nmeteringPoint,MP1,T1,,M1,,,,,C2,',
      '3: MP1 is enrolled'
    ],
    [
      'an enrolled point that loses its meter',
      'meteringPoint,MP1,T1,,,,,,,C1,',
      '2: MP1 is enrolled for customer C1'
    ]
  ])('%s', (_what, rows, fault) => {
    expect(faults(rows, now)).toEqual([expect.stringContaining(fault)])
  })

  test('a meter may move from one node to another in one file', () => {
    expect(faults('meteringPoint,MP1,T1,,M2,,,,,C1,\nmeteringPoint,MP2,T1,,M1,,,,,,', now)).toEqual([])
  })

  test('an enrolled point changes hands with a new commitment', () => {
    const rows = 'customer,C2,,,,,,,,,\nmeteringPoint,MP1,T1,Lò 1,M1,,,,15,C2,1500'
    const { change, report } = planImport(`${header}\n${rows}`, now)
    expect(change?.enrolments).toEqual([{ customerId: 'C2', meteringPointId: 'MP1', committedKw: 1500 }])
    expect(report.changed).toEqual([{ id: 'MP1', what: 'customer C1 → C2; enrolled C1 → C2' }])
  })
})

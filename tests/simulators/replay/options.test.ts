import { describe, expect, test } from 'vitest'
import { help } from '../../../simulators/replay/help.ts'
import { parseReplayOptions } from '../../../simulators/replay/options.ts'

const minimal = ['file.csv', '--as', 'meter:M-1', '--map', 'kw=Demand']

test('the defaults: first column, instantaneous, as fast as possible', () => {
  expect(parseReplayOptions(minimal)).toMatchObject({
    file: 'file.csv',
    targets: [{ kind: 'meter', id: 'M-1' }],
    timeColumn: null,
    intervalS: null,
    stampAtEnd: false,
    from: null,
    to: null,
    speed: 0,
    shiftToNow: false,
    mqttUrl: 'mqtt://127.0.0.1:1883'
  })
})

describe('conversions', () => {
  test.each([
    ['kw=a:from=MW', 4.2, 4_200],
    ['kw=a:from=W', 4_200, 4.2],
    ['kw=a:from=kWh', 3, 12],
    ['kw=a:from=Wh', 3_000, 12],
    ['kvar=a:from=kvarh', 3, 12],
    ['kw=a:scale=1000:offset=-5', 2, 1_995],
    ['kw=a:offset=1:scale=10', 2, 21],
    ['kw=a:from=MW:scale=0.5', 2, 1_000],
    ['temp_c=a:from=F', 104, 40],
    ['temp_c=a:from=F', 32, 0]
  ])('%s of %d is %d', (spec, value, expected) => {
    const args = [
      'f.csv',
      '--as',
      'meter:M',
      '--map',
      'kw=x',
      '--as',
      'weather:W',
      '--map',
      'temp_c=x',
      '--interval',
      '900'
    ]
    const kept = args.filter(
      (arg, index) => !(arg === '--map' && args[index + 1]?.startsWith(`${spec.split('=')[0]}=`))
    )
    const rest = kept.filter((arg, index) => arg !== `${spec.split('=')[0]}=x` || kept[index - 1] === '--map')
    const { mappings } = parseReplayOptions([...rest, '--map', spec])
    expect(mappings.at(-1)?.convert(value)).toBeCloseTo(expected, 9)
  })
})

describe('mistakes name their option', () => {
  test.each([
    [['--as', 'meter:M', '--map', 'kw=a'], /FILE/],
    [['f.csv', 'g.csv', '--as', 'meter:M', '--map', 'kw=a'], /g\.csv: only one FILE/],
    [['f.csv', '--map', 'kw=a'], /--as is missing/],
    [['f.csv', '--as', 'boiler:M', '--map', 'kw=a'], /--as boiler:M/],
    [['f.csv', '--as', 'meter:M/1', '--map', 'kw=a'], /--as meter:M\/1/],
    [['f.csv', '--as', 'meter:M'], /--as meter:M needs --map kw/],
    [['f.csv', '--as', 'transformer:T', '--map', 'oil_c=a'], /needs --map kw=… or kva/],
    [[...minimal, '--map', 'temp_c=b'], /--map temp_c=b: no --as has a member temp_c/],
    [[...minimal, '--map', 'power=b'], /--map power=b: no reading has a member power/],
    [[...minimal, '--map', 'boiler.kw=b'], /--map boiler\.kw=b/],
    [[...minimal, '--map', 'kw=b'], /kw=… is given twice/],
    [[...minimal, '--map', 'nonsense'], /--map nonsense/],
    [[...minimal, '--map', 'v=b:scale=much'], /much is not a number/],
    [[...minimal, '--map', 'v=b:from=furlong'], /from=furlong/],
    [[...minimal, '--map', 'v=b:from=kWh'], /needs --interval/],
    [[...minimal, '--stamp', 'end'], /--stamp end needs --interval/],
    [[...minimal, '--stamp', 'middle'], /--stamp/],
    [[...minimal, '--zone', 'Mars'], /--zone/],
    [[...minimal, '--interval', '0'], /--interval: 0/],
    [[...minimal, '--speed', '-1'], /--speed: -1/],
    [[...minimal, '--from', 'yesterday', '--zone', 'Z'], /--from/],
    [[...minimal, '--from', '2014-01-12'], /--from.*give --zone/],
    [[...minimal, '--shift-to', 'tomorrow'], /--shift-to/],
    [[...minimal, '--bogus', '1'], /--bogus/]
  ])('%j', (args, message) => {
    expect(() => parseReplayOptions(args)).toThrow(message)
  })
})

test('every command of the help is valid', () => {
  const commands = help
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter(line => line.includes('.csv.gz --as'))
  expect(commands.length).toBe(3)
  for (const command of commands) {
    const args = command.trim().split(/\s+/).slice(4)
    expect(parseReplayOptions(args).targets.length).toBeGreaterThan(0)
  }
})

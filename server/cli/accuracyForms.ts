/** The forms of the measured loads beside a checkout, as their README tells them. */

export type Cells = Readonly<Record<string, string>>

/** Local: with an offset, or as the wall clock was stored, which is then taken for a zone without clock changes. */
export interface LoadForm {
  file: string
  /** Of the clock by which days and hours are told; null: the wall clock as stored. */
  zone: string | null
  /** The time of a row as text; without an offset it is the wall clock. */
  time(cells: Cells, row: number): string
  /** The time is the end of the interval. */
  isEnd?: boolean
  /** Minutes that a row stands for; 0: an instantaneous sample. */
  minutes: number
  /** Names and values of the loads in a row; NaN unknown. Units differ: the accuracy is relative. */
  loads: Readonly<Record<string, (cells: Cells) => number>>
  /** °C, in the same row. */
  temperature?(cells: Cells): number
  /** °C in a file of its own, hourly. */
  temperatureFile?: { file: string; time(cells: Cells): string; value(cells: Cells): number }
  isHoliday?(cells: Cells): boolean
  /** Holidays and days with an event. */
  leftOut?: readonly string[]
}

const column = (name: string) => (cells: Cells) => numberOf(cells[name])
const stored = (name: string) => (cells: Cells) => cells[name] ?? ''
const numberOf = (text: string | undefined) => (text === undefined || text === '' ? NaN : Number(text))
const columns = (names: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(names).map(([name, of]) => [name, column(of)]))
/** A time for rows that are only counted: from a Monday on. */
const counted = (minutes: number, of: (cells: Cells) => number) => (cells: Cells) =>
  new Date(Date.UTC(2018, 0, 1) + of(cells) * minutes * 60_000).toISOString().slice(0, 19)

export const loadForms: readonly LoadForm[] = [
  {
    file: 'lbnl_small_office_15min_kw_2013.csv.gz',
    zone: null,
    time: stored('local'),
    minutes: 15,
    loads: columns({ 'LBNL office': 'kw' }),
    temperatureFile: {
      file: 'lbnl_small_office_hourly_temp_f_2013.csv.gz',
      time: stored('local'),
      value: cells => ((numberOf(cells.temp_f) - 32) * 5) / 9
    },
    leftOut: ['2013-09-02', '2013-09-23']
  },
  {
    file: 'steel_plant_korea_15min_2018.csv.gz',
    zone: null,
    time: stored('interval_end_local'),
    isEnd: true,
    minutes: 15,
    loads: columns({ 'steel plant': 'kwh_15min' })
  },
  {
    file: 'enernoc_4industry_aggregate_30min_2012.csv.gz',
    zone: 'UTC',
    time: stored('utc_interval_start'),
    minutes: 30,
    loads: columns({
      'commercial property': 'commercial_property_kwh',
      education: 'education_kwh',
      'food sales and storage': 'food_sales_storage_kwh',
      'light industry': 'light_industrial_kwh'
    })
  },
  {
    file: 'vic_elec.csv.gz',
    zone: 'Australia/Melbourne',
    time: stored('local'),
    minutes: 30,
    loads: columns({ Victoria: 'demand_mw' }),
    temperature: column('temp_c'),
    isHoliday: ({ holiday }) => holiday === '1'
  },
  {
    file: 'south_australia_summer_2000_2014.csv.gz',
    zone: null,
    time: stored('local'),
    minutes: 30,
    loads: columns({
      'South Australia, summers': 'demand_mw',
      'its industrial offset': 'industrial_offset_mw'
    }),
    temperature: column('temp1_c'),
    isHoliday: ({ holiday }) => holiday !== 'Normal'
  },
  {
    file: 'irish_cer_aggregate_halfhourly.csv.gz',
    // Stored an hour behind UTC: so its period of the day begins at the midnights of Dublin, before and after clock changes.
    zone: 'Europe/Dublin',
    time: ({ stored_time }) => `${stored_time}-01:00`,
    minutes: 30,
    loads: columns({ '2,672 Irish meters': 'demand_kwh_per_halfhour_sum' }),
    temperature: column('temp_c'),
    isHoliday: ({ holiday }) => holiday === '1'
  },
  {
    file: 'opendsm_uk_electricity_sample_0.csv.gz',
    zone: 'Europe/London',
    time: stored('start'),
    minutes: 60,
    loads: columns({ 'one UK meter': 'kwh' }),
    temperatureFile: {
      file: 'opendsm_uk_tempC_sample_0.csv.gz',
      time: cells => `${cells.start}+00:00`,
      value: column('temp_c')
    }
  },
  {
    file: 'uci_household_hourly_2006_2010.csv.gz',
    zone: null,
    time: stored('local_hour_start'),
    minutes: 60,
    loads: columns({ 'one French household': 'kwh' })
  },
  {
    file: 'tsrepr_50_consumers_halfhourly_2weeks.csv.gz',
    zone: null,
    time: counted(30, column('period')),
    minutes: 30,
    loads: { '50 consumers, 2 weeks': sumOf(50) }
  },
  {
    file: 'ETTh1.csv.gz',
    zone: null,
    time: stored('date'),
    minutes: 60,
    loads: columns({ 'ETTh1 high load': 'HUFL', 'ETTh1 middle load': 'MUFL', 'ETTh1 low load': 'LUFL' })
  },
  {
    file: 'distribution_transformer_monitor_india_2019_2020.csv.gz',
    zone: null,
    time: stored('local'),
    minutes: 0,
    loads: { 'Indian transformer, kVA': apparentKva },
    temperature: column('ATI')
  },
  {
    file: 'golden_cbl_modelica_lbnl90_input_15min.csv.gz',
    zone: null,
    time: counted(1 / 60, column('t_s')),
    minutes: 15,
    loads: columns({ 'LBNL building 90, simulated': 'power_w' }),
    temperature: cells => numberOf(cells.temp_k) - 273.15
  }
]

function sumOf(consumers: number) {
  return (cells: Cells) => {
    let sum = 0
    for (let i = 1; i <= consumers; i++) sum += numberOf(cells[`c${i}`])
    return sum
  }
}

function apparentKva(cells: Cells): number {
  let va = 0
  for (const phase of [1, 2, 3]) va += numberOf(cells[`VL${phase}`]) * numberOf(cells[`IL${phase}`])
  return va / 1000
}

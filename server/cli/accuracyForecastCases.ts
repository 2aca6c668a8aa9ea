/** The measured loads that the forecast is tried on, as their README tells them, and which of their days are foretold. */
import { type LoadForm, loadForms } from './accuracyForms.ts'

export interface ForecastCase {
  /** As --only names it. */
  name: string
  title: string
  form: LoadForm
  /** Of the form's loads. */
  load: string
  /** Kilowatts in a unit of the file. */
  kwPerUnit: number
  from: string
  until: string
  /** Tried with a temperature that was foretold wrongly, too. */
  hasNoise?: boolean
}

const MW = 1000
const KWH_PER_HALF_HOUR = 2

const summers = formOf('south_australia_summer_2000_2014.csv.gz')

export const forecastCases: readonly ForecastCase[] = [
  {
    name: 'victoria',
    title: 'Victoria, trained on 2012 and 2013',
    form: formOf('vic_elec.csv.gz'),
    load: 'Victoria',
    kwPerUnit: MW,
    ...{ from: '2014-01-01', until: '2014-12-31', hasNoise: true }
  },
  {
    name: 'south-australia',
    title: 'South Australia, October to March, trained on 2000 to 2011',
    form: {
      ...summers,
      // The days around a holiday are marked in the file, but are none.
      isHoliday: ({ holiday }) => holiday === 'Holiday',
      temperature: cells => (Number(cells.temp1_c) + Number(cells.temp2_c)) / 2
    },
    load: 'South Australia, summers',
    kwPerUnit: MW,
    ...{ from: '2012-01-01', until: '2014-02-28' }
  },
  {
    name: 'irish',
    title: '2,672 Irish meters, trained on nine months',
    form: formOf('irish_cer_aggregate_halfhourly.csv.gz'),
    load: '2,672 Irish meters',
    kwPerUnit: KWH_PER_HALF_HOUR,
    ...{ from: '2010-10-01', until: '2010-12-31' }
  }
]

export function formOf(file: string): LoadForm {
  const form = loadForms.find(one => one.file === file)
  if (form === undefined) throw new Error(`${file} has no form`)
  return form
}

import type { ForesightWords } from '../vi.ts'

export const weather: ForesightWords['weather'] = {
  station: 'Station',
  now: 'Now',
  humidity: 'Humidity',
  heatIndex: 'Feels like',
  today: 'Today, highest',
  tomorrow: 'Tomorrow, highest',
  forecast: 'Forecast',
  nodes: 'Nodes using it',
  observed: when => `observed ${when}`,
  issued: when => `of ${when}`,
  until: when => `until ${when}`,
  noForecast: 'no forecast',
  from: { mqtt: 'by MQTT', fetched: 'fetched by HTTP', none: 'no source' },
  none: 'There is no weather station yet.',
  chart: station => `Temperature at ${station}`,
  observedLine: 'observed',
  forecastLine: 'forecast',
  heatIndexLine: 'feels like',
  heatIndexAhead: 'feels like, forecast',
  chooseOne: 'Choose a station to see its chart'
}

import type { ForesightWords } from '../vi.ts'

export const forecasts: ForesightWords['forecasts'] = {
  title: 'Foresight',
  tabs: {
    forecasts: 'Load',
    transformers: 'Transformers',
    weather: 'Weather',
    replays: 'Replay of past days'
  },
  pageTitle: {
    forecasts: 'Load forecast',
    transformers: 'Transformers',
    weather: 'Weather',
    replays: 'Replay of past days'
  },
  fitted: (when, seconds) => `models fitted at ${when}, in ${seconds}`,
  neverFitted: 'no model was fitted yet',
  running: 'being computed',
  issued: when => `issued at ${when}`,
  counts: (known, all) => `${known} of ${all} nodes have a forecast`,
  day: 'Day',
  node: 'Node',
  peak: 'Forecast peak',
  range: 'P10–P90',
  peakAt: 'At',
  ofCapacity: 'Of capacity',
  probability: 'Probability above capacity',
  temperature: 'Highest temperature',
  heatIndex: value => `feels like ${value}`,
  none: 'There is no node to forecast: no grid is registered.',
  notYet:
    'The first forecast is not computed yet; it usually takes some minutes after the server has started.',
  noneForDay: 'This day is not forecast yet.',
  without: 'Without a forecast',
  showAll: 'Show all',
  noForecast: reason => `No forecast yet: ${reason}`,
  load: 'Metered load',
  p50: 'Forecast (P50)',
  low: 'P10',
  high: 'P90',
  chart: 'Load and forecast',
  chartSummary: (peak, when, low, high) =>
    `Forecast peak ${peak} (${when}), between ${low} and ${high} with a probability of 80 %.`,
  chartTemperature: 'Temperature behind the forecast',
  capacity: value => `capacity ${value}`,
  peaks: 'Peaks of the days ahead',
  plan: 'Plan a curtailment',
  everywhere: said => `All nodes: ${said}.`,
  basis: {
    full: 'full model, two years of data or more',
    'no-trend': 'model without trend, less than two years of data',
    'like-days': 'mean of like days, the history is short'
  },
  kinds: { 'day-ahead': 'day-ahead, from midnight', intraday: 'intraday' },
  flags: {
    'above-highest': 'above 1.3 times the highest load ever metered: a person should look at it',
    saturated: 'the temperature ahead is beyond what was seen before: less certain',
    'no-weather': 'no weather forecast: temperatures as in the last three days',
    old: 'older than three hours, and no newer one came: not what the newest loads say'
  },
  trained: (days, until) => `${days} days of data, up to ${until}`,
  highestEver: value => `highest load ever metered ${value}`,
  weatherIssued: (station, when) => `weather ${station}, issued at ${when}`,
  weatherMissing: 'no weather forecast',
  accuracy: 'Accuracy of past days',
  accuracyHow: 'Day-ahead forecasts as they were issued, against the metered load.',
  accuracyNone: 'No day yet that was both forecast from midnight and metered.',
  mape: 'Mean error',
  peakError: 'Peak error',
  coverage: 'Within P10–P90',
  yesterday: 'As the day before',
  lastWeek: 'As a week before',
  steps: 'Half-hours',
  mean: 'All days'
}

// What is to come: loads, transformers, weather, and past days to learn from; one chunk, fetched when it is opened.
import '../i18n/foresightServerText.ts'
import '../i18n/programmeServerText.ts'

export { default as Foresight } from './foresight/Foresight.svelte'
export { default as NodeForecast } from './foresight/NodeForecast.svelte'
export { default as Replay } from './foresight/Replay.svelte'
export { default as Transformer } from './foresight/Transformer.svelte'

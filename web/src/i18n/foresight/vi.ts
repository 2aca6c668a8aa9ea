import { forecasts } from './vi/forecasts.ts'
import { replays } from './vi/replays.ts'
import { transformers } from './vi/transformers.ts'
import { weather } from './vi/weather.ts'

/** Vietnamese of the pages of what is to come: the source. */
export const vi = { forecasts, weather, transformers, replays }

/** What these pages say, in one language. */
export type ForesightWords = typeof vi

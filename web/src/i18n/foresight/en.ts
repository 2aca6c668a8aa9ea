import { forecasts } from './en/forecasts.ts'
import { replays } from './en/replays.ts'
import { transformers } from './en/transformers.ts'
import { weather } from './en/weather.ts'
import type { ForesightWords } from './vi.ts'

export const en: ForesightWords = { forecasts, weather, transformers, replays }

import { createContext } from 'svelte'
import { createFormat, type Language } from './format.ts'
import { en } from './i18n/en.ts'
import { vi, type Words } from './i18n/vi.ts'

const dictionaries: Record<Language, Words> = { vi, en }
const STORED = 'gridload.language'

function firstLanguage(): Language {
  const chosen = localStorage.getItem(STORED)
  if (chosen === 'vi' || chosen === 'en') return chosen
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'vi'
}

/** How things are put before a person: in which language, and by the clock of which place. */
export class Display {
  #timeZone: () => string = () => 'UTC'
  language = $state<Language>(firstLanguage())
  words = $derived(dictionaries[this.language])
  format = $derived(createFormat(this.language, this.#timeZone()))
  constructor(timeZone: () => string) {
    this.#timeZone = timeZone
  }

  choose(language: Language): void {
    this.language = language
    localStorage.setItem(STORED, language)
  }
}

export const [getDisplay, setDisplay] = createContext<Display>()

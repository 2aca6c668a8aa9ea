import { createContext } from 'svelte'

const STORED = 'gridload.person'

/** Who acts, as long as there are no logins: a name, asked once and remembered in this browser. */
export class Person {
  name = $state(localStorage.getItem(STORED) ?? '')

  rename(name: string): void {
    this.name = name.trim()
    localStorage.setItem(STORED, this.name)
  }
}

export const [getPerson, setPerson] = createContext<Person>()

import { Refusal } from './api/problems.ts'
import { StoreError } from './readings/store.ts'

/** A store that is away is no fault of the server: the page says so and asks again. */
export async function fromStore<T>(question: Promise<T>): Promise<T> {
  try {
    return await question
  } catch (error) {
    if (error instanceof StoreError) throw new Refusal(503, `the readings store: ${error.message}`)
    throw error
  }
}

const STORED = 'gridload.wayBack'

/** Before the browser leaves for the utility's directory: where one was, in this tab. */
export function rememberPlace(): void {
  sessionStorage.setItem(STORED, location.hash)
}

/** Where one was, told once; null: nowhere in particular. */
export function takePlace(): string | null {
  const place = sessionStorage.getItem(STORED)
  sessionStorage.removeItem(STORED)
  return place
}

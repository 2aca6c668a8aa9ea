/** An id as it may stand in an MQTT topic: letters, digits, `_` and `-`, 1 to 64 of them. */
export const ID_PATTERN = '^[A-Za-z0-9_-]{1,64}$'

const ID = new RegExp(ID_PATTERN)

export const isId = (text: string): boolean => ID.test(text)

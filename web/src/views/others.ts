// What does not come with the first bytes: every view but the overview, and of that what can wait; one chunk, fetched when
// the first screen stands.
import '../i18n/programmeServerText.ts'

export { default as AcknowledgeFinding } from './AcknowledgeFinding.svelte'
export { default as Customer } from './Customer.svelte'
export { default as Customers } from './Customers.svelte'
export { default as Data } from './Data.svelte'
export { default as Event } from './Event.svelte'
export { default as Events } from './Events.svelte'
export { default as Findings } from './Findings.svelte'
export { default as NewEvent } from './NewEvent.svelte'
export { default as Node } from './Node.svelte'
export { default as PendingThanksPanel } from './overview/PendingThanksPanel.svelte'
export { default as RunningEvent } from './overview/RunningEvent.svelte'
export { default as Source } from './Source.svelte'

// The programme: its rules, contracts, thanks and seasons; one chunk, fetched when it is opened.
import '../i18n/programmeServerText.ts'

export { default as Enrolment } from './programme/Enrolment.svelte'
export { default as Programme } from './programme/Programme.svelte'

// Logging in and one's own account: one chunk, fetched by who needs it.
export { default as Account } from './access/Account.svelte'
export { default as EnrolFactor } from './access/EnrolFactor.svelte'
export { default as Login } from './access/Login.svelte'
export { default as NewPassword } from './access/NewPassword.svelte'
export { default as SecondFactor } from './access/SecondFactor.svelte'
export { default as SetUp } from './access/SetUp.svelte'
export { default as StepUp } from './access/StepUp.svelte'

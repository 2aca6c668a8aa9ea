// The administration: one chunk, fetched by who may see it.
export { default as Admin } from './admin/Admin.svelte'

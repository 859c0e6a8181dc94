// The checker of this package's certificates, as a function that loads nothing else.
export { check as checkDistances } from './recount-checker.ts';

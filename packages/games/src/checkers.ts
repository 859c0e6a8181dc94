// The checkers of this package's certificates, as functions that load nothing else.
export { check as checkRegret } from './normal-form/normal-form-checker.ts';

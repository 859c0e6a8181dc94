// The checkers of this package's certificates, as functions that load nothing else.
export { check as checkHats } from './hats/levine-hats-checker.ts';
export {
  check as checkInclusion,
  checkGap as checkInclusionGap,
  type InclusionWitness,
} from './inclusions/inclusion-checker.ts';
export { check as checkMarkovGap } from './markov/markov-cce-checker.ts';
export { check as checkSparseCce } from './markov/sparse-cce-checker.ts';
export { check as checkRegret } from './normal-form/normal-form-checker.ts';

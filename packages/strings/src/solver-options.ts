// Options and limits that solvers of this package share.
import type { Paper } from '@infimum/core';
import type { SymbolPair } from './symbols.ts';

/** What a page says about a solver. */
export interface SolverTexts {
  readonly title: string;
  readonly summary: string;
  readonly cost: string;
  readonly paper: Paper;
}

/** No options at all. */
export const noOptions = {} as const;
/** Threads of a solver whose work they can share. */
export const threads = {
  type: 'integer',
  min: 1,
  max: 64,
  default: 1,
  description: 'Threads; the distances do not depend on their number',
} as const;

/** Symbols of a text up to which the study algorithms answer in seconds. */
const STUDY_SYMBOLS = 2 ** 18;

/** Why a study algorithm does not take a pair, if it does not. */
export const studySize = ({ text: { length: n } }: SymbolPair): string | undefined =>
  n > STUDY_SYMBOLS ? `for study: takes at most ${STUDY_SYMBOLS} symbols of text, not ${n}` : undefined;

/** Variants of the X+Y lemma. */
export const variant = {
  type: 'choice',
  choices: ['randomised', 'deterministic'],
  default: 'randomised',
  description: 'Random moduli, or moduli chosen greedily without a random number',
} as const;

/** Packing of the X+Y lemma. */
export const packing = {
  type: 'choice',
  choices: [1, 2],
  default: 1,
  description: 'Coefficients packed in one number of a transform',
} as const;

// What this package registers: its problems, solvers and the claims of their papers.
import type { Plugin } from '@infimum/core';
import { hatsClaims } from './hats/hats-claims.ts';
import { levineHats } from './hats/hats-problem.ts';
import { hatSolvers } from './hats/solvers.ts';
import { inclusionClaims } from './inclusions/inclusion-claims.ts';
import { inclusion } from './inclusions/inclusion-problem.ts';
import { inclusionSolvers } from './inclusions/solvers.ts';
import { markovCceProblem } from './markov/markov-cce-problem.ts';
import { markovSolvers } from './markov/solvers.ts';
import { sparseCceProblem } from './markov/sparse-cce-problem.ts';
import { sparseClaims } from './markov/sparse-claims.ts';
import { normalForm } from './normal-form/normal-form-problem.ts';
import { normalFormSolvers } from './normal-form/solvers.ts';
import { queryClaims } from './queries/query-claims.ts';

export { type HatGame, levineHats } from './hats/hats-problem.ts';
export type { MonotoneInclusion } from './inclusions/inclusion.ts';
export { inclusion } from './inclusions/inclusion-problem.ts';
export { markovCceProblem } from './markov/markov-cce-problem.ts';
export type { MarkovGame } from './markov/markov-game.ts';
export { type RepeatedGame, sparseCceProblem } from './markov/sparse-cce-problem.ts';
export type { NormalFormGame } from './normal-form/normal-form-game.ts';
export { normalForm } from './normal-form/normal-form-problem.ts';

/** Games. */
export const plugin: Plugin = {
  name: '@infimum/games',
  problems: [inclusion, levineHats, normalForm, markovCceProblem, sparseCceProblem],
  solvers: [...inclusionSolvers, ...hatSolvers, ...normalFormSolvers, ...markovSolvers],
  claims: [...inclusionClaims, ...hatsClaims, ...sparseClaims, ...queryClaims],
};

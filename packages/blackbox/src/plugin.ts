// What this package registers: its problems, solvers and the claims of their papers.
import type { Plugin } from '@infimum/core';
import { consensusClaims } from './continuous/consensus-claims.ts';
import { continuous } from './continuous/continuous-problem.ts';
import { continuousSolvers } from './continuous/solvers.ts';
import { countdownClaims } from './countdown/countdown-claims.ts';
import { countdown } from './countdown/countdown-problem.ts';
import { countdownSolvers } from './countdown/solvers.ts';
import { eggrollClaims } from './eggroll/eggroll-claims.ts';
import { policyProblem } from './eggroll/policy-problem.ts';
import { policySolvers } from './eggroll/solvers.ts';
import { languageClaims } from './language/language-claims.ts';
import { languageProblem } from './language/language-problem.ts';
import { languageSolvers } from './language/solvers.ts';
import { rankingClaims } from './ranking/ranking-claims.ts';
import { rankingProblem } from './ranking/ranking-problem.ts';
import { rankingSolvers } from './ranking/solvers.ts';

export type { BestPoint, BlackBox } from './continuous/black-box.ts';
export { continuous } from './continuous/continuous-problem.ts';
export { type CountdownSolution, type CountdownTask, countdown } from './countdown/countdown-problem.ts';
export type { PolicySolution, PolicyTask } from './eggroll/policy.ts';
export { policyProblem } from './eggroll/policy-problem.ts';
export { type LanguageSolution, type LanguageTask, languageProblem } from './language/language-problem.ts';
export type { RankedPoint, RankedSearch } from './ranking/ranking-oracle.ts';
export { rankingProblem } from './ranking/ranking-problem.ts';

/** Optimisation without gradients. */
export const plugin: Plugin = {
  name: '@infimum/blackbox',
  problems: [continuous, rankingProblem, policyProblem, languageProblem, countdown],
  solvers: [...continuousSolvers, ...rankingSolvers, ...policySolvers, ...languageSolvers, ...countdownSolvers],
  claims: [...consensusClaims, ...rankingClaims, ...eggrollClaims, ...languageClaims, ...countdownClaims],
};

// What this package registers: the problems, solvers and claims of its folders.
import type { Plugin } from '@infimum/core';
import { banditProblem } from './bandits/bandit-problem.ts';
import { banditSolvers } from './bandits/solvers.ts';
import { evaluationProblem } from './continuous-time/evaluation-problem.ts';
import { evaluationClaims, evaluationSolvers } from './continuous-time/solvers.ts';
import { linearMdpProblem } from './linear-mdp/linear-mdp-problem.ts';
import { linearMdpClaims, linearMdpSolvers } from './linear-mdp/solvers.ts';
import { policyProblem } from './policy-gradient/policy-problem.ts';
import { policyClaims, policySolvers } from './policy-gradient/solvers.ts';
import { preferenceProblem } from './preferences/preference-problem.ts';
import { preferenceClaims, preferenceSolvers } from './preferences/solvers.ts';
import { controlProblem } from './quadrature/control-problem.ts';
import { controlClaims, controlSolvers } from './quadrature/solvers.ts';
import { relaxationProblem } from './relaxation/relaxation-problem.ts';
import { relaxationClaims, relaxationSolvers } from './relaxation/solvers.ts';

export { type BanditInstance, type BanditPlay, banditProblem } from './bandits/bandit-problem.ts';
export type { EvaluationInstance, EvaluationSolution } from './continuous-time/evaluation-instance.ts';
export { evaluationProblem } from './continuous-time/evaluation-problem.ts';
export { type LinearMdpInstance, type LinearMdpPlay, linearMdpProblem } from './linear-mdp/linear-mdp-problem.ts';
export { type PolicyInstance, type PolicySolution, policyProblem } from './policy-gradient/policy-problem.ts';
export { type PreferenceInstance, type PreferencePlay, preferenceProblem } from './preferences/preference-problem.ts';
export type { ControlInstance, ControlSolution } from './quadrature/control-instance.ts';
export { controlProblem } from './quadrature/control-problem.ts';
export { relaxationProblem } from './relaxation/relaxation-problem.ts';
export type { RelaxationInstance, RelaxationPlay } from './relaxation/system-sequence.ts';

/** Problems, solvers and claims of this package. */
export const plugin: Plugin = {
  name: '@infimum/bandits-rl',
  problems: [
    banditProblem,
    linearMdpProblem,
    preferenceProblem,
    controlProblem,
    evaluationProblem,
    policyProblem,
    relaxationProblem,
  ],
  solvers: [
    ...banditSolvers,
    ...linearMdpSolvers,
    ...preferenceSolvers,
    ...controlSolvers,
    ...evaluationSolvers,
    ...policySolvers,
    ...relaxationSolvers,
  ],
  claims: [
    ...linearMdpClaims,
    ...preferenceClaims,
    ...controlClaims,
    ...evaluationClaims,
    ...policyClaims,
    ...relaxationClaims,
  ],
};

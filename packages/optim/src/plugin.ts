// `@infimum/optim/plugin`: the problems and solvers of this package for the registry.
import type { Plugin } from '@infimum/core';
import { accelerationClaims } from './acceleration/acceleration-claims.ts';
import { accelerationSolvers } from './acceleration/solvers.ts';
import { blockClaims } from './blocks/block-claims.ts';
import { composite } from './composite/composite-problem.ts';
import { compositeSolvers } from './composite-solvers.ts';
import { constrainedClaims } from './constrained/constrained-claims.ts';
import { constrained } from './constrained/constrained-problem.ts';
import { equalityConstrained } from './constrained/equality-problem.ts';
import { constrainedSolvers } from './constrained/solvers.ts';
import { mfacClaims } from './fisher/mfac-claims.ts';
import { pruning } from './fisher/pruning-problem.ts';
import { fisherSolvers } from './fisher/solvers.ts';
import { lineSearchSolvers } from './line-search/solvers.ts';
import { newtonClaims } from './newton/newton-claims.ts';
import { newtonSolvers } from './newton/solvers.ts';
import { privateClaims } from './private/private-claims.ts';
import { privateStationaryPoint } from './private/private-problem.ts';
import { privateSolvers } from './private/solvers.ts';
import { smooth } from './smooth/smooth-problem.ts';
import { adaHessianClaims } from './training/adahessian-claims.ts';
import { trainingSolvers } from './training/solvers.ts';
import { training } from './training/training-problem.ts';

export type { CompositeProblem, CompositeSource } from './composite/composite-instance.ts';
export { composite } from './composite/composite-problem.ts';
export type { EqualityInstance } from './constrained/equality-source.ts';
export type { FormulaConstraint, FormulaProblem } from './constrained/formula-program.ts';
export type { PruningProblem } from './fisher/pruning-problem.ts';
export type {
  LinearModelSource,
  LogBarrierSource,
  LogSumExpSource,
  NamedSource,
  QuadraticSource,
  RidgeSource,
  SoftmaxSource,
} from './objectives/function-source.ts';
export type { PrivateInstance } from './private/private-problem.ts';
export type { SmoothProblem, SmoothSource } from './smooth/smooth-instance.ts';
export { smooth } from './smooth/smooth-problem.ts';
export type { TrainingProblem } from './training/training-instance.ts';
export { training } from './training/training-problem.ts';
export { constrained, equalityConstrained, privateStationaryPoint, pruning };

/** Minimisation. */
export const plugin: Plugin = {
  name: '@infimum/optim',
  problems: [smooth, composite, training, pruning, equalityConstrained, constrained, privateStationaryPoint],
  solvers: [
    ...lineSearchSolvers,
    ...compositeSolvers,
    ...accelerationSolvers,
    ...newtonSolvers,
    ...trainingSolvers,
    ...fisherSolvers,
    ...constrainedSolvers,
    ...privateSolvers,
  ],
  claims: [
    ...blockClaims,
    ...accelerationClaims,
    ...newtonClaims,
    ...adaHessianClaims,
    ...mfacClaims,
    ...constrainedClaims,
    ...privateClaims,
  ],
};

// Instances of `optim/smooth` for the benchmarks of second-order methods.
import { defineFamily } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import { gram } from '@infimum/linalg';
import { chebyshevChain, randomAffineEquations, rosenbrockEquations } from '../objectives/equation-systems.ts';
import { logBarrier } from '../objectives/log-barrier.ts';
import { randomLogSumExp } from '../objectives/log-sum-exp.ts';
import { equationApproximations, nonlinearEquations } from '../objectives/nonlinear-equations.ts';
import { standardizedIris } from '../objectives/real-designs.ts';
import { softmaxLoss } from '../objectives/softmax-loss.ts';
import { symmetricUniforms } from '../objectives/symmetric-uniforms.ts';
import type { SmoothProblem } from './smooth-instance.ts';

const power = (preset: number) =>
  ({ type: 'number', min: 2, max: 16, default: preset, description: 'Power p of |u|^p / p' }) as const;

/** Families by name. */
export const newtonFamilies = {
  'log-sum-exp': defineFamily({
    title: 'Smoothed maximum',
    description:
      'mu log sum exp((Ax - b)/mu) with entries between -1 and 1, A shifted so that 0 is optimal, metric A’A; from (1, …, 1).',
    real: false,
    params: {
      terms: { type: 'integer', min: 1, max: 20_000, default: 150, description: 'Affine functions' },
      n: { type: 'integer', min: 1, max: 5000, default: 50, description: 'Variables' },
      smoothing: { type: 'number', min: 1e-6, max: 1e6, default: 0.1, description: 'mu' },
    },
    suites: {
      quick: [{ terms: 60, n: 20, smoothing: 1 }],
      full: [{}, { terms: 300, n: 100, smoothing: 1 }, { terms: 1000, n: 500 }],
    },
    generate: (sizes, seed): SmoothProblem => {
      const { objective, unshifted, a, b } = randomLogSumExp(sizes, seed);
      const origin = new Float64Array(sizes.n);
      return {
        objective,
        initial: origin.map(() => 1),
        minimum: objective.value(origin),
        metric: sizes.terms >= sizes.n ? gram(unshifted) : 'identity',
        approximations: { 'gauss-newton': objective.weightedGaussNewton },
        source: { kind: 'log-sum-exp', a, b, smoothing: sizes.smoothing },
      };
    },
  }),
  'affine-equations': defineFamily({
    title: 'Power of a residual',
    description: '|Ax - b|^p / p with entries between -1 and 1, metric A’A; from (1, …, 1).',
    real: false,
    params: {
      equations: { type: 'integer', min: 1, max: 5000, default: 50, description: 'Equations' },
      n: { type: 'integer', min: 1, max: 5000, default: 100, description: 'Variables' },
      power: power(4),
    },
    suites: { quick: [{ equations: 10, n: 20 }], full: [{}, { equations: 200, n: 100 }] },
    generate: ({ equations, n, power }, seed): SmoothProblem => {
      const { system, metric } = randomAffineEquations(equations, n, seed);
      const objective = nonlinearEquations(system, { power });
      return {
        objective,
        initial: new Float64Array(n).fill(1),
        ...(equations <= n && { minimum: 0 }),
        metric,
        approximations: equationApproximations(objective),
      };
    },
  }),
  'rosenbrock-equations': defineFamily({
    title: 'Rosenbrock’s equations',
    description: '|u|^p / p with u = (1 - x₁, 10 (x₂ - x₁²)), flatter for larger p; from (-2, 2).',
    real: false,
    params: { power: power(5) },
    suites: { quick: [{}], full: [{}, { power: 2 }, { power: 8 }] },
    generate: ({ power }): SmoothProblem => {
      const objective = nonlinearEquations(rosenbrockEquations(), { power });
      return { objective, initial: Float64Array.of(-2, 2), minimum: 0, approximations: equationApproximations(objective) };
    },
  }),
  chebyshev: defineFamily({
    title: 'Chebyshev chain',
    description:
      '|u|^p / p with u₁ = (1 - x₁)/2 and u_i = x_i - 2 x_{i-1}² + 1, with a winding path to the minimum; from a random point of the cube.',
    real: false,
    params: { n: { type: 'integer', min: 1, max: 2000, default: 50, description: 'Variables' }, power: power(4) },
    suites: { quick: [{ n: 10 }], full: [{}, { n: 200 }, { n: 100, power: 2 }] },
    generate: ({ n, power }, seed): SmoothProblem => {
      const objective = nonlinearEquations(chebyshevChain(n), { power });
      return {
        objective,
        initial: Float64Array.from({ length: n }, mulberry32(seed)),
        minimum: 0,
        approximations: equationApproximations(objective),
      };
    },
  }),
  softmax: defineFamily({
    title: 'Softmax regression, irises',
    description: 'The species of 150 irises from four standardised lengths and an intercept; mean loss and a ridge.',
    real: true,
    params: { ridge: { type: 'number', above: 0, max: 1e3, default: 1e-3, description: 'Factor of |x|²/2' } },
    suites: { quick: [{}], full: [{}, { ridge: 1e-6 }] },
    generate: async ({ ridge }): Promise<SmoothProblem> => {
      const { design, labels, largestEigenvalue } = await standardizedIris();
      const objective = softmaxLoss(design, labels, { ridge });
      return {
        objective,
        initial: new Float64Array(objective.dimension),
        lipschitz: largestEigenvalue / (2 * design.rows) + ridge,
        strongConvexity: ridge,
        approximations: { fisher: objective.fisher },
        source: { kind: 'softmax', design, targets: labels, classes: objective.classes, ridge },
      };
    },
  }),
  barrier: defineFamily({
    title: 'Analytic centre',
    description: 'The logarithmic barrier of a random polytope, infinite outside it; from 0.',
    real: false,
    params: {
      halfspaces: { type: 'integer', min: 1, max: 20_000, default: 100, description: 'Inequalities' },
      n: { type: 'integer', min: 1, max: 2000, default: 20, description: 'Variables' },
    },
    suites: { quick: [{}], full: [{}, { halfspaces: 1000, n: 200 }] },
    generate: ({ halfspaces, n }, seed): SmoothProblem => {
      const values = symmetricUniforms(mulberry32(seed), halfspaces * n);
      const a = { rows: halfspaces, cols: n, values };
      return { objective: logBarrier(a), initial: new Float64Array(n), source: { kind: 'log-barrier', a } };
    },
  }),
};

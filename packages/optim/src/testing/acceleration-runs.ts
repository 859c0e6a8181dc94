// The methods of acceleration as one map, and their outputs along runs, for the tests.
import type { Objective } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { expect } from 'vitest';
import { gradientDescent } from '../acceleration/gradient-descent.ts';
import type { GradientIterate } from '../acceleration/gradient-method.ts';
import type { HeavyBallOptions } from '../acceleration/heavy-ball.ts';
import { heavyBall } from '../acceleration/heavy-ball.ts';
import { item } from '../acceleration/item.ts';
import { nesterovConvex } from '../acceleration/nesterov-convex.ts';
import { nesterovStronglyConvex } from '../acceleration/nesterov-strongly-convex.ts';
import { ogm } from '../acceleration/ogm.ts';
import { tripleMomentum } from '../acceleration/triple-momentum.ts';
import { quadraticForm } from '../objectives/quadratic-form.ts';

/** Options of all runs. */
export type AccelerationOptions = HeavyBallOptions & {
  maxIterations?: number;
  onIteration?: (iterate: GradientIterate) => void;
};

/** By name. */
export const methods = {
  'gradient descent': gradientDescent,
  'long gradient descent': (f: Objective, x: Float64Array, options: AccelerationOptions) =>
    gradientDescent(f, x, { ...options, stepRule: '2/(L+mu)' }),
  'heavy ball': heavyBall,
  'Nesterov, strongly convex': nesterovStronglyConvex,
  'Nesterov, convex': (f: Objective, x: Float64Array, { strongConvexity: _, ...options }: AccelerationOptions) =>
    nesterovConvex(f, x, { restart: 'none', ...options }),
  'triple momentum': tripleMomentum,
  ITEM: item,
  OGM: (f: Objective, x: Float64Array, { strongConvexity: _, ...options }: AccelerationOptions) =>
    ogm(f, x, { restart: 'none', ...options }),
};
/** One of them. */
export type Method = (typeof methods)[keyof typeof methods];

/** The outputs of iterations 0 to `count`. */
export function outputs(
  method: Method,
  objective: Objective,
  initial: Float64Array,
  { count, ...options }: Omit<AccelerationOptions, 'tolerance'> & { count: number },
): Float64Array[] {
  const found: Float64Array[] = [];
  method(objective, initial, {
    ...options,
    tolerance: 0,
    maxIterations: count,
    onIteration: (iterate) => void found.push(iterate.output()),
  });
  return found;
}

/** Iterations to a relative distance of 1e-8 from the minimum: 100 eigenvalues from 1 to 1e4, from (1, …, 1). */
export function iterationsToDistance(name: keyof typeof methods): number {
  const n = 100;
  const objective = quadraticForm(Float64Array.from({ length: n }, (_, i) => 1e4 ** (i / (n - 1))));
  const done = new AbortController();
  const { iterations } = methods[name](objective, new Float64Array(n).fill(1), {
    lipschitz: 1e4,
    strongConvexity: 1,
    tolerance: 0,
    maxIterations: 200_000,
    signal: done.signal,
    onIteration: ({ output }) => {
      if (norm(output()) <= 1e-8 * Math.sqrt(n)) done.abort();
    },
  } as AccelerationOptions);
  return iterations;
}

/** Expects numbers to differ by at most `error` of the largest, or of 1. */
export function expectClose(found: Float64Array, expected: ArrayLike<number>, error: number): void {
  const scale = Math.max(1, ...Array.from(expected, Math.abs));
  const worst = Math.max(0, ...found.map((value, i) => Math.abs(value - expected[i])));
  expect(worst).toBeLessThanOrEqual(error * scale);
}

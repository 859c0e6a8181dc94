// Smooth functions on which a false success is likely: steep, flat, tiny and huge ones, and one that fails half-way.
import type { HardInstance, Objective } from '@infimum/core';
import { quadraticForm } from '../objectives/quadratic-form.ts';
import type { SmoothProblem } from './smooth-instance.ts';

/** A function of one variable by its value and two derivatives. */
export function functionOfOne(
  value: (x: number) => number,
  first: (x: number) => number,
  second: (x: number) => number,
): Objective {
  return {
    dimension: 1,
    value: ([x]) => value(x),
    gradient: ([x], out) => {
      out[0] = first(x);
    },
    hessian: ([x], out) => {
      out[0] = second(x);
    },
  };
}

/** All of them, made anew. */
export function* hardFunctions(): Iterable<HardInstance<SmoothProblem>> {
  const convex = { strongConvexity: 0 };
  const exponential = functionOfOne(
    (x) => Math.exp(x) - x,
    (x) => Math.exp(x) - 1,
    Math.exp,
  );
  const fourth = functionOfOne(
    (x) => x ** 4,
    (x) => 4 * x ** 3,
    (x) => 12 * x * x,
  );
  for (const scale of [1e-150, 1e150]) {
    const objective = quadraticForm(Float64Array.of(scale, 9 * scale), Float64Array.of(scale, scale));
    const constants = { lipschitz: 9 * scale, strongConvexity: scale };
    yield { hardness: `a quadratic times ${scale}`, instance: { objective, initial: Float64Array.of(3, 3), ...constants } };
    yield {
      hardness: `a quadratic from ${scale}`,
      instance: {
        objective: quadraticForm(Float64Array.of(1, 9)),
        initial: Float64Array.of(scale, scale),
        lipschitz: 9,
        strongConvexity: 1,
      },
    };
  }
  yield { hardness: 'a fourth power from 1e4', instance: { objective: fourth, initial: Float64Array.of(1e4), ...convex } };
  for (const start of [50, 360, 800]) {
    yield {
      hardness: `an exponential from ${start}`,
      instance: { objective: exponential, initial: Float64Array.of(start), ...convex },
    };
  }
  yield {
    hardness: 'a constant function',
    instance: { objective: quadraticForm(new Float64Array(2)), initial: Float64Array.of(1, 2), ...convex },
  };
  yield {
    hardness: 'a denormal start',
    instance: { objective: quadraticForm(Float64Array.of(1, 2)), initial: Float64Array.of(5e-324, 1e-310), ...convex },
  };
  yield {
    hardness: 'a saddle point',
    instance: { objective: quadraticForm(Float64Array.of(1, -1)), initial: Float64Array.of(1, 0) },
  };
  yield {
    hardness: 'a function without a minimum',
    instance: { objective: quadraticForm(Float64Array.of(1, -1)), initial: Float64Array.of(1, 1e-3) },
  };
  yield {
    hardness: 'the value NaN everywhere',
    instance: {
      objective: functionOfOne(
        () => Number.NaN,
        (x) => 2 * x,
        () => 2,
      ),
      initial: Float64Array.of(1),
      lipschitz: 2,
      strongConvexity: 2,
    },
  };
  yield {
    hardness: 'NaN near the minimum',
    instance: {
      objective: functionOfOne(
        (x) => (Math.abs(x) < 0.1 ? Number.NaN : x * x),
        (x) => (Math.abs(x) < 0.1 ? Number.NaN : 2 * x),
        () => 2,
      ),
      initial: Float64Array.of(3),
      lipschitz: 3,
      strongConvexity: 1,
    },
  };
}

// The claims of the paper on the dynamics of acceleration, and the experiments that check them. It publishes no figures.

import type { ClaimContext, ClaimResult, Objective } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { heavyBallCounterexample } from '../objectives/heavy-ball-counterexample.ts';
import { quadraticForm } from '../objectives/quadratic-form.ts';
import { rosenbrock } from '../objectives/test-functions.ts';
import { accelerationPaper } from './acceleration-paper.ts';
import { gradientDescent } from './gradient-descent.ts';
import type { GradientIterate } from './gradient-method.ts';
import type { HeavyBallOptions } from './heavy-ball.ts';
import { heavyBall } from './heavy-ball.ts';
import { item } from './item.ts';
import { nesterovStronglyConvex } from './nesterov-strongly-convex.ts';
import { simulateAcceleration } from './simulate-acceleration.ts';
import { slowManifold } from './slow-manifold.ts';
import { tripleMomentum } from './triple-momentum.ts';

const NONE_PUBLISHED = 'none published as a number';

/** The claims of the paper. */
export const accelerationClaims = [
  defineClaim({
    id: 'optim/acceleration-heavy-ball',
    paper: accelerationPaper,
    statement:
      'Heavy ball may fail on a strongly convex function although its differential equation converges: the method, unlike Nesterov’s and triple momentum, leaves out the damping by curvature.',
    published: NONE_PUBLISHED,
    budget: 10,
    run: async (context) => heavyBallFailures(context),
  }),
  defineClaim({
    id: 'optim/acceleration-discretization',
    paper: accelerationPaper,
    statement:
      'Nesterov’s method for strongly convex functions is a discretisation of one controlled motion: damping, kick and drift.',
    published: NONE_PUBLISHED,
    budget: 5,
    run: async () => discretization(),
  }),
  defineClaim({
    id: 'optim/acceleration-resonance',
    paper: accelerationPaper,
    statement: 'The damping 2 sqrt(mu) makes the slowest mode of a quadratic as fast as it can be.',
    published: NONE_PUBLISHED,
    budget: 5,
    run: async ({ signal }) => resonance(signal),
  }),
  defineClaim({
    id: 'optim/acceleration-slow-manifold',
    paper: accelerationPaper,
    statement: 'Strongly damped motions are drawn to a slow manifold near the gradient flow, which an expansion finds.',
    published: 'none published as a number; in theory the orders are k⁻² and k⁻⁴ in the damping k',
    budget: 5,
    run: async () => manifoldOrders(),
  }),
  defineClaim({
    id: 'optim/acceleration-rates',
    paper: accelerationPaper,
    statement:
      'Accelerated methods need a number of iterations that grows as the root of the condition number, gradient descent as the number itself.',
    published: 'none published as a number; in theory the exponents are 1/2 and 1',
    budget: 10,
    run: async (context) => growthWithCondition(context),
  }),
];

function heavyBallFailures({ signal, onProgress }: ClaimContext): ClaimResult {
  const f = heavyBallCounterexample();
  const options = { lipschitz: 25, strongConvexity: 1, maxIterations: 3000 };
  onProgress?.('601 starts of four methods');
  const failures = (method: typeof heavyBall) => {
    signal?.throwIfAborted();
    let count = 0;
    for (let hundredths = 0; hundredths <= 600; hundredths++) {
      if (method(f, Float64Array.of(hundredths / 100), options).status !== 'converged') count++;
    }
    return count;
  };
  const [ball, nesterov, triple, exact] = [heavyBall, nesterovStronglyConvex, tripleMomentum, item].map(failures);
  const { positions } = simulateAcceleration(f, Float64Array.of(3.3), { ode: 'heavy-ball', strongConvexity: 1, to: 20 });
  const end = Math.abs(positions.values[positions.rows - 1]);
  const others = nesterov + triple + exact;
  return {
    measured:
      `of 601 starts heavy ball fails from ${ball}, the others from ${others}; ` +
      `the motion of heavy ball from 3.3 is at ${end.toExponential(1)} after time 20`,
    verdict: ball > 0 && others === 0 && end < 1e-7 ? 'reproduced' : 'not reproduced',
    figures: { heavyBall: ball, nesterov, tripleMomentum: triple, item: exact, motionEnd: end },
  };
}

function discretization(): ClaimResult {
  const steps = 40;
  const cases: [Objective, Float64Array, number, number][] = [
    [quadraticForm(Float64Array.of(1, 4, 25)), Float64Array.of(1, -1, 1), 25, 1],
    [heavyBallCounterexample(), Float64Array.of(3.3), 25, 1],
    // Nothing in the identity needs convexity.
    [rosenbrock(2), Float64Array.of(0.9, 0.8), 2000, 0.5],
  ];
  let largest = 0;
  for (const [f, start, lipschitz, strongConvexity] of cases) {
    const { positions } = simulateAcceleration(f, start, {
      ode: 'heavy-ball',
      strongConvexity,
      integrator: 'split-cayley',
      steps,
      to: steps / Math.sqrt(lipschitz),
    });
    const compare = ({ iteration, output }: GradientIterate) => {
      const from = iteration * start.length;
      const difference = output().map((value, i) => value - positions.values[from + i]);
      largest = Math.max(largest, norm(difference) / norm(start));
    };
    nesterovStronglyConvex(f, start, { lipschitz, strongConvexity, tolerance: 0, maxIterations: steps, onIteration: compare });
  }
  return {
    measured: `iterates of both differ by at most ${largest.toExponential(1)} of the start in ${steps} steps on 3 functions`,
    verdict: largest < 1e-12 ? 'reproduced' : 'not reproduced',
    figures: { largestDifference: largest },
  };
}

function resonance(signal: AbortSignal | undefined): ClaimResult {
  const f = quadraticForm(Float64Array.of(1, 4, 25));
  const rateOf = (friction: number) => {
    signal?.throwIfAborted();
    const { positions, velocities } = simulateAcceleration(f, Float64Array.of(1, 1, 1), {
      ode: 'manifold',
      friction,
      curvatureDamping: 0,
      forcing: 1,
      integrator: 'rk4',
      steps: 5000,
      to: 200,
    });
    const sizeAt = (row: number) =>
      Math.hypot(norm(positions.values.subarray(3 * row, 3 * row + 3)), norm(velocities.values.subarray(3 * row, 3 * row + 3)));
    return Math.log(sizeAt(2500) / sizeAt(5000)) / 100;
  };
  const dampings = Array.from({ length: 21 }, (_, k) => 1 + k / 10);
  const rates = dampings.map(rateOf);
  const best = rates.indexOf(Math.max(...rates));
  return {
    measured: `on the eigenvalues 1, 4, 25 the best damping of 1, 1.1, …, 3 is ${dampings[best]}, its rate ${rates[best].toFixed(2)}`,
    verdict: dampings[best] === 2 && Math.abs(rates[best] - 1) < 0.02 ? 'reproduced' : 'not reproduced',
    figures: { bestDamping: dampings[best], rate: rates[best] },
  };
}

function manifoldOrders(): ClaimResult {
  // sum log cosh x_i
  const f: Objective = {
    dimension: 3,
    value: (x) => x.reduce((sum, value) => sum + Math.log(Math.cosh(value)), 0),
    gradient: (x, out) => out.set(x.map(Math.tanh)),
  };
  const deviations = [10, 40].map((friction) => {
    const motion = { friction, curvatureDamping: 3 / friction, forcing: 1 };
    const { positions, velocities } = simulateAcceleration(f, Float64Array.of(1, -2, 0.5), {
      ode: 'manifold',
      ...motion,
      to: friction,
      relativeTolerance: 1e-12,
      absoluteTolerance: 1e-14,
    });
    const [x, v] = [positions, velocities].map(({ values, rows }) => values.slice(3 * (rows - 1)));
    return ([0, 1] as const).map((order) => {
      const slow = new Float64Array(3);
      slowManifold(f, motion, order)(x, slow);
      return friction * norm(slow.map((value, i) => value - v[i]));
    });
  });
  const [zeroth, first] = [0, 1].map((order) => Math.log(deviations[1][order] / deviations[0][order]) / Math.log(4));
  return {
    measured: `exponents ${zeroth.toFixed(2)} and ${first.toFixed(2)} between the dampings 10 and 40`,
    verdict: Math.abs(zeroth + 2) < 0.05 && Math.abs(first + 4) < 0.05 ? 'reproduced' : 'not reproduced',
    figures: { zerothOrder: zeroth, firstOrder: first },
  };
}

type Method = (
  f: Objective,
  x: Float64Array,
  options: HeavyBallOptions & { maxIterations: number; onIteration: (iterate: GradientIterate) => void; signal: AbortSignal },
) => { iterations: number };

function growthWithCondition({ signal, onProgress }: ClaimContext): ClaimResult {
  const size = 100;
  const iterations = (method: Method, condition: number) => {
    signal?.throwIfAborted();
    const f = quadraticForm(Float64Array.from({ length: size }, (_, i) => condition ** (i / (size - 1))));
    const done = new AbortController();
    return method(f, new Float64Array(size).fill(1), {
      lipschitz: condition,
      strongConvexity: 1,
      tolerance: 0,
      maxIterations: 1_000_000,
      signal: done.signal,
      onIteration: ({ output }) => {
        if (norm(output()) <= 1e-8 * Math.sqrt(size)) done.abort();
      },
    }).iterations;
  };
  const methods = { gradientDescent, heavyBall, nesterovStronglyConvex, tripleMomentum, item };
  const exponents = Object.entries(methods).map(([name, method]) => {
    onProgress?.(name);
    const [few, many] = [100, 10_000].map((condition) => iterations(method as Method, condition));
    return [name, Math.log(many / few) / Math.log(100)] as const;
  });
  const isRight = exponents.every(([name, exponent]) => Math.abs(exponent - (name === 'gradientDescent' ? 1 : 0.5)) < 0.05);
  return {
    measured: `iterations to 1e-8 at condition numbers of 100 and 10 000: ${exponents
      .map(([name, exponent]) => `${name} ${exponent.toFixed(2)}`)
      .join(', ')}`,
    verdict: isRight ? 'reproduced' : 'partly reproduced',
    figures: Object.fromEntries(exponents),
  };
}

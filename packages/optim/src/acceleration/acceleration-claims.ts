// The claims of the paper on the dynamics of acceleration, and the experiments that check them. It publishes no figures.
import type { Objective } from '@infimum/core';
import { defineClaim, Random } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
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
    null: 'Nesterov’s method in place of heavy ball',
    bars: [
      { figure: 'share of starts from which heavy ball fails', atLeast: 0.01, source: 'may fail: from one start in a hundred' },
      { figure: 'starts from which another method fails', atMost: 0, source: 'the statement: unlike the others' },
      {
        figure: 'distance of the motion of heavy ball after time 20',
        atMost: 3e-7,
        source: 'theory: it falls as (1 + t) exp(-t), from 6 at most',
      },
    ],
    measure: (seed) => {
      const random = new Random(seed);
      const f = heavyBallCounterexample();
      const starts = Array.from({ length: 100 }, () => 6 * random.uniform());
      const failures = ([heavyBall, nesterovStronglyConvex, tripleMomentum, item] as const).map(
        (method: typeof heavyBall) =>
          starts.filter((start) => method(f, Float64Array.of(start), CONSTANTS).status !== 'converged').length,
      );
      const { positions } = simulateAcceleration(f, Float64Array.of(starts[0]), {
        ode: 'heavy-ball',
        strongConvexity: 1,
        to: 20,
      });
      const figures = (failing: number) => ({
        'share of starts from which heavy ball fails': failing / starts.length,
        'starts from which another method fails': failures[1] + failures[2] + failures[3],
        'distance of the motion of heavy ball after time 20': Math.abs(positions.values[positions.rows - 1]),
      });
      return { ours: figures(failures[0]), null: figures(failures[1]) };
    },
  }),
  defineClaim({
    id: 'optim/acceleration-discretization',
    paper: accelerationPaper,
    statement:
      'Nesterov’s method for strongly convex functions is a discretisation of one controlled motion: damping, kick and drift.',
    published: NONE_PUBLISHED,
    budget: 5,
    null: 'the method of Runge and Kutta with the same steps',
    bars: [
      {
        figure: 'largest distance of an iterate from the motion, over the start',
        atMost: 1e-12,
        source: 'an identity: rounding only, 40 steps of it',
      },
    ],
    measure: (seed) => {
      const random = new Random(seed);
      const around = (...center: number[]) => Float64Array.from(center, (value) => value * (0.9 + 0.2 * random.uniform()));
      const cases: [Objective, Float64Array, number, number][] = [
        [quadraticForm(Float64Array.of(1, 4, 25)), around(1, -1, 1), 25, 1],
        [heavyBallCounterexample(), around(3.3), 25, 1],
        // Nothing in the identity needs convexity.
        [rosenbrock(2), around(0.9, 0.8), 2000, 0.5],
      ];
      const name = 'largest distance of an iterate from the motion, over the start';
      return { ours: { [name]: fromMotion(cases, 'split-cayley') }, null: { [name]: fromMotion(cases, 'rk4') } };
    },
  }),
  defineClaim({
    id: 'optim/acceleration-resonance',
    paper: accelerationPaper,
    statement: 'The damping 2 sqrt(mu) makes the slowest mode of a quadratic as fast as it can be.',
    published: NONE_PUBLISHED,
    budget: 10,
    null: 'the second eigenvalue in place of mu',
    bars: [
      {
        figure: 'best damping of a grid over 2 sqrt(mu)',
        atLeast: 0.95,
        atMost: 1.05,
        source: 'theorem: 1, up to half a step of the grid, 0.05',
      },
      { figure: 'its rate over sqrt(mu)', atLeast: 0.95, source: 'theorem: 1, less ln t / t of the double root at t = 200' },
    ],
    measure: (seed) => {
      const random = new Random(seed);
      const eigenvalues = Float64Array.of(1, 2 + 8 * random.uniform(), 11 + 15 * random.uniform());
      const f = quadraticForm(eigenvalues);
      const rateOf = (friction: number) => {
        const { positions, velocities } = simulateAcceleration(f, random.normals(new Float64Array(3)), {
          ode: 'manifold',
          friction,
          curvatureDamping: 0,
          forcing: 1,
          integrator: 'rk4',
          steps: 5000,
          to: 200,
        });
        const sizeAt = (row: number) =>
          Math.hypot(...[positions, velocities].map(({ values }) => norm(values.subarray(3 * row, 3 * row + 3))));
        return Math.log(sizeAt(2500) / sizeAt(5000)) / 100;
      };
      const dampings = Array.from({ length: 21 }, (_, k) => 1 + k / 10);
      const rates = dampings.map(rateOf);
      const best = rates.indexOf(Math.max(...rates));
      const figures = (mu: number) => ({
        'best damping of a grid over 2 sqrt(mu)': dampings[best] / (2 * Math.sqrt(mu)),
        'its rate over sqrt(mu)': rates[best] / Math.sqrt(mu),
      });
      return { ours: figures(1), null: figures(eigenvalues[1]) };
    },
  }),
  defineClaim({
    id: 'optim/acceleration-slow-manifold',
    paper: accelerationPaper,
    statement: 'Strongly damped motions are drawn to a slow manifold near the gradient flow, which an expansion finds.',
    published: 'none published as a number; in theory the orders are k⁻² and k⁻⁴ in the damping k',
    budget: 5,
    null: 'the expansion of order 0 in both places',
    bars: [
      { figure: 'exponent in k of the distance, order 0', atMost: -1.5, source: 'theory: -2, to be nearer than -1' },
      { figure: 'exponent in k of the distance, order 1', atMost: -3.5, source: 'theory: -4, to be nearer than -3' },
    ],
    measure: (seed) => {
      // sum log cosh x_i
      const f: Objective = {
        dimension: 3,
        value: (x) => x.reduce((sum, value) => sum + Math.log(Math.cosh(value)), 0),
        gradient: (x, out) => out.set(x.map(Math.tanh)),
      };
      const start = new Random(seed).normals(new Float64Array(3));
      const dampings = [10, 40];
      const deviations = dampings.map((friction) => {
        const motion = { friction, curvatureDamping: 3 / friction, forcing: 1 };
        const { positions, velocities } = simulateAcceleration(f, start, {
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
      const [zeroth, first] = [0, 1].map((order) =>
        powerExponent(
          dampings,
          deviations.map((of) => of[order]),
        ),
      );
      const figures = (other: number) => ({
        'exponent in k of the distance, order 0': zeroth,
        'exponent in k of the distance, order 1': other,
      });
      return { ours: figures(first), null: figures(zeroth) };
    },
  }),
  defineClaim({
    id: 'optim/acceleration-rates',
    paper: accelerationPaper,
    statement:
      'Accelerated methods need a number of iterations that grows as the root of the condition number, gradient descent as the number itself.',
    published: 'none published as a number; in theory the exponents are 1/2 and 1',
    budget: 20,
    null: 'gradient descent in place of all',
    bars: [
      ...['heavyBall', 'nesterovStronglyConvex', 'tripleMomentum', 'item'].map((name) => ({
        figure: `exponent of the iterations, ${name}`,
        atMost: 0.75,
        source: 'theory: 1/2, to be nearer than the 1 of gradient descent',
      })),
      { figure: 'exponent of the iterations, gradientDescent', atLeast: 0.75, source: 'theory: 1, to be nearer than 1/2' },
    ],
    measure: (seed) => {
      const conditions = [100, 1000, 10_000];
      const methods = { gradientDescent, heavyBall, nesterovStronglyConvex, tripleMomentum, item };
      const ours = Object.fromEntries(
        Object.entries(methods).map(([name, method]) => [
          `exponent of the iterations, ${name}`,
          powerExponent(
            conditions,
            conditions.map((condition) => iterationsOf(method as Method, condition, seed)),
          ),
        ]),
      );
      const plain = ours['exponent of the iterations, gradientDescent'];
      return { ours, null: Object.fromEntries(Object.keys(ours).map((name) => [name, plain])) };
    },
  }),
];

const CONSTANTS = { lipschitz: 25, strongConvexity: 1, maxIterations: 3000 };

/** The largest distance of Nesterov's iterates from a motion in 40 steps of an integrator, over the start. */
function fromMotion(
  cases: readonly (readonly [Objective, Float64Array, number, number])[],
  integrator: 'split-cayley' | 'rk4',
): number {
  const steps = 40;
  let largest = 0;
  for (const [f, start, lipschitz, strongConvexity] of cases) {
    const to = steps / Math.sqrt(lipschitz);
    const { positions } = simulateAcceleration(f, start, { ode: 'heavy-ball', strongConvexity, integrator, steps, to });
    const compare = ({ iteration, output }: GradientIterate) => {
      const from = iteration * start.length;
      const difference = output().map((value, i) => value - positions.values[from + i]);
      largest = Math.max(largest, norm(difference) / norm(start));
    };
    nesterovStronglyConvex(f, start, { lipschitz, strongConvexity, tolerance: 0, maxIterations: steps, onIteration: compare });
  }
  return largest;
}

type Method = (
  f: Objective,
  x: Float64Array,
  options: HeavyBallOptions & { maxIterations: number; onIteration: (iterate: GradientIterate) => void; signal: AbortSignal },
) => { iterations: number };

/** Iterations to 1e-8 on a quadratic with eigenvalues drawn between 1 and the condition number, both included. */
function iterationsOf(method: Method, condition: number, seed: number): number {
  const size = 50;
  const random = new Random(seed);
  const eigenvalues = Float64Array.from({ length: size }, (_, i) => (i < 2 ? condition ** i : condition ** random.uniform()));
  const done = new AbortController();
  return method(quadraticForm(eigenvalues), new Float64Array(size).fill(1), {
    lipschitz: condition,
    strongConvexity: 1,
    tolerance: 0,
    maxIterations: 1_000_000,
    signal: done.signal,
    onIteration: ({ output }) => {
      if (norm(output()) <= 1e-8 * Math.sqrt(size)) done.abort();
    },
  }).iterations;
}

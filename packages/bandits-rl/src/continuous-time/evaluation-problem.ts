// Policy evaluation in continuous time: the value function of a diffusion under a fixed policy, from sampled trajectories.
import { defineFamily, defineProblem, Random } from '@infimum/core';
import { identity, solveLyapunov } from '@infimum/linalg';
import { quadraticMonomials, weightsOf } from '../quadrature/monomials.ts';
import { added } from '../regulators/matrices.ts';
import { brownianValue, callValue, exponentialValue, linearValue } from './approximators.ts';
import { geometricPath, ornsteinUhlenbeckPath, simulateDiffusion } from './diffusions.ts';
import type { Episode, EvaluationInstance, EvaluationSolution } from './evaluation-instance.ts';
import { checkEvaluation } from './evaluation-instance.ts';
import { orthogonalityError } from './increments.ts';

const steps = { type: 'integer', min: 1, max: 10_000_000, default: 20_000, description: 'Steps of the trajectory' } as const;
const mesh = { type: 'number', above: 0, max: 1, default: 0.05, unit: 'time', description: 'Length of a step' } as const;
const paths = { type: 'integer', min: 1, max: 1_000_000, default: 2000, description: 'Trajectories' } as const;
const inner = { type: 'integer', min: 1, max: 10_000, default: 50, description: 'Steps of a trajectory' } as const;

const evenTimes = (count: number, duration: number) =>
  Float64Array.from({ length: count + 1 }, (_, i) => (i * duration) / count);

/** dX = -aX dt + s dW with the reward x² and no end; J = θ₁x² + θ₀. */
export function ornsteinUhlenbeck(
  count: number,
  step: number,
  seed: number,
  [a, s, beta]: readonly [number, number, number] = [1, 1, 0.5],
): EvaluationInstance {
  const times = Float64Array.from({ length: count + 1 }, (_, i) => i * step);
  const states = ornsteinUhlenbeckPath(a, s, times, new Random(seed));
  const slope = 1 / (beta + 2 * a);
  return {
    episodes: [{ times, states, rewards: states.slice(0, count).map((x) => x * x) }],
    approximator: linearValue(quadraticMonomials(1), 1),
    initialParameters: new Float64Array(2),
    discountRate: beta,
    isContinuing: true,
    truth: Float64Array.of(slope, (slope * s * s) / beta),
  };
}

/** dX = AX dt + dW in n dimensions with the reward |x|², by Euler's scheme with 20 substeps. */
function manyDimensions(n: number, count: number, step: number, seed: number): EvaluationInstance {
  const random = new Random(seed);
  const a = identity(n);
  for (let i = 0; i < n * n; i++) a.values[i] = -a.values[i] + (0.3 / Math.sqrt(n)) * random.normal();
  const beta = 0.5;
  const substeps = 20;
  const fine = simulateDiffusion(
    {
      drift(_, x, out) {
        for (let i = 0; i < n; i++) {
          out[i] = 0;
          for (let j = 0; j < n; j++) out[i] += a.values[i * n + j] * x[j];
        }
      },
      deviation: (_, __, out) => out.fill(1),
    },
    Float64Array.from({ length: n }, () => random.normal()),
    count * step,
    count * substeps,
    random,
  );
  const states = new Float64Array((count + 1) * n);
  for (let i = 0; i <= count; i++) states.set(fine.subarray(i * substeps * n, (i * substeps + 1) * n), i * n);
  const rewards = Float64Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += states[i * n + k] ** 2;
    return sum;
  });
  // (A - β/2)ᵀP + P(A - β/2) + I = 0, and the constant is tr(P)/β.
  const p = solveLyapunov(added(a, identity(n), -beta / 2), identity(n));
  let trace = 0;
  for (let i = 0; i < n; i++) trace += p.values[i * n + i];
  return {
    episodes: [{ times: Float64Array.from({ length: count + 1 }, (_, i) => i * step), states, rewards }],
    approximator: linearValue(quadraticMonomials(n), n),
    initialParameters: new Float64Array((n * (n + 1)) / 2 + 1),
    discountRate: beta,
    isContinuing: true,
    truth: Float64Array.from([...weightsOf(p), trace / beta]),
  };
}

/** Episodes on [0, 1] of a diffusion with a reward only at the end. */
function endRewarded(
  count: number,
  length: number,
  path: (times: Float64Array, random: Random) => Float64Array,
  seed: number,
): Episode[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, k) => {
    const times = evenTimes(length, 1);
    return { times, states: path(times, random.split(k)), rewards: new Float64Array(length) };
  });
}

/** X is a Brownian motion, and x² its reward at time 1: J = x² + θ(1 - t) with θ = 1. */
export function brownianSquare(count: number, length: number, seed: number): EvaluationInstance {
  const path = (times: Float64Array, random: Random) =>
    simulateDiffusion(
      { drift: (_, __, out) => out.fill(0), deviation: (_, __, out) => out.fill(1) },
      new Float64Array(1),
      1,
      times.length - 1,
      random,
    );
  return {
    episodes: endRewarded(count, length, path, seed),
    approximator: brownianValue(1),
    initialParameters: new Float64Array(1),
    discountRate: 0,
    isContinuing: false,
    truth: Float64Array.of(1),
  };
}

/** dX = ½X dW from 1, and x² its reward at time 1: J = x² e^(θ(1 - t)) with θ = ¼. */
export function geometricSquare(count: number, length: number, seed: number): EvaluationInstance {
  return {
    episodes: endRewarded(count, length, (times, random) => geometricPath(1, 0, 0.5, times, random), seed),
    approximator: exponentialValue(1),
    initialParameters: new Float64Array(1),
    discountRate: 0,
    isContinuing: false,
    truth: Float64Array.of(0.25),
  };
}

/** A European call on a stock with the volatility 0.3, at an interest of 2 %. */
export function europeanCall(count: number, length: number, seed: number): EvaluationInstance {
  return {
    episodes: endRewarded(count, length, (times, random) => geometricPath(1, 0.02, 0.3, times, random), seed),
    approximator: callValue(1, 0.02, 1),
    initialParameters: Float64Array.of(0.6),
    discountRate: 0.02,
    isContinuing: false,
    truth: Float64Array.of(0.3),
  };
}

/** The problem. */
export const evaluationProblem = /* @__PURE__ */ defineProblem({
  id: 'bandits-rl/policy-evaluation',
  title: 'Policy evaluation in continuous time',
  statement:
    'Along $dX = b \\, dt + \\sigma \\, dW$ with $b, \\sigma$ unknown, find $\\theta$ such that $J^\\theta(t, x) = \\mathbb{E}[\\int_t^T e^{-\\beta(s - t)} r_s \\, ds + e^{-\\beta(T - t)} h(X_T) \\mid X_t = x]$, from trajectories sampled in time: such that $M_t = e^{-\\beta t} J^\\theta(t, X_t) + \\int_0^t e^{-\\beta s} r_s \\, ds$ is a martingale.',
  families: {
    'ornstein-uhlenbeck': defineFamily({
      title: 'Ornstein-Uhlenbeck process',
      description:
        'dX = -X dt + dW with infinite horizon, the reward x², exact transitions; the true value and the fixed point in closed form.',
      real: false,
      params: { steps, mesh },
      suites: { quick: [{ steps: 400 }, {}], full: [{ steps: 400_000 }, { steps: 400_000, mesh: 0.2 }] },
      generate: ({ steps: count = 20_000, mesh: step = 0.05 }, seed) => ornsteinUhlenbeck(count, step, seed),
    }),
    'many-dimensions': defineFamily({
      title: 'Linear diffusions in many dimensions',
      description: 'A stable random drift, the reward |x|², all quadratic features; the true value by the Lyapunov equation.',
      real: false,
      params: { n: { type: 'integer', min: 1, max: 30, default: 3, description: 'Dimensions' }, steps, mesh },
      suites: {
        quick: [{ n: 2, steps: 300 }, {}],
        full: [
          { n: 5, steps: 100_000 },
          { n: 10, steps: 100_000 },
        ],
      },
      generate: ({ n = 3, steps: count = 20_000, mesh: step = 0.05 }, seed) => manyDimensions(n, count, step, seed),
    }),
    brownian: defineFamily({
      title: 'Square of a Brownian motion',
      description: 'The terminal reward is x²; the value is x² + θ(1 - t), linear in θ = 1.',
      real: false,
      params: { paths, steps: inner },
      suites: { quick: [{ paths: 20, steps: 10 }], full: [{ paths: 20_000 }] },
      generate: ({ paths: count = 2000, steps: length = 50 }, seed) => brownianSquare(count, length, seed),
    }),
    'geometric-square': defineFamily({
      title: 'Square of a geometric Brownian motion',
      description: 'The terminal reward is x²; the value is x² e^(θ(1 - t)), θ = ¼.',
      real: false,
      params: { paths, steps: inner },
      suites: { quick: [{ paths: 20, steps: 10 }], full: [{ paths: 20_000 }] },
      generate: ({ paths: count = 2000, steps: length = 50 }, seed) => geometricSquare(count, length, seed),
    }),
    'european-call': defineFamily({
      title: 'European call',
      description: 'The formula of Black and Scholes with an unknown volatility, 0.3; strike 1, interest 2 %.',
      real: false,
      params: { paths, steps: inner },
      suites: { quick: [{ paths: 20, steps: 10 }], full: [{ paths: 20_000 }] },
      generate: ({ paths: count = 2000, steps: length = 50 }, seed) => europeanCall(count, length, seed),
    }),
  },
  metrics: {
    parameterError: {
      title: 'Error of the parameters',
      description: '|θ - θ*| / |θ*|; the violation of orthogonality if θ* is unknown.',
      unit: '',
      direction: 'minimize',
      compute: (instance: EvaluationInstance, { parameters }: EvaluationSolution) =>
        instance.truth
          ? Math.hypot(...parameters.map((value, i) => value - (instance.truth?.[i] ?? 0))) / Math.hypot(...instance.truth)
          : orthogonalityError(instance, parameters),
    },
    orthogonality: {
      title: 'Violation of orthogonality',
      description: 'Largest entry of Σ ∂J/∂θ ΔM relative to the sum of its terms’ magnitudes.',
      unit: '',
      direction: 'minimize',
      compute: (instance: EvaluationInstance, { parameters }: EvaluationSolution) => orthogonalityError(instance, parameters),
    },
  },
  primaryMetric: 'parameterError',
  unproved: 'Parameters are estimated from sampled paths: their error is random.',
  success: {
    metric: 'orthogonality',
    bound: (_, { variant, options }) =>
      variant === 'orthogonality' && options['lambda'] === 0 ? Number(options['tolerance']) + ROUNDING : undefined,
  },
  plainData: () => undefined,
  validate: checkEvaluation,
  badInstances: () => {
    const good = brownianSquare(2, 4, 1);
    const [episode] = good.episodes;
    return [
      {
        fault: 'times that do not increase',
        instance: { ...good, episodes: [{ ...episode, times: new Float64Array(5) }] },
        argument: 'episodes[0].times',
      },
      {
        fault: 'states that are not numbers',
        instance: { ...good, episodes: [{ ...episode, states: new Float64Array(5).fill(Number.NaN) }] },
        argument: 'episodes[0].states',
      },
      {
        fault: 'a reward too many',
        instance: { ...good, episodes: [{ ...episode, rewards: new Float64Array(5) }] },
        argument: 'episodes[0].rewards',
      },
      {
        fault: 'parameters of another length',
        instance: { ...good, initialParameters: new Float64Array(2) },
        argument: 'initialParameters',
      },
      { fault: 'a negative discount', instance: { ...good, discountRate: -1 }, argument: 'discountRate' },
      { fault: 'no discount for infinite episodes', instance: { ...good, isContinuing: true }, argument: 'discountRate' },
      { fault: 'no episodes', instance: { ...good, episodes: 1 as never }, argument: 'episodes' },
    ];
  },
  hardInstances: () => {
    const scaled = (by: number): EvaluationInstance => {
      const good = ornsteinUhlenbeck(50, 0.1, 1);
      const [episode] = good.episodes;
      return { ...good, truth: undefined, episodes: [{ ...episode, rewards: episode.rewards.map((r) => r * by) }] };
    };
    const still = ornsteinUhlenbeck(50, 0.1, 1, [1, 0, 0.5]);
    const nan = europeanCall(2, 4, 1);
    return [
      { hardness: 'rewards of 1e150', instance: scaled(1e150) },
      { hardness: 'rewards of 1e-150', instance: scaled(1e-150) },
      { hardness: 'no rewards', instance: scaled(0) },
      { hardness: 'a state at rest', instance: { ...still, truth: undefined } },
      { hardness: 'one step', instance: { ...ornsteinUhlenbeck(1, 0.1, 1), truth: undefined } },
      {
        hardness: 'a value function that is NaN',
        instance: { ...nan, approximator: { ...nan.approximator, value: () => Number.NaN } },
      },
    ];
  },
});

/** The orthogonality residual that rounding alone may leave: a share of the magnitudes that cancel, in any unit. */
const ROUNDING = 1e-14;

/** The fixed point of orthogonality for the Ornstein-Uhlenbeck process with exact transitions and Euler's increments. */
export function ornsteinUhlenbeckFixedPoint(step: number, a = 1, s = 1, beta = 0.5): Float64Array {
  const decay = -Math.expm1(-2 * a * step);
  const slope = step / (decay + beta * step);
  return Float64Array.of(slope, (slope * ((s * s) / (2 * a)) * decay) / (beta * step));
}

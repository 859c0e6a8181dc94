// The increments of the martingale that a value function defines along a trajectory:
// ΔM = w (a J(t', x') - b J(t, x) + c r), where a, b, c say how discounting is discretised.
//
// Y. Jia, X. Zhou: Policy evaluation and temporal-difference learning in continuous time and space: a martingale approach
// (arXiv 2108.06655, 2022).
import type { VectorLike } from '@infimum/core';
import { asVector, checkFunction, checkList } from '@infimum/core';
import type { EvaluationInstance, EvaluationLike } from './evaluation-instance.ts';
import { asEvaluation, checkEpisode } from './evaluation-instance.ts';

/** One step of a trajectory; the same object at every step. */
export interface Increment {
  t: number;
  /** Length of the step. */
  duration: number;
  tNext: number;
  x: Float64Array;
  xNext: Float64Array;
  reward: number;
  /** Coefficients of J', J and r. */
  a: number;
  b: number;
  c: number;
  /** e^-βt where episodes end, 1 where they do not. */
  weight: number;
  isFirst: boolean;
  isLast: boolean;
  /** The terminal value, at the last step of an episode that has one. */
  payoff: number | undefined;
}

/** Steps between two checks of the limits of a run. */
const BLOCK = 2048;

/** Visits all increments in their order; yields now and then with the number visited. */
export function* visitIncrements(
  instance: EvaluationInstance,
  form: string | number,
  visit: (increment: Increment) => void,
): Generator<number, number> {
  const { episodes, discountRate: beta, isContinuing } = instance;
  const { stateSize: n } = instance.approximator;
  const isChecked = Array.isArray(episodes);
  const chosen = form === 'auto' ? (isContinuing ? 'euler' : 'exact') : form;
  const at: Increment = {
    t: 0,
    duration: 0,
    tNext: 0,
    x: new Float64Array(n),
    xNext: new Float64Array(n),
    reward: 0,
    a: 1,
    b: 1,
    c: 0,
    weight: 1,
    isFirst: true,
    isLast: false,
    payoff: undefined,
  };
  let [count, index] = [0, 0];
  for (const episode of episodes) {
    if (!isChecked) checkEpisode(instance, episode, index);
    index++;
    const { times, states, rewards, terminalPayoff } = episode;
    const last = times.length - 1;
    for (let k = 0; k < n; k++) at.xNext[k] = states[k];
    for (let i = 0; i < last; i++) {
      const swap = at.x;
      at.x = at.xNext;
      at.xNext = swap;
      for (let k = 0; k < n; k++) swap[k] = states[(i + 1) * n + k];
      at.t = times[i];
      at.tNext = times[i + 1];
      const h = at.tNext - at.t;
      at.duration = h;
      at.reward = rewards[i];
      at.isFirst = i === 0;
      at.isLast = i === last - 1;
      at.payoff = at.isLast ? terminalPayoff : undefined;
      at.weight = isContinuing ? 1 : Math.exp(-beta * at.t);
      if (chosen === 'euler') {
        at.b = 1 + beta * h;
        at.c = h;
      } else {
        at.a = Math.exp(-beta * h);
        at.c = chosen === 'discrete' || beta === 0 ? h : -Math.expm1(-beta * h) / beta;
      }
      visit(at);
      if (++count % BLOCK === 0) yield count;
    }
  }
  return count;
}

/** ΔM under some parameters. */
export function martingaleIncrement(
  { approximator }: EvaluationInstance,
  parameters: Float64Array,
  { t, tNext, x, xNext, reward, a, b, c, weight, payoff }: Increment,
): number {
  const now = approximator.value(parameters, t, x);
  const next = payoff ?? approximator.value(parameters, tNext, xNext);
  return weight * (a * next - b * now + c * reward);
}

/**
 * How far the parameters are from orthogonality, E Σ ∂J/∂θ ΔM = 0: the sum's entries over the sums of the magnitudes of their terms;
 * the largest. 0 for 0/0.
 */
export function orthogonalityError(instance: EvaluationInstance, parameters: Float64Array): number {
  const { approximator } = instance;
  const [sums, scales, gradient] = [0, 1, 2].map(() => new Float64Array(approximator.size));
  const all = visitIncrements(instance, 'auto', (at) => {
    const now = approximator.value(parameters, at.t, at.x);
    const next = at.payoff ?? approximator.value(parameters, at.tNext, at.xNext);
    approximator.gradient(parameters, at.t, at.x, gradient);
    const change = at.weight * (at.a * next - at.b * now + at.c * at.reward);
    const size = at.weight * (Math.abs(at.a * next) + Math.abs(at.b * now) + Math.abs(at.c * at.reward));
    for (let i = 0; i < gradient.length; i++) {
      sums[i] += gradient[i] * change;
      scales[i] += Math.abs(gradient[i]) * size;
    }
  });
  while (!all.next().done);
  let worst = 0;
  for (let i = 0; i < sums.length; i++) {
    const share = scales[i] === 0 ? Math.abs(sums[i]) : Math.abs(sums[i]) / scales[i];
    if (!(share <= worst)) worst = share;
  }
  return worst;
}

/** A test of the martingale property. */
export interface MartingaleTest {
  /** Mean over episodes of Σ ξ ΔM, one a test function. */
  readonly means: Float64Array;
  /** Their standard errors: under the true value function the means are within a few of zero. */
  readonly standardErrors: Float64Array;
}

/**
 * Tests whether a value function fits the data: under the true one Σ ξ ΔM has mean zero for every function ξ of time and state, and
 * its terms are uncorrelated, so that the sum of their squares estimates its variance, even from one excerpt.
 *
 * @param given - episodes and the family of value functions
 * @param parameters - those of the value function within the family
 * @param tests - the functions ξ
 * @throws {InvalidInputError} as `continuousLstd`
 */
export function testMartingale(
  given: EvaluationLike,
  parameters: VectorLike,
  tests: readonly ((t: number, x: Float64Array) => number)[],
): MartingaleTest {
  const instance = asEvaluation(given);
  const theta = asVector(parameters, 'parameters', instance.approximator.size);
  checkList(tests, 'tests');
  for (let k = 0; k < tests.length; k++) checkFunction(tests[k], `tests[${k}]`);
  const [means, squares] = [0, 1].map(() => new Float64Array(tests.length));
  let count = 0;
  const all = visitIncrements(instance, 'auto', (at) => {
    const change = martingaleIncrement(instance, theta, at);
    tests.forEach((test, k) => {
      const term = test(at.t, at.x) * change;
      means[k] += term;
      squares[k] += term * term;
    });
    if (at.isLast) count++;
  });
  while (!all.next().done);
  return { means: means.map((sum) => sum / count), standardErrors: squares.map((square) => Math.sqrt(square) / count) };
}

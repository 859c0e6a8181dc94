// A linear system with quadratic costs and noisy actions: the environment whose returns are known in closed form.
import { checkInteger, checkMatrix, checkNumber, checkNumbers, checkObject, fault } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { matrixFromRows } from '@infimum/linalg';
import type { Dynamics } from './environment.ts';

/** s' = As + Ba with the reward -(sᵀQs + aᵀRa), begun at normal states of some variance. */
export interface LinearQuadratic {
  /** A of the next state Ax + Bu. */
  readonly a: DenseMatrix;
  /** B of the next state Ax + Bu. */
  readonly b: DenseMatrix;
  /** Cost of states, Q. */
  readonly q: DenseMatrix;
  /** Cost of actions, R. */
  readonly r: DenseMatrix;
  /** Variance of each entry of the first state. */
  readonly initialVariance: number;
  /** Steps of an episode. */
  readonly timeLimit: number;
}

/** A point mass with a time step of 0.2: the example of two states. */
export function pointMass(): LinearQuadratic {
  return {
    a: matrixFromRows([
      [1, 0.2],
      [0, 1],
    ]),
    b: matrixFromRows([[0], [0.2]]),
    q: matrixFromRows([
      [1, 0],
      [0, 0.1],
    ]),
    r: matrixFromRows([[0.01]]),
    initialVariance: 0.5,
    timeLimit: 20,
  };
}

/**
 * The environment of a linear system with quadratic costs.
 *
 * @example
 * ```ts
 * import { environmentOf, linearQuadratic, pointMass } from '@infimum/bandits-rl/environments';
 *
 * const environment = environmentOf(linearQuadratic(pointMass()));
 * environment.reset(3);
 * console.log(environment.step(Float64Array.of(0)).reward < 0); // true
 * ```
 */
export function linearQuadratic(quadratic: LinearQuadratic): Dynamics {
  checkObject(quadratic, 'quadratic');
  const { a, b, q, r, initialVariance, timeLimit } = quadratic;
  for (const [name, matrix] of Object.entries({ a, b, q, r })) checkMatrix(matrix, name);
  const [n, m] = [a.rows, b.cols];
  if (b.rows !== n || q.rows !== n || r.rows !== m) throw fault('has matrices of shapes that do not fit', 'a', 'shape');
  checkNumber(initialVariance, 'initialVariance', { min: 0 });
  const next = new Float64Array(n);
  const deviation = Math.sqrt(initialVariance);
  return {
    stateSize: n,
    observationSize: n,
    actions: { kind: 'box', low: new Float64Array(m).fill(-Infinity), high: new Float64Array(m).fill(Infinity) },
    timeLimit,
    begin(random, state, at) {
      for (let i = 0; i < n; i++) state[at + i] = deviation * random.normal();
    },
    move(state, at, action, actionAt) {
      let cost = 0;
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j < n; j++) {
          sum += a.values[i * n + j] * state[at + j];
          cost += state[at + i] * q.values[i * n + j] * state[at + j];
        }
        for (let j = 0; j < m; j++) sum += b.values[i * m + j] * action[actionAt + j];
        next[i] = sum;
      }
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < m; j++) cost += action[actionAt + i] * r.values[i * m + j] * action[actionAt + j];
      }
      for (let i = 0; i < n; i++) state[at + i] = next[i];
      return -cost;
    },
    observe(state, at, out, outAt) {
      for (let i = 0; i < n; i++) out[outAt + i] = state[at + i];
    },
  };
}

/** The expected return of a linear policy a = W s + σε over the horizon: a sum of traces. */
export function linearQuadraticReturn(
  quadratic: LinearQuadratic,
  gain: Float64Array,
  deviation: number,
  discount: number,
): number {
  checkObject(quadratic, 'quadratic');
  checkNumbers(gain, 'gain');
  const { a, b, q, r, initialVariance, timeLimit } = quadratic;
  for (const [name, matrix] of Object.entries({ a, b, q, r })) checkMatrix(matrix, name);
  checkNumber(initialVariance, 'initialVariance', { min: 0 });
  // A sum of so many terms takes a second for a few states.
  checkInteger(timeLimit, 'timeLimit', { min: 0, max: 1e6 });
  checkNumber(deviation, 'deviation');
  checkNumber(discount, 'discount');
  const [n, m] = [a.rows, b.cols];
  const closed = new Float64Array(n * n);
  const cost = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      closed[i * n + j] = a.values[i * n + j];
      cost[i * n + j] = q.values[i * n + j];
      for (let k = 0; k < m; k++) {
        closed[i * n + j] += b.values[i * m + k] * gain[k * n + j];
        for (let l = 0; l < m; l++) cost[i * n + j] += gain[k * n + i] * r.values[k * m + l] * gain[l * n + j];
      }
    }
  }
  let noise = 0;
  for (let k = 0; k < m; k++) noise += r.values[k * m + k] * deviation * deviation;
  let covariance = new Float64Array(n * n);
  for (let i = 0; i < n; i++) covariance[i * n + i] = initialVariance;
  let [total, weight] = [0, 1];
  for (let h = 0; h < timeLimit; h++, weight *= discount) {
    let trace = noise;
    for (let i = 0; i < n * n; i++) trace += cost[i] * covariance[i];
    total -= weight * trace;
    const half = new Float64Array(n * n);
    const moved = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) half[i * n + j] += closed[i * n + k] * covariance[k * n + j];
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += half[i * n + k] * closed[j * n + k];
        for (let k = 0; k < m; k++) sum += b.values[i * m + k] * b.values[j * m + k] * deviation * deviation;
        moved[i * n + j] = sum;
      }
    }
    covariance = moved;
  }
  return total;
}

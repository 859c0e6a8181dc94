// Bayesian quadrature with a Matérn covariance in linear time and without its matrix: the process is a linear stochastic
// differential equation, its integral one state more, and the weights are the adjoint of Kalman's filter.
//
// J. Hartikainen, S. Särkkä: Kalman filtering and smoothing solutions to temporal Gaussian process regression models (2010);
// for the rule see T. Karvonen, S. Särkkä, Classical quadrature rules via Gaussian processes (2017).
import { gaussLegendre } from './gauss-legendre.ts';
import { factorial, incompleteGamma } from './kernels.ts';

/** Weights and the posterior variance of the integral. */
export interface StateSpaceRule {
  readonly weights: Float64Array;
  /** Squared worst-case error, of the weights without normalisation. */
  readonly variance: number;
}

/** How the state moves over a step: transition and noise, (d + 1) x (d + 1). */
interface Motion {
  readonly transition: Float64Array;
  readonly noise: Float64Array;
}

/**
 * The weights for ∫ over [from, to]. In the time s = √(2p+1) t/ℓ the drift has the one eigenvalue -1, so that its exponential is a
 * polynomial times e^-s, and all is free of units.
 *
 * @param nodes - rising, within [from, to]
 * @param p - of the order p + ½
 * @param normalise - whether constants are to be integrated exactly
 */
export function maternWeights(
  nodes: Float64Array,
  from: number,
  to: number,
  p: number,
  lengthScale: number,
  normalize: boolean,
): StateSpaceRule {
  const rate = Math.sqrt(2 * p + 1) / lengthScale;
  const model = new MaternModel(p);
  const count = nodes.length;
  const d = p + 1;
  const size = d + 1;
  const covariance = model.stationary();
  const motions: Motion[] = [];
  const gains: Float64Array[] = [];
  /** For the constants: innovations of a signal of ones, over their variances. */
  const ones = new Float64Array(count);
  let state = new Float64Array(size);
  model.predict(covariance, model.motion(rate * (nodes[0] - from)));
  for (let j = 0; j < count; j++) {
    const variance = covariance[0];
    const gain = Float64Array.from({ length: size }, (_, i) => covariance[i * size] / variance);
    const innovation = 1 - state[0];
    ones[j] = innovation / variance;
    for (let i = 0; i < size; i++) state[i] += gain[i] * innovation;
    observe(covariance, gain, size);
    gains.push(gain);
    const end = j + 1 < count ? nodes[j + 1] : to;
    const motion = model.motion(rate * (end - nodes[j]));
    motions.push(motion);
    model.predict(covariance, motion);
    state = product(motion.transition, state, size);
  }
  /** The transposed filter: of weights on innovations and on the last state, those on the observations. */
  const adjoint = (onInnovations: Float64Array | undefined, onState: Float64Array): Float64Array => {
    const weights = new Float64Array(count);
    let multiplier = onState;
    for (let j = count - 1; j >= 0; j--) {
      const back = transposedProduct(motions[j].transition, multiplier, size);
      let weight = onInnovations?.[j] ?? 0;
      for (let i = 0; i < size; i++) weight += gains[j][i] * back[i];
      weights[j] = weight;
      back[0] -= weight;
      multiplier = back;
    }
    return weights;
  };
  const last = new Float64Array(size);
  last[d] = 1;
  const weights = adjoint(undefined, last);
  if (normalize) {
    const direction = adjoint(ones, new Float64Array(size));
    const missing = rate * (to - from) - sum(weights);
    const share = missing / sum(direction);
    for (let j = 0; j < count; j++) weights[j] += share * direction[j];
  }
  for (let j = 0; j < count; j++) weights[j] /= rate;
  return { weights, variance: Math.max(0, covariance[size * size - 1]) / (rate * rate) };
}

/** The Matérn process of order p + ½ with unit variance and rate, and its integral. */
class MaternModel {
  readonly #d: number;
  /** Powers of the nilpotent part of the drift over their factorials, d x d each. */
  readonly #powers: Float64Array[] = [];
  readonly #motions = new Map<number, Motion>();

  constructor(p: number) {
    const d = p + 1;
    this.#d = d;
    const nilpotent = new Float64Array(d * d);
    for (let i = 0; i < d; i++) {
      nilpotent[i * d + i] = 1;
      if (i + 1 < d) nilpotent[i * d + i + 1] = 1;
    }
    for (let i = 0; i < d; i++) {
      nilpotent[(d - 1) * d + i] -= factorial(d) / (factorial(i) * factorial(d - i));
    }
    let power = new Float64Array(d * d);
    for (let i = 0; i < d; i++) power[i * d + i] = 1;
    for (let k = 0; k < d; k++) {
      this.#powers.push(power);
      const next = new Float64Array(d * d);
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < d; j++) {
          for (let l = 0; l < d; l++) next[i * d + j] += (power[i * d + l] * nilpotent[l * d + j]) / (k + 1);
        }
      }
      power = next;
    }
  }

  /** The covariance long after the start, with an integral that is still zero. */
  stationary(): Float64Array {
    const d = this.#d;
    // The noise of a step after which the start is forgotten.
    const { noise } = this.motion(128);
    const covariance = new Float64Array((d + 1) * (d + 1));
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) covariance[i * (d + 1) + j] = noise[i * (d + 1) + j];
    }
    return covariance;
  }

  /** Transition and noise over a time; kept for times that repeat. */
  motion(time: number): Motion {
    const known = this.#motions.get(time);
    if (known) return known;
    let doublings = 0;
    while (time / 2 ** doublings > 1 && doublings < 1100) doublings++;
    let motion = this.#shortMotion(time / 2 ** doublings);
    for (let k = 0; k < doublings; k++) motion = this.#twice(motion);
    if (this.#motions.size < 4096) this.#motions.set(time, motion);
    return motion;
  }

  /** P <- Φ P Φᵀ + Q. */
  predict(covariance: Float64Array, { transition, noise }: Motion): void {
    const moved = sandwich(transition, covariance, this.#d + 1);
    for (let i = 0; i < moved.length; i++) covariance[i] = moved[i] + noise[i];
  }

  #twice({ transition, noise }: Motion): Motion {
    const size = this.#d + 1;
    const later = sandwich(transition, noise, size);
    for (let i = 0; i < later.length; i++) later[i] += noise[i];
    const square = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let l = 0; l < size; l++) {
        for (let j = 0; j < size; j++) square[i * size + j] += transition[i * size + l] * transition[l * size + j];
      }
    }
    return { transition: square, noise: later };
  }

  /** For times up to 1: closed forms, and Gauss' rule of 16 nodes for the noise, which is then exact to rounding. */
  #shortMotion(time: number): Motion {
    const d = this.#d;
    const size = d + 1;
    const density = (2 ** (2 * d - 1) * factorial(d - 1) ** 2) / factorial(2 * d - 2);
    const noise = new Float64Array(size * size);
    const { nodes, weights } = time > 0 ? gaussLegendre(16, 0, time) : { nodes: [], weights: [] };
    for (let q = 0; q < nodes.length; q++) {
      const transition = this.#transition(nodes[q]);
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          noise[i * size + j] += density * weights[q] * transition[i * size + d - 1] * transition[j * size + d - 1];
        }
      }
    }
    return { transition: this.#transition(time), noise };
  }

  #transition(time: number): Float64Array {
    const d = this.#d;
    const size = d + 1;
    const transition = new Float64Array(size * size);
    let share = Math.exp(-time);
    for (let k = 0; k < d; k++) {
      const power = this.#powers[k];
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < d; j++) transition[i * size + j] += share * power[i * d + j];
      }
      // ∫ e^-r r^k dr = k! times an incomplete gamma function; the 1/k! is in the power.
      const integral = factorial(k) * incompleteGamma(k, time);
      for (let j = 0; j < d; j++) transition[d * size + j] += integral * power[j];
      share *= time;
    }
    transition[size * size - 1] = 1;
    return transition;
  }
}

/** P <- (I - k e₁ᵀ) P (I - k e₁ᵀ)ᵀ: the form of Joseph, which stays positive. */
function observe(covariance: Float64Array, gain: Float64Array, size: number): void {
  const row = covariance.slice(0, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) covariance[i * size + j] -= gain[i] * row[j];
  }
  const column = Float64Array.from({ length: size }, (_, i) => covariance[i * size]);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) covariance[i * size + j] -= column[i] * gain[j];
  }
  // Without noise the observed value is exact.
  for (let i = 0; i < size; i++) {
    covariance[i] = 0;
    covariance[i * size] = 0;
  }
}

function sandwich(transition: Float64Array, inner: Float64Array, size: number): Float64Array {
  const half = new Float64Array(size * size);
  const whole = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let l = 0; l < size; l++) {
      const factor = transition[i * size + l];
      for (let j = 0; j < size; j++) half[i * size + j] += factor * inner[l * size + j];
    }
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let l = 0; l < size; l++) sum += half[i * size + l] * transition[j * size + l];
      whole[i * size + j] = sum;
    }
  }
  return whole;
}

function product(matrix: Float64Array, x: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) out[i] += matrix[i * size + j] * x[j];
  }
  return out;
}

function transposedProduct(matrix: Float64Array, x: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) out[j] += matrix[i * size + j] * x[i];
  }
  return out;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

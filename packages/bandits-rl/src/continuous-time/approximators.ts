// Families of value functions J(t, x) with parameters.
import { checkFunction, checkInteger, checkObject } from '@infimum/core';
import { normalCdf } from '@infimum/linalg/numerics';
import type { Features } from '../quadrature/monomials.ts';

/** A family of value functions. */
export interface Approximator {
  /** L, number of parameters. */
  readonly size: number;
  /** n, length of a state. */
  readonly stateSize: number;
  /** Whether J = J⁰ + θ·φ: then gradients do not depend on θ. */
  readonly isLinear: boolean;
  /** J(t, x). */
  value(parameters: Float64Array, t: number, x: Float64Array): number;
  /** ∂J/∂θ into out. */
  gradient(parameters: Float64Array, t: number, x: Float64Array, out: Float64Array): void;
  /**
   * ∂J/∂θ of a linear family without J⁰, which does not depend on time, at `count` states from state `from` on: entry k of the i-th to
   * out[k · stride + i]. For speed alone.
   */
  gradients?(states: Float64Array, from: number, count: number, out: Float64Array, stride: number): void;
  /** J⁰ of a linear family; 0 where there is none. */
  offset?(t: number, x: Float64Array): number;
  /** Moves parameters back to where J is defined. */
  restrict?(parameters: Float64Array): void;
}

/**
 * J = offset + θ·φ(x), for tasks without an end.
 *
 * @param features - φ
 * @param stateSize - n
 * @param hasConstant - whether a constant is a feature too, the last
 */
export function linearValue(features: Features, stateSize: number, hasConstant = true): Approximator {
  checkObject(features, 'features');
  checkInteger(features.count, 'features.count', { min: 1, max: 2 ** 28 });
  checkFunction(features.value, 'features.value');
  const size = features.count + (hasConstant ? 1 : 0);
  const values = new Float64Array(size).fill(1);
  return {
    size,
    stateSize,
    isLinear: true,
    value(parameters, _, x) {
      features.value(x, values);
      let sum = 0;
      for (let i = 0; i < size; i++) sum += parameters[i] * (i < features.count ? values[i] : 1);
      return sum;
    },
    gradient(_, __, x, out) {
      features.value(x, out);
      if (hasConstant) out[size - 1] = 1;
    },
    ...(features.values && {
      gradients(states, from, count, out, stride) {
        features.values?.(states, from, count, out, stride);
        if (hasConstant) out.fill(1, features.count * stride, features.count * stride + count);
      },
    }),
  };
}

/** J = x² + θ (T - t): the family that holds the value of x² at the end of a Brownian motion. */
export function brownianValue(end: number): Approximator {
  return {
    size: 1,
    stateSize: 1,
    isLinear: true,
    value: ([theta], t, [x]) => x * x + theta * (end - t),
    offset: (_, [x]) => x * x,
    gradient(_, t, __, out) {
      out[0] = end - t;
    },
  };
}

/** J = x² e^(θ (T - t)): holds the value of x² at the end of a geometric Brownian motion. */
export function exponentialValue(end: number): Approximator {
  return {
    size: 1,
    stateSize: 1,
    isLinear: false,
    value: ([theta], t, [x]) => x * x * Math.exp(theta * (end - t)),
    gradient([theta], t, [x], out) {
      out[0] = x * x * (end - t) * Math.exp(theta * (end - t));
    },
    restrict(parameters) {
      parameters[0] = Math.min(20, Math.max(-20, parameters[0]));
    },
  };
}

/** The price of a European call by the formula of Black and Scholes, with the volatility as parameter. */
export function callValue(strike: number, stepSize: number, end: number): Approximator {
  return {
    size: 1,
    stateSize: 1,
    isLinear: false,
    value: ([volatility], t, [x]) => callPrice(x, strike, stepSize, volatility, end - t),
    gradient([volatility], t, [x], out) {
      const left = end - t;
      if (!(left > 0)) {
        out[0] = 0;
        return;
      }
      const root = volatility * Math.sqrt(left);
      const d = (Math.log(x / strike) + (stepSize + (volatility * volatility) / 2) * left) / root;
      out[0] = (x * Math.sqrt(left) * Math.exp((-d * d) / 2)) / Math.sqrt(2 * Math.PI);
    },
    restrict(parameters) {
      parameters[0] = Math.min(2, Math.max(0.02, parameters[0]));
    },
  };
}

/** The price of a call with some time left. */
export function callPrice(x: number, strike: number, rate: number, volatility: number, left: number): number {
  if (!(left > 0)) return Math.max(0, x - strike);
  const root = volatility * Math.sqrt(left);
  const d = (Math.log(x / strike) + (rate + (volatility * volatility) / 2) * left) / root;
  return x * normalCdf(d) - strike * Math.exp(-rate * left) * normalCdf(d - root);
}

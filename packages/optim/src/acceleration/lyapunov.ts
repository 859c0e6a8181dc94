// Lyapunov functions of the accelerated methods: quantities that never rise by the proofs, computed along a run.
import type { Objective } from '@infimum/core';
import { checkChoice, checkNumber, checkObject, checkVector, fault } from '@infimum/core';
import { dot } from '@infimum/linalg/numerics';
import { checkCurvature } from '../smooth/lipschitz-constant.ts';
import { checkObjective } from '../smooth-minimization.ts';
import type { GradientIterate } from './gradient-method.ts';
import { itemCoefficients } from './item.ts';

/** Methods with a Lyapunov function. */
const LYAPUNOV_METHODS = ['nesterov-strongly-convex', 'nesterov-convex', 'triple-momentum', 'item'] as const;

/** A method with a Lyapunov function. */
export type LyapunovMethod = (typeof LYAPUNOV_METHODS)[number];

/** What must be known for a proof. */
export interface KnownMinimum {
  /** x*. */
  readonly minimizer: Float64Array;
  /** The constant L that the method works with. */
  readonly lipschitz: number;
  /** The constant mu; 0 by default, and for `nesterov-convex` not used. */
  readonly strongConvexity?: number;
}

/** The value of a Lyapunov function at an iterate; iterates must come one after the other, from the first. */
export type LyapunovFunction = (iterate: GradientIterate) => number;

/**
 * The quantity that proves a method's rate, for `onIteration`. With f* = f(x*), the output o_k, the point y_k of the
 * gradient, q = mu/L, and psi(y) = f(y) - f* - |g|²/(2L) - mu/(2(1 - q)) |y - g/L - x*|², which is never negative:
 *
 * - `nesterov-strongly-convex`: f(o_k) - f* + (mu/2) |z_k - x*|² with z_k = y_k + (y_k - o_k) / sqrt q; falls by
 *   1 - sqrt q in every step.
 * - `nesterov-convex`, Nesterov's growth without restarts: t_{k-1}² (f(o_k) - f*) + (L/2) |o_{k-1} + t_{k-1}
 *   (o_k - o_{k-1}) - x*|²; never rises.
 * - `triple-momentum`: psi(y_{k-1}) + mu / (1 - q) |o_k - x*|², the limit of the next one; falls by (1 - sqrt q)² in every
 *   step from the first. Infinite at the start, where there is no y_{k-1}.
 * - `item`: (1 - q) A_k psi(y_{k-1}) + (L + mu A_k) |o_k - x*|²; never rises.
 *
 * O(d) and a value of f at every iterate, not counted as calls of the method.
 *
 * @param method - the method
 * @param objective - f with its gradient
 * @param known - the minimiser and the constants
 * @throws {InvalidInputError} for an unknown method, a minimiser that does not fit and constants out of range
 *
 * @example
 * ```ts
 * import { nesterovStronglyConvex, quadraticForm } from '@infimum/optim';
 * import { lyapunov } from '@infimum/optim/acceleration';
 *
 * const bowl = quadraticForm(Float64Array.of(1, 25));
 * const constants = { lipschitz: 25, strongConvexity: 1 };
 * const energy = lyapunov('nesterov-strongly-convex', bowl, { minimizer: new Float64Array(2), ...constants });
 * const energies: number[] = [];
 * nesterovStronglyConvex(bowl, Float64Array.of(1, 1), {
 *   ...constants,
 *   onIteration: (iterate) => void energies.push(energy(iterate)),
 * });
 * console.log(energies.every((value, k) => k === 0 || value <= 0.8 * energies[k - 1] + 1e-12)); // true
 * ```
 */
export function lyapunov(method: LyapunovMethod, objective: Objective, known: KnownMinimum): LyapunovFunction {
  checkObject(objective, 'objective');
  checkObject(known, 'known');
  const { minimizer, lipschitz, strongConvexity = 0 } = known;

  checkChoice(method, 'method', LYAPUNOV_METHODS);
  checkObjective(objective);
  checkVector(minimizer, 'minimizer', objective.dimension);
  checkNumber(lipschitz, 'lipschitz', { above: 0 });
  checkCurvature({ lipschitz, strongConvexity });
  if (method !== 'nesterov-convex' && !(strongConvexity > 0 && strongConvexity < lipschitz)) {
    const problem = `must be above 0 and below the Lipschitz constant ${lipschitz}, got ${strongConvexity}`;
    throw fault(problem, 'strongConvexity', 'out-of-range');
  }
  const proof = new Proof(objective, Float64Array.from(minimizer), lipschitz, strongConvexity);
  switch (method) {
    case 'nesterov-strongly-convex':
      return stronglyConvexEnergy(proof);
    case 'nesterov-convex':
      return convexEnergy(proof);
    case 'triple-momentum':
      return tripleMomentumEnergy(proof);
    case 'item':
      return itemEnergy(proof);
  }
}

/** What the proofs share: gaps, distances and psi. */
class Proof {
  readonly objective: Objective;
  readonly minimizer: Float64Array;
  readonly minimum: number;
  readonly lipschitz: number;
  readonly strongConvexity: number;
  readonly q: number;

  constructor(objective: Objective, minimizer: Float64Array, lipschitz: number, strongConvexity: number) {
    this.objective = objective;
    this.minimizer = minimizer;
    this.minimum = objective.value(minimizer);
    this.lipschitz = lipschitz;
    this.strongConvexity = strongConvexity;
    this.q = strongConvexity / lipschitz;
  }

  gap(x: Float64Array): number {
    return this.objective.value(x) - this.minimum;
  }

  /** |a + factor (b - a) - x*|² */
  squaredDistance(a: Float64Array, b: Float64Array = a, factor = 0): number {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += (a[i] + factor * (b[i] - a[i]) - this.minimizer[i]) ** 2;
    return sum;
  }

  /** How much f(y) exceeds what smooth strong convexity leaves at least, at a point with its gradient. */
  psi(y: Float64Array, gradient: Float64Array): number {
    const { lipschitz: L, strongConvexity: mu, q, minimizer } = this;
    let distance = 0;
    for (let i = 0; i < y.length; i++) distance += (y[i] - gradient[i] / L - minimizer[i]) ** 2;
    return this.gap(y) - dot(gradient, gradient) / (2 * L) - (mu / (2 * (1 - q))) * distance;
  }
}

function stronglyConvexEnergy(proof: Proof): LyapunovFunction {
  const ahead = 1 + 1 / Math.sqrt(proof.q);
  return ({ point, output }) => {
    const o = output();
    return proof.gap(o) + (proof.strongConvexity / 2) * proof.squaredDistance(o, point, ahead);
  };
}

function convexEnergy(proof: Proof): LyapunovFunction {
  let t = 0; // t_{k-1}
  let last: Float64Array | undefined;
  return ({ output }) => {
    const o = output();
    const energy = t * t * proof.gap(o) + (proof.lipschitz / 2) * proof.squaredDistance(last ?? o, o, t);
    last = o;
    t = (1 + Math.sqrt(1 + 4 * t * t)) / 2;
    return energy;
  };
}

function tripleMomentumEnergy(proof: Proof): LyapunovFunction {
  const weight = proof.strongConvexity / (1 - proof.q);
  let last = Infinity; // psi(y_{k-1})
  return ({ point, gradient, output }) => {
    const energy = last + weight * proof.squaredDistance(output());
    last = proof.psi(point, gradient);
    return energy;
  };
}

function itemEnergy(proof: Proof): LyapunovFunction {
  const { q, lipschitz, strongConvexity } = proof;
  let weight = 0; // A_k
  let last = 0;
  return ({ point, gradient, output }) => {
    const distance = proof.squaredDistance(output());
    const energy = (1 - q) * weight * last + (lipschitz + strongConvexity * weight) * distance;
    last = proof.psi(point, gradient);
    weight = itemCoefficients(weight, q).nextWeight;
    return energy;
  };
}

// The 24 noiseless functions of COCO's suite BBOB, exactly: the same instances, minimizers and least values.
//
// N. Hansen, S. Finck, R. Ros, A. Auger: Real-parameter black-box optimization benchmarking 2009: noiseless functions
// definitions (2009); N. Hansen and others: COCO: a platform for comparing continuous optimizers in a black-box setting,
// arXiv 1603.08785. Written from the definitions; the values agree with the package `cocoex`.
import { checkInteger, checkVector } from '@infimum/core';
import { gallagher } from './gallagher.ts';
import { bbobLeastValue, bbobMinimizer, bbobNormals, bbobRotation, bbobUniforms } from './random-numbers.ts';
import {
  boundaryPenalty,
  condition,
  conditionedProduct,
  conditioning,
  makeAsymmetric,
  multiply,
  oscillate,
  oscillated,
  position,
} from './transformations.ts';

/** Names of the functions, f1 first. */
export const bbobNames = [
  'sphere',
  'separable ellipsoid',
  'separable Rastrigin',
  'Büche-Rastrigin',
  'linear slope',
  'attractive sector',
  'step ellipsoid',
  'Rosenbrock',
  'rotated Rosenbrock',
  'ellipsoid',
  'discus',
  'bent cigar',
  'sharp ridge',
  'sum of different powers',
  'Rastrigin',
  'Weierstrass',
  'Schaffer F7',
  'ill-conditioned Schaffer F7',
  'Griewank-Rosenbrock',
  'Schwefel',
  'Gallagher, 101 peaks',
  'Gallagher, 21 peaks',
  'Katsuura',
  'Lunacek bi-Rastrigin',
] as const;

/** One of the functions. */
export interface BbobFunction {
  /** f(x), defined everywhere; the domain of interest is [-5, 5]^d. */
  value(x: Float64Array): number;
  /** The minimiser. */
  readonly minimizer: Float64Array;
  /** The least value. */
  readonly optimum: number;
}

/** Values minus the least value, and the minimiser. */
type Raw = Pick<BbobFunction, 'value' | 'minimizer'>;

/**
 * A function of COCO's noiseless suite. Costs O(d) or O(d²) a value.
 *
 * @param number - 1 to 24
 * @param d - dimension, at least 2
 * @param instance - number of the instance from 1: another minimizer, rotation and least value
 * @throws {InvalidInputError} naming the argument out of range; `value` for a point of another length or not finite
 *
 * @example
 * ```ts
 * import { bbob } from '@infimum/blackbox';
 *
 * const { value, minimizer, optimum } = bbob(8, 5, 1);
 * console.log(optimum, value(minimizer) === optimum); // 149.15 true
 * ```
 */
export function bbob(number: number, d: number, instance = 1): BbobFunction {
  checkInteger(number, 'number', { min: 1, max: 24 });
  checkInteger(d, 'd', { min: 2, max: 10_000 });
  checkInteger(instance, 'instance', { min: 1, max: 100_000 });
  // Functions 4 and 18 share their instances with 3 and 17.
  const base = number === 4 ? 3 : number === 18 ? 17 : number;
  const seed = base + 10_000 * instance;
  const optimum = bbobLeastValue(seed);
  const raw = FUNCTIONS[number - 1](d, seed);
  const value = (x: Float64Array) => {
    checkVector(x, 'x', d);
    return raw.value(x) + optimum;
  };
  return { value, minimizer: raw.minimizer, optimum };
}

/** A function of z = x - minimizer, which it may overwrite. */
function shifted(minimizer: Float64Array, of: (z: Float64Array, x: Float64Array) => number): Raw {
  const z = new Float64Array(minimizer.length);
  return {
    minimizer,
    value: (x) => {
      for (let i = 0; i < z.length; i++) z[i] = x[i] - minimizer[i];
      return of(z, x);
    },
  };
}

/** The same behind a linear map. */
function rotated(minimizer: Float64Array, matrix: Float64Array, of: (z: Float64Array, x: Float64Array) => number): Raw {
  const z = new Float64Array(minimizer.length);
  return shifted(minimizer, (moved, x) => {
    multiply(matrix, moved, z);
    return of(z, x);
  });
}

/** The two rotations, R and Q in the definitions. */
const rotations = (d: number, seed: number) => ({ first: bbobRotation(d, seed + 1_000_000), second: bbobRotation(d, seed) });

function sphere(z: Float64Array): number {
  let sum = 0;
  for (const entry of z) sum += entry * entry;
  return sum;
}

function ellipsoid(z: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < z.length; i++) sum += 1e6 ** position(i, z.length) * z[i] * z[i];
  return sum;
}

function rastrigin(z: Float64Array): number {
  let cosines = 0;
  for (const entry of z) cosines += Math.cos(2 * Math.PI * entry);
  return 10 * (z.length - cosines) + sphere(z);
}

/** Rosenbrock's valley with its minimum at (1, …, 1). */
function rosenbrock(z: Float64Array): number {
  let sum = 0;
  for (let i = 0; i + 1 < z.length; i++) sum += 100 * (z[i] * z[i] - z[i + 1]) ** 2 + (z[i] - 1) ** 2;
  return sum;
}

/** The factor of Rosenbrock's and Griewank's functions, so that their valley lies inside. */
const stretch = (d: number) => Math.max(1, Math.sqrt(d) / 8);

function buecheRastrigin(d: number, seed: number): Raw {
  const minimizer = bbobMinimizer(d, seed);
  for (let i = 0; i < d; i += 2) minimizer[i] = Math.abs(minimizer[i]);
  return shifted(minimizer, (z, x) => {
    oscillate(z);
    for (let i = 0; i < d; i++) z[i] *= conditioning(i, d, 10) * (z[i] > 0 && i % 2 === 0 ? 10 : 1);
    return rastrigin(z) + 100 * boundaryPenalty(x);
  });
}

function linearSlope(d: number, seed: number): Raw {
  const minimizer = bbobMinimizer(d, seed).map((entry) => (entry < 0 ? -5 : 5));
  const value = (x: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < d; i++) {
      const slope = conditioning(i, d, 100);
      // Beyond the border the slope ends.
      const reached = x[i] * minimizer[i] < 25 ? x[i] : minimizer[i];
      sum += 5 * slope - Math.sign(minimizer[i]) * slope * reached;
    }
    return sum;
  };
  return { value, minimizer };
}

function attractiveSector(d: number, seed: number): Raw {
  const { first, second } = rotations(d, seed);
  const minimizer = bbobMinimizer(d, seed);
  return rotated(minimizer, conditionedProduct(first, 10, second), (z) => {
    let sum = 0;
    for (let i = 0; i < d; i++) sum += (z[i] * minimizer[i] > 0 ? 1e4 : 1) * z[i] * z[i];
    return oscillated(sum) ** 0.9;
  });
}

function stepEllipsoid(d: number, seed: number): Raw {
  const { first, second } = rotations(d, seed);
  const stepped = new Float64Array(d);
  return rotated(bbobMinimizer(d, seed), second, (z, x) => {
    condition(z, 10);
    const lead = Math.abs(z[0]);
    for (let i = 0; i < d; i++) {
      z[i] = Math.abs(z[i]) > 0.5 ? Math.floor(z[i] + 0.5) : Math.floor(10 * z[i] + 0.5) / 10;
    }
    multiply(first, z, stepped);
    let sum = 0;
    for (let i = 0; i < d; i++) sum += 100 ** position(i, d) * stepped[i] ** 2;
    return 0.1 * Math.max(lead * 1e-4, sum) + boundaryPenalty(x);
  });
}

function rosenbrockInside(d: number, seed: number): Raw {
  const minimizer = bbobMinimizer(d, seed).map((entry) => 0.75 * entry);
  return shifted(minimizer, (z) => {
    for (let i = 0; i < d; i++) z[i] = stretch(d) * z[i] + 1;
    return rosenbrock(z);
  });
}

/** z = stretch R x + 1/2: the minimum, at z = 1, lies at R' (1/2) / stretch. */
function stretchedRotation(d: number, seed: number, of: (z: Float64Array) => number): Raw {
  const rotation = bbobRotation(d, seed);
  const z = new Float64Array(d);
  const minimizer = new Float64Array(d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) minimizer[j] += (0.5 * rotation[i * d + j]) / stretch(d);
  }
  const value = (x: Float64Array) => {
    multiply(rotation, x, z);
    for (let i = 0; i < d; i++) z[i] = stretch(d) * z[i] + 0.5;
    return of(z);
  };
  return { value, minimizer };
}

function griewankRosenbrock(z: Float64Array): number {
  let sum = 0;
  for (let i = 0; i + 1 < z.length; i++) {
    const s = 100 * (z[i] * z[i] - z[i + 1]) ** 2 + (1 - z[i]) ** 2;
    sum += s / 4000 - Math.cos(s);
  }
  return 10 + (10 * sum) / (z.length - 1);
}

function bentCigar(d: number, seed: number): Raw {
  const { first } = rotations(d, seed);
  const back = new Float64Array(d);
  return rotated(bbobMinimizer(d, seed + 1_000_000), first, (z) => {
    makeAsymmetric(z, 0.5);
    multiply(first, z, back);
    return back[0] ** 2 + 1e6 * sphere(back.subarray(1));
  });
}

function differentPowers(z: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < z.length; i++) sum += Math.abs(z[i]) ** (2 + 4 * position(i, z.length));
  return Math.sqrt(sum);
}

function rotatedRastrigin(d: number, seed: number): Raw {
  const { first, second } = rotations(d, seed);
  const back = conditionedProduct(first, 10, second);
  const y = new Float64Array(d);
  return rotated(bbobMinimizer(d, seed), first, (z) => {
    oscillate(z);
    makeAsymmetric(z, 0.2);
    multiply(back, z, y);
    return rastrigin(y);
  });
}

function weierstrass(d: number, seed: number): Raw {
  const { first, second } = rotations(d, seed);
  const back = conditionedProduct(first, 0.01, second);
  const y = new Float64Array(d);
  const wave = (x: number) => {
    let sum = 0;
    for (let k = 0; k < 12; k++) sum += 0.5 ** k * Math.cos(2 * Math.PI * 3 ** k * (x + 0.5));
    return sum;
  };
  const least = wave(0);
  return rotated(bbobMinimizer(d, seed), first, (z, x) => {
    oscillate(z);
    multiply(back, z, y);
    let sum = 0;
    for (const entry of y) sum += wave(entry);
    return 10 * (sum / d - least) ** 3 + (10 / d) * boundaryPenalty(x);
  });
}

function schaffer(alpha: number): (d: number, seed: number) => Raw {
  return (d, seed) => {
    const { first, second } = rotations(d, seed);
    const y = new Float64Array(d);
    return rotated(bbobMinimizer(d, seed), first, (z, x) => {
      makeAsymmetric(z, 0.5);
      multiply(second, z, y);
      condition(y, alpha);
      let sum = 0;
      for (let i = 0; i + 1 < d; i++) {
        const square = y[i] ** 2 + y[i + 1] ** 2;
        sum += square ** 0.25 * (1 + Math.sin(50 * square ** 0.1) ** 2);
      }
      return (sum / (d - 1)) ** 2 + 10 * boundaryPenalty(x);
    });
  };
}

function schwefel(d: number, seed: number): Raw {
  const signs = bbobUniforms(new Float64Array(d), seed).map((uniform) => (uniform < 0.5 ? -1 : 1));
  const size = 0.5 * 4.2096874637;
  const z = new Float64Array(d);
  const value = (x: Float64Array) => {
    for (let i = 0; i < d; i++) z[i] = 2 * signs[i] * x[i];
    for (let i = d - 1; i > 0; i--) z[i] += 0.25 * (2 * signs[i - 1] * x[i - 1] - 2 * size);
    let sum = 0;
    let beyond = 0;
    for (let i = 0; i < d; i++) {
      const y = 100 * (conditioning(i, d, 10) * (z[i] - 2 * size) + 2 * size);
      sum += y * Math.sin(Math.sqrt(Math.abs(y)));
      beyond += Math.max(0, Math.abs(y) - 500) ** 2;
    }
    return 0.01 * (beyond + 418.9828872724339 - sum / d);
  };
  return { value, minimizer: signs.map((sign) => sign * size) };
}

function katsuura(d: number, seed: number): Raw {
  const { first, second } = rotations(d, seed);
  return rotated(bbobMinimizer(d, seed), conditionedProduct(first, 100, second), (z, x) => {
    let product = 1;
    for (let i = 0; i < d; i++) {
      let sum = 0;
      for (let j = 1; j < 33; j++) {
        const scaled = 2 ** j * z[i];
        sum += Math.abs(scaled - Math.floor(scaled + 0.5)) / 2 ** j;
      }
      product *= (1 + (i + 1) * sum) ** (10 / d ** 1.2);
    }
    return (10 / d / d) * (product - 1) + boundaryPenalty(x);
  });
}

function lunacek(d: number, seed: number): Raw {
  const { first, second } = rotations(d, seed);
  const signs = bbobNormals(d, seed).map((normal) => (normal < 0 ? -1 : 1));
  const near = 2.5;
  const s = 1 - 1 / (2 * Math.sqrt(d + 20) - 8.2);
  const far = -Math.sqrt((near * near - 1) / s);
  const matrix = conditionedProduct(first, 100, second);
  const folded = new Float64Array(d);
  const z = new Float64Array(d);
  const value = (x: Float64Array) => {
    let [nearSum, farSum, cosines] = [0, 0, 0];
    for (let i = 0; i < d; i++) {
      const reflected = 2 * signs[i] * x[i];
      nearSum += (reflected - near) ** 2;
      farSum += (reflected - far) ** 2;
      folded[i] = reflected - near;
    }
    multiply(matrix, folded, z);
    for (const entry of z) cosines += Math.cos(2 * Math.PI * entry);
    return Math.min(nearSum, d + s * farSum) + 10 * (d - cosines) + 1e4 * boundaryPenalty(x);
  };
  return { value, minimizer: signs.map((sign) => (sign * near) / 2) };
}

const FUNCTIONS: readonly ((d: number, seed: number) => Raw)[] = [
  (d, seed) => shifted(bbobMinimizer(d, seed), sphere),
  (d, seed) =>
    shifted(bbobMinimizer(d, seed), (z) => {
      oscillate(z);
      return ellipsoid(z);
    }),
  (d, seed) =>
    shifted(bbobMinimizer(d, seed), (z) => {
      oscillate(z);
      makeAsymmetric(z, 0.2);
      condition(z, 10);
      return rastrigin(z);
    }),
  buecheRastrigin,
  linearSlope,
  attractiveSector,
  stepEllipsoid,
  rosenbrockInside,
  (d, seed) => stretchedRotation(d, seed, rosenbrock),
  (d, seed) =>
    rotated(bbobMinimizer(d, seed), rotations(d, seed).first, (z) => {
      oscillate(z);
      return ellipsoid(z);
    }),
  (d, seed) =>
    rotated(bbobMinimizer(d, seed), rotations(d, seed).first, (z) => {
      oscillate(z);
      return 1e6 * z[0] * z[0] + sphere(z.subarray(1));
    }),
  bentCigar,
  (d, seed) => {
    const { first, second } = rotations(d, seed);
    return rotated(
      bbobMinimizer(d, seed),
      conditionedProduct(first, 10, second),
      (z) => z[0] * z[0] + 100 * Math.sqrt(sphere(z.subarray(1))),
    );
  },
  (d, seed) => rotated(bbobMinimizer(d, seed), rotations(d, seed).first, differentPowers),
  rotatedRastrigin,
  weierstrass,
  schaffer(10),
  schaffer(1000),
  (d, seed) => stretchedRotation(d, seed, griewankRosenbrock),
  schwefel,
  (d, seed) => gallagher(d, seed, true),
  (d, seed) => gallagher(d, seed, false),
  katsuura,
  lunacek,
];

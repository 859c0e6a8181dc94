// Moments of all points, of growing degree: the label-blind tests, and bounds of the moments along every direction.
import { Random } from '@infimum/core';
import { eigenvalues } from './band.ts';
import { drawQuartic } from './halfspace-instances.ts';
import type { Sample } from './halfspace-samples.ts';

/** Exponents of the monomials of one degree, and the roots of their multinomial coefficients. */
interface Monomials {
  readonly exponents: readonly Int8Array[];
  readonly scales: Float64Array;
}

function factorial(n: number): number {
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return product;
}

export function monomials(dimension: number, degree: number): Monomials {
  const exponents: Int8Array[] = [];
  const current = new Int8Array(dimension);
  const fill = (place: number, left: number): void => {
    if (place === dimension - 1) {
      current[place] = left;
      exponents.push(current.slice());
      return;
    }
    for (let e = left; e >= 0; e--) {
      current[place] = e;
      fill(place + 1, left - e);
    }
  };
  fill(0, degree);
  const scales = Float64Array.from(exponents, (powers) =>
    Math.sqrt(factorial(degree) / powers.reduce((product, e) => product * factorial(e), 1)),
  );
  return { exponents, scales };
}

/** mean of phi phi' for phi the scaled monomials of a degree: <phi(x), phi(u)> = (u · x)^degree. Lower triangle. */
export function momentMatrix(points: Float64Array, dimension: number, degree: number): Float64Array {
  const { exponents, scales } = monomials(dimension, degree);
  const size = exponents.length;
  const count = points.length / dimension;
  const matrix = new Float64Array(size * size);
  const phi = new Float64Array(size);
  const powers = new Float64Array(dimension * (degree + 1));
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < dimension; j++) {
      powers[j * (degree + 1)] = 1;
      for (let e = 1; e <= degree; e++) {
        powers[j * (degree + 1) + e] = powers[j * (degree + 1) + e - 1] * points[i * dimension + j];
      }
    }
    for (let a = 0; a < size; a++) {
      let value = scales[a];
      const e = exponents[a];
      for (let j = 0; j < dimension; j++) if (e[j] > 0) value *= powers[j * (degree + 1) + e[j]];
      phi[a] = value;
    }
    for (let a = 0; a < size; a++) {
      const factor = phi[a] / count;
      for (let b = 0; b <= a; b++) matrix[a * size + b] += factor * phi[b];
    }
  }
  return matrix;
}

/** The same for independent coordinates with the given even moments: `even[e / 2]` is that of order e. */
export function productMoments(dimension: number, degree: number, even: readonly number[]): Float64Array {
  const { exponents, scales } = monomials(dimension, degree);
  const size = exponents.length;
  const matrix = new Float64Array(size * size);
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      let value = scales[a] * scales[b];
      for (let j = 0; j < dimension && value !== 0; j++) {
        const e = exponents[a][j] + exponents[b][j];
        value *= e % 2 === 0 ? even[e / 2] : 0;
      }
      matrix[a * size + b] = value;
    }
  }
  return matrix;
}

/** (2m - 1)!!, the moments of a Gaussian: orders 0, 2, 4, … */
export const GAUSSIAN_MOMENTS = [1, 1, 3, 15, 105, 945, 10395, 135135, 2027025];

/** Moments of `quartic`: coordinates with density ~ exp(-x²/2 - x⁴/4), scaled to variance one. */
export const QUARTIC_MOMENTS = [1, 1, 2.43015481, 8.50829075, 37.3126779];

/** The largest and the largest absolute eigenvalue of a difference of symmetric matrices. */
function spread(a: Float64Array, b: Float64Array): { top: number; norm: number } {
  const size = Math.round(Math.sqrt(a.length));
  const values = eigenvalues(
    a.map((entry, i) => entry - b[i]),
    size,
  );
  return { top: values[size - 1], norm: Math.max(Math.abs(values[0]), Math.abs(values[size - 1])) };
}

/** The result of one degree. */
export interface MomentTest {
  /** Half the degree. */
  readonly half: number;
  /** |M_S - M_*|. */
  readonly deviation: number;
  readonly threshold: number;
  /** B_m: E_S (u · x)^{2m} <= B_m for every unit u. */
  readonly bound: number;
  readonly operations: number;
}

const simulated = new Map<string, number>();

/** Number of samples for simulated thresholds, and points of each: deviations fall with the root of the number of points. */
const SIMULATIONS = 60;
const SIMULATED_POINTS = 4000;

/** Tests degrees 2, 4, … 2 halves; O(n C(d + m - 1, m)²) for the top one. */
export function testMoments(sample: Sample, target: 'gaussian' | 'quartic', half: number): MomentTest {
  const { dimension, points, count } = sample;
  const even = target === 'gaussian' ? GAUSSIAN_MOMENTS : QUARTIC_MOMENTS;
  const measured = momentMatrix(points, dimension, half);
  const expected = productMoments(dimension, half, even);
  const deviation = spread(measured, expected).norm;
  const { top } = spread(measured, productMoments(dimension, half, GAUSSIAN_MOMENTS));
  const size = Math.round(Math.sqrt(measured.length));
  return {
    half,
    deviation,
    threshold: simulatedThreshold(dimension, count, target, half, expected),
    bound: GAUSSIAN_MOMENTS[half] + Math.max(0, top),
    operations: count * size * size,
  };
}

function simulatedThreshold(
  dimension: number,
  count: number,
  target: 'gaussian' | 'quartic',
  half: number,
  expected: Float64Array,
): number {
  const points = Math.min(count, SIMULATED_POINTS);
  const key = `${dimension} ${points} ${target} ${half}`;
  let largest = simulated.get(key);
  if (largest === undefined) {
    largest = 0;
    for (let k = 0; k < SIMULATIONS; k++) {
      const random = new Random(7, k);
      const drawn = new Float64Array(points * dimension);
      if (target === 'gaussian') random.normals(drawn);
      else for (let i = 0; i < drawn.length; i++) drawn[i] = drawQuartic(random.uniform());
      largest = Math.max(largest, spread(momentMatrix(drawn, dimension, half), expected).norm);
    }
    simulated.set(key, largest);
  }
  return 1.25 * largest * Math.sqrt(points / count);
}

/** The largest |mean of an odd monomial| of degree < 2 halves, in standard errors. */
export function oddMoments({ dimension, points, count }: Sample, degree: number): number {
  let worst = 0;
  for (let odd = 1; odd < degree; odd += 2) {
    for (const powers of monomials(dimension, odd).exponents) {
      let sum = 0;
      let squares = 0;
      for (let i = 0; i < count; i++) {
        let value = 1;
        for (let j = 0; j < dimension; j++) for (let e = 0; e < powers[j]; e++) value *= points[i * dimension + j];
        sum += value;
        squares += value * value;
      }
      if (squares > 0) worst = Math.max(worst, Math.abs(sum) / Math.sqrt(squares));
    }
  }
  return worst;
}

// Random histograms: bells, spikes, sparse weights, and weights down to the smallest denormal number; and their plans' errors
// in doubled precision.
import { Random } from '@infimum/core';
import { portableExp } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import type { Transport } from '../transport.ts';
import { total } from '../transport.ts';

/** One histogram of a random kind. */
function histogram(n: number, random: Random): Float64Array {
  const kind = random.integer(4);
  const weights = new Float64Array(n);
  if (kind === 0) {
    const [mean, deviation] = [random.uniform() * n, 0.2 + (random.uniform() * n) / 4];
    for (let i = 0; i < n; i++) weights[i] = portableExp(-(((i - mean) / deviation) ** 2) / 2);
  } else if (kind === 1) {
    for (let k = 0; k < 3; k++) weights[random.integer(n)] += random.uniform();
  } else if (kind === 2) {
    for (let i = 0; i < n; i++) if (random.uniform() < 0.3) weights[i] = random.uniform();
  } else for (let i = 0; i < n; i++) weights[i] = 10 ** (-324 * random.uniform() ** 3);
  if (!(total(weights) > 0)) weights[random.integer(n)] = 1;
  const mass = total(weights);
  return weights.map((weight) => weight / mass);
}

/** Problem k: two histograms of 2 to 200 places on a line, epsilon from 1 to 1e-6 of the range of the costs. */
export function randomHistograms(k: number): Transport & { epsilon: number } {
  const random = new Random(1).split(k);
  const n = 2 + random.integer(199);
  const m = random.uniform() < 0.5 ? n : 2 + random.integer(199);
  const values = new Float64Array(n * m);
  for (let i = 0, k = 0; i < n; i++) for (let j = 0; j < m; j++, k++) values[k] = (i / (n - 1) - j / (m - 1)) ** 2;
  const epsilon = 10 ** (-6 * random.uniform());
  return { a: histogram(n, random), b: histogram(m, random), cost: { rows: n, cols: m, values }, epsilon };
}

/** Adds with what rounding took away (T. Dekker, 1971). */
class DoubledSum {
  #high = 0;
  #low = 0;

  add(value: number): void {
    const sum = this.#high + value;
    const part = sum - this.#high;
    this.#low += this.#high - (sum - part) + (value - part);
    this.#high = sum;
  }

  get value(): number {
    return this.#high + this.#low;
  }
}

/** l1 error of the marginals. */
export function doubledMarginalError({ a, b }: Transport, { rows, cols, values }: DenseMatrix): number {
  const error = new DoubledSum();
  for (let i = 0; i < rows; i++) {
    const row = new DoubledSum();
    for (let j = 0; j < cols; j++) row.add(values[i * cols + j]);
    row.add(-a[i]);
    error.add(Math.abs(row.value));
  }
  for (let j = 0; j < cols; j++) {
    const column = new DoubledSum();
    for (let i = 0; i < rows; i++) column.add(values[i * cols + j]);
    column.add(-b[j]);
    error.add(Math.abs(column.value));
  }
  return error.value;
}

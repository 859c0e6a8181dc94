// Exact arithmetic on networks that are linear on both sides of zero: doubles are whole numbers times powers of two, and so
// are all sums, products and activations of them.
import type { Dyadic } from '@infimum/rigor';
import { integers } from '@infimum/rigor';
import type { PreparedNetwork } from './network.ts';
import { activationOf, isPiecewiseLinear } from './network.ts';

/** m 2^exponent for every m. */
interface ExactVector {
  readonly mantissas: readonly bigint[];
  readonly exponent: number;
}

/** The numbers over a common power of two. */
function aligned(numbers: readonly Dyadic[]): ExactVector {
  const exponent = numbers.reduce((least, { exponent: own }) => Math.min(least, own), 0);
  return { mantissas: numbers.map((d) => d.mantissa << BigInt(d.exponent - exponent)), exponent };
}

/** a · v + c. */
function affine(a: ArrayLike<number>, v: ExactVector, c: number): Dyadic {
  const row = integers(a);
  let mantissa = 0n;
  row.mantissas.forEach((m, j) => {
    if (m !== 0n) mantissa += m * v.mantissas[j];
  });
  return sum({ mantissa, exponent: row.exponent + v.exponent }, dyadicOf(c));
}

function dyadicOf(x: number): Dyadic {
  const { mantissas, exponent } = integers([x]);
  return { mantissa: mantissas[0], exponent };
}

/** a + b. */
function sum(a: Dyadic, b: Dyadic): Dyadic {
  const { mantissas, exponent } = aligned([a, b]);
  return { mantissa: mantissas[0] + mantissas[1], exponent };
}

/** Whether a network can be evaluated exactly. */
export function isExact({ layers }: PreparedNetwork): boolean {
  return layers.slice(0, -1).every(({ activation }) => isPiecewiseLinear(activation));
}

/**
 * The sums of every layer at x, exactly; the outputs last. With `phases`, neurons with one stay on that side of their kink for every sum.
 * Time O(weights), in whole numbers that grow with the range of the weights.
 */
function exactSums(network: PreparedNetwork, x: ArrayLike<number>, phases?: readonly Int8Array[]): Dyadic[][] {
  let input: ExactVector = integers(x);
  return network.layers.map((layer, k) => {
    const { map, slope } = layer;
    const row = new Float64Array(map.inputs);
    const sums = Array.from({ length: map.outputs }, (_, i) => {
      map.rows(i, i + 1, row);
      return affine(row, input, map.bias[i]);
    });
    const factor = dyadicOf(slope);
    input = aligned(
      sums.map((z, i) => {
        const isDown = phases?.[k][i] ? phases[k][i] < 0 : z.mantissa < 0n;
        if (!isDown || activationOf(layer, i) === 'linear') return z;
        const below = layer.activation === 'relu' ? { mantissa: 0n, exponent: 0 } : factor;
        return { mantissa: z.mantissa * below.mantissa, exponent: z.exponent + below.exponent };
      }),
    );
    return sums;
  });
}

/** Signs of C y - d, exactly: whether all rows are at most 0. */
export function isExactlyUnsafe(
  network: PreparedNetwork,
  x: ArrayLike<number>,
  rows: readonly ArrayLike<number>[],
  limits: ArrayLike<number>,
): boolean {
  const sums = exactSums(network, x);
  const outputs = aligned(sums[sums.length - 1]);
  return rows.every((row, r) => affine(row, outputs, -limits[r]).mantissa <= 0n);
}

/** f_i(after) - f_i(before), exactly: its sign. */
export function exactChange(
  network: PreparedNetwork,
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  output: number,
): number {
  const [low, high] = [before, after].map((x) => (exactSums(network, x).at(-1) as Dyadic[])[output]);
  const { mantissas } = aligned([low, high]);
  return mantissas[1] > mantissas[0] ? 1 : mantissas[1] < mantissas[0] ? -1 : 0;
}

// Bounds of the sums of neurons on a box, in whole numbers, by lines in place of activations.
//
// H. Zhang and others: CROWN (2018), arXiv 1811.00866.
import { up as above, integers, roundDyadic } from '@infimum/rigor';
import type { DenseLayer, Network } from '../networks/network.ts';

/** Numbers m 2^e. */
export interface Exact {
  readonly m: readonly bigint[];
  readonly e: number;
}

/** By layer: lower slopes, upper slopes and intercepts of its neurons; `linesOf` adds 1 for those that may be on their kink. */
export type Lines = readonly (readonly Float64Array[])[];

const ZERO: Exact = { m: [0n], e: 0 };

/** Whether all layers are dense, with ReLU between them. */
export const isPlainNetwork = ({ layers }: Network): boolean =>
  layers.every(
    ({ kind, activation, carried }, k) =>
      kind === 'dense' && !carried && activation === (k === layers.length - 1 ? 'linear' : 'relu'),
  );
export const isList = (value: unknown, length: number): value is number[] =>
  Array.isArray(value) && value.length === length && value.every((x) => Number.isFinite(x));

/** Bounds of sums over a box. */
export class ExactBounds {
  readonly layers: readonly DenseLayer[];
  readonly #weights: readonly Exact[];
  readonly #biases: readonly Exact[];
  readonly #ends: readonly [Exact, Exact];

  constructor(layers: readonly DenseLayer[], { lower, upper }: Readonly<Record<'lower' | 'upper', Float64Array>>) {
    this.layers = layers;
    this.#weights = layers.map(({ weight }) => exactOf(weight));
    this.#biases = layers.map(({ bias }) => exactOf(bias));
    this.#ends = [exactOf(lower), exactOf(upper)];
  }

  /** Whether both lines of a neuron hold for all sums that it can have, by the lines of the layers below. */
  holds(k: number, i: number, lines: Lines): boolean {
    const [lower, upper, intercept] = lines[k].map((list) => list[i]);
    // Below: relu(z) >= a z for any a from 0 to 1. Above: the line is at least 0, and at least z.
    if (!(lower >= 0 && lower <= 1)) return false;
    const line = this.#unit(k, i, upper);
    const constant = exactOf([intercept]);
    return [line, plus(line, this.#unit(k, i, -1))].every((row) => this.least(row, constant, k, lines).m[0] >= 0n);
  }

  /** Bounds of a sum over the box by the lines of the layers below. */
  rangeOf(k: number, i: number, lines: Lines): { readonly lower: number; readonly upper: number } {
    const least = [1, -1].map((scale) => this.least(this.#unit(k, i, scale), ZERO, k, lines));
    const [lower, upper] = least.map(({ m, e }) => roundDyadic(m[0], e, -1));
    return { lower, upper: -upper };
  }

  #unit(k: number, i: number, scale: number): Exact {
    return exactOf(Array.from(this.layers[k].bias, (_, j) => (j === i ? scale : 0)));
  }

  /** The least value of row · z_k + constant over the box, with lines in place of activations. */
  least(row: Exact, constant: Exact, k: number, lines: Lines, pulls?: readonly (readonly number[])[]): Exact {
    let [own, rest] = [row, constant];
    for (let j = k; ; j--) {
      rest = plus(rest, product(own, this.#biases[j]));
      own = times(own, this.#weights[j], this.layers[j].inputs);
      if (j === 0) break;
      const [lower, upper, intercept] = lines[j - 1];
      rest = plus(rest, product(exactOf(intercept.map((t, i) => (own.m[i] < 0n ? t : 0))), own));
      const slopes = exactOf(lower.map((slope, i) => (own.m[i] < 0n ? upper[i] : slope)));
      own = { m: own.m.map((m, i) => m * slopes.m[i]), e: own.e + slopes.e };
      if (pulls) own = plus(own, exactOf(pulls[j - 1]));
    }
    const [low, high] = this.#ends;
    const [up, down] = [1n, -1n].map((sign) => ({ m: own.m.map((m) => (m * sign > 0n ? m : 0n)), e: own.e }));
    return plus(rest, plus(product(up, low), product(down, high)));
  }
}

/**
 * Lines that hold, with slopes of few digits, by bounds of the sums; 0 and 1 where a sum has one sign, which signs of neurons may
 * tell. Undefined where a sum is beyond the range of doubles.
 */
export function linesOf(bounds: ExactBounds, signs: readonly Int8Array[]): Lines | undefined {
  const lines = signs.map(({ length }) => [0, 1, 2, 3].map(() => new Float64Array(length)));
  for (const [k, [lower, upper, intercept, kinks]] of lines.entries()) {
    for (const [i, sign] of signs[k].entries()) {
      const range = sign === 0 ? bounds.rangeOf(k, i, lines) : { lower: sign, upper: sign };
      if (!(range.upper - range.lower < Infinity)) return undefined;
      kinks[i] = Number(range.lower <= 0 && range.upper >= 0);
      const isOpen = range.lower < 0 && range.upper > 0;
      const slope = Math.round((range.upper / (range.upper - range.lower)) * 2 ** 40) / 2 ** 40;
      upper[i] = isOpen ? slope : range.lower >= 0 ? 1 : 0;
      lower[i] = isOpen ? (range.upper >= -range.lower ? 1 : 0) : upper[i];
      if (isOpen) intercept[i] = above(Math.max(-slope * range.lower, (1 - slope) * range.upper));
    }
  }
  return lines;
}

export function exactOf(x: ArrayLike<number>): Exact {
  const { mantissas, exponent } = integers(x);
  return { m: mantissas, e: exponent };
}

/** a + b, entry by entry. */
export function plus(a: Exact, b: Exact): Exact {
  const e = Math.min(a.e, b.e);
  const [p, q] = [BigInt(a.e - e), BigInt(b.e - e)];
  return { m: a.m.map((m, i) => (m << p) + (b.m[i] << q)), e };
}

/** A x for a matrix row by row; a · x where A has one row. */
export function product(matrix: Exact, x: Exact): Exact {
  const n = x.m.length;
  const rows = Array.from({ length: matrix.m.length / n }, (_, i) =>
    x.m.reduce((sum, m, j) => (m === 0n ? sum : sum + m * matrix.m[i * n + j]), 0n),
  );
  return { m: rows, e: matrix.e + x.e };
}

/** u' A for a matrix of so many columns. */
export function times(u: Exact, matrix: Exact, columns: number): Exact {
  const sums = new Array<bigint>(columns).fill(0n);
  u.m.forEach((m, i) => {
    if (m !== 0n) for (let j = 0; j < columns; j++) sums[j] += m * matrix.m[i * columns + j];
  });
  return { m: sums, e: u.e + matrix.e };
}

// The real Schur form A = Q T Q' of a square matrix, by Francis' implicit double shifts on its Hessenberg form.
//
// J. Francis: The QR transformation (1961); the shifts and tests of LAPACK's dlahqr: M. Ahues, F. Tisseur: A new deflation
// criterion for the QR algorithm (1997).
import type { MatrixLike, OptionSpecs, OptionsOf } from '@infimum/core';
import { InvalidInputError, resolveOptions } from '@infimum/core';
import { transpose } from '../dense/dense-matrix.ts';
import { asSquare } from '../inputs.ts';
import type { DenseMatrix } from '../matrices.ts';
import { powerOfTwoNear } from '../power-of-two.ts';
import type { DenseKernels } from '../webassembly/dense-kernels.ts';
import { denseKernels } from '../webassembly/dense-kernels.ts';
import { layout } from '../webassembly/layout.ts';
import { hessenbergRoom, reduceToHessenberg } from './hessenberg.ts';
import type { SchurPair } from './schur-blocks.ts';
import { exchange, standardize } from './schur-blocks.ts';

const realSchurOptions = {
  first: {
    type: 'value',
    check: checkPredicate,
    description:
      'Selects the eigenvalues that come first, (real, imaginary) => boolean, such as those with negative real part; any order by default',
  },
} as const satisfies OptionSpecs;

/** Options of `realSchur`. */
export type RealSchurOptions = OptionsOf<typeof realSchurOptions>;

function checkPredicate(value: unknown, argument: string): asserts value is (real: number, imaginary: number) => boolean {
  if (typeof value === 'function') return;
  throw new InvalidInputError('expected a function (real, imaginary) => boolean', { argument, code: 'type' });
}

/** A = Q T Q'. */
export interface RealSchur {
  /** Orthogonal. */
  readonly q: DenseMatrix;
  /**
   * Upper triangular but for blocks of two rows, which have equal entries on their diagonal and off-diagonal entries of opposite
   * signs: pairs of complex eigenvalues.
   */
  readonly t: DenseMatrix;
  /** Real parts of the eigenvalues, in the order of T's diagonal. */
  readonly real: Float64Array;
  /** Imaginary parts; of a pair the positive one comes first. */
  readonly imaginary: Float64Array;
  /** How many of the leading eigenvalues are among those that were to come first; all of these, unless rounding forbade it. */
  readonly leading: number;
  /** Whether the iteration ended within 30 sweeps a row, as LAPACK's `INFO`; if not, T has more entries below its diagonal. */
  readonly status: 'converged' | 'stalled';
}

/**
 * The real Schur form. Its first k columns of Q span the invariant subspace of the first k eigenvalues (of whole pairs), which is
 * how Riccati equations are solved: `first` brings the stable eigenvalues forward. About 25 n³ operations; backward
 * stable: Q T Q' is A up to a small multiple of rounding in |A|.
 *
 * @param a - a square matrix, n x n
 * @throws {InvalidInputError} `shape` for a matrix that is not square, `not-finite` with the index, `out-of-range` where T has
 *   entries beyond the largest number
 *
 * Source: J. Francis, The QR transformation (1961); Z. Bai, J. Demmel, On swapping diagonal blocks in real Schur form (1993).
 *
 * @example
 * ```ts
 * import { matrixFromRows, realSchur } from '@infimum/linalg';
 *
 * const a = matrixFromRows([[1, 2], [0, -3]]);
 * const { t, real, leading } = realSchur(a, { first: (real) => real < 0 });
 * console.log(leading, real.map(Math.round).join(' '), Math.abs(t.values[2])); // 1 -3 1 0
 * ```
 */
export function realSchur(a: MatrixLike, options: RealSchurOptions = {}): RealSchur {
  const { first } = resolveOptions(realSchurOptions, options);
  const matrix = asSquare(a);
  const { rows: n } = matrix;
  const scale = powerOfTwoNear(matrix.values);
  using memory = layout({ t: n * n, basis: n * n }, { extra: { float64: hessenbergRoom(n) } });
  const { workspace } = memory;
  const pair: SchurPair = { t: memory.t, basis: memory.basis, n };
  for (let k = 0; k < n * n; k++) pair.t[k] = matrix.values[k] / scale;
  reduceToHessenberg(workspace, pair.t, pair.basis, n);
  const converged = iterate(pair, workspace.kernels(denseKernels));
  const leading = first && converged ? reorder(pair, (re, im) => first(re * scale, im * scale)) : 0;
  const { real, imaginary } = eigenvaluesOf(pair);
  const t = Float64Array.from(pair.t, (value) => value * scale);
  if (!t.every(Number.isFinite)) {
    throw new InvalidInputError('has a Schur form beyond the largest number', { argument: 'a', code: 'out-of-range' });
  }
  return {
    q: transpose({ rows: n, cols: n, values: pair.basis }),
    t: { rows: n, cols: n, values: t },
    real: real.map((value) => value * scale),
    imaginary: imaginary.map((value) => value * scale),
    leading,
    status: converged ? 'converged' : 'stalled',
  };
}

/** Double-shift sweeps a row, on average. */
const MOST_SWEEPS = 30;

/** Entries beside which those of about one lose nothing. */
const SMALL = 2 ** -960;

/** Brings a Hessenberg matrix to Schur form, from the last row to the first; whether it came to an end. */
function iterate(pair: SchurPair, kernels: DenseKernels): boolean {
  const { t: h, n } = pair;
  let sweeps = 0;
  for (let last = n - 1; last >= 0; ) {
    let start = last;
    for (let tries = 1; ; tries++) {
      start = blockStart(h, n, last);
      if (start > 0) h[start * n + start - 1] = 0;
      if (start >= last - 1) break;
      if (++sweeps > MOST_SWEEPS * Math.max(10, n)) return false;
      doubleStep(pair, kernels, start, last, tries);
    }
    if (start === last - 1) standardize(pair, start);
    last = start - 1;
  }
  // What the reflections left below the subdiagonal is zero.
  for (let i = 2; i < n; i++) for (let j = 0; j + 1 < i; j++) h[i * n + j] = 0;
  return true;
}

/** The first row of the unreduced block that ends with `last`. */
function blockStart(h: Float64Array, n: number, last: number): number {
  for (let k = last; k > 0; k--) {
    const below = Math.abs(h[k * n + k - 1]);
    if (below <= SMALL) return k;
    const [upper, lower] = [h[(k - 1) * n + k - 1], h[k * n + k]];
    let size = Math.abs(upper) + Math.abs(lower);
    if (size === 0) {
      if (k > 1) size += Math.abs(h[(k - 1) * n + k - 2]);
      if (k < last) size += Math.abs(h[(k + 1) * n + k]);
    }
    if (!(below <= Number.EPSILON * size)) continue;
    const beside = Math.abs(h[(k - 1) * n + k]);
    const [ab, ba] = [Math.max(below, beside), Math.min(below, beside)];
    const [x, y] = [Math.abs(lower), Math.abs(upper - lower)];
    const [aa, bb] = [Math.max(x, y), Math.min(x, y)];
    const sum = aa + ab;
    if (ba * (ab / sum) <= Math.max(SMALL, Number.EPSILON * (bb * (aa / sum)))) return k;
  }
  return 0;
}

/** A double-shift QR step on the rows `start` … `last`, three or more. */
function doubleStep(pair: SchurPair, kernels: DenseKernels, start: number, last: number, tries: number): void {
  const { t: h, basis, n } = pair;
  const { reflectColumns, reflectRows } = kernels;
  const [first, second] = shiftsOf(h, n, start, last, tries);
  const v = new Float64Array(3);
  const begin = startOfStep(h, n, start, last, first, second, v);
  for (let k = begin; k < last; k++) {
    const length = Math.min(3, last - k + 1);
    if (k > begin) for (let i = 0; i < length; i++) v[i] = h[(k + i) * n + k - 1];
    const { pivot, factor } = reflector(v, length);
    if (k > begin) {
      h[k * n + k - 1] = pivot;
      for (let i = 1; i < length; i++) h[(k + i) * n + k - 1] = 0;
    } else if (begin > start) h[k * n + k - 1] *= 1 - factor;
    const [v1, v2] = [v[1], length === 3 ? v[2] : 0];
    reflectRows(n - k, v1, v2, factor, h.byteOffset + 8 * (k * n + k), n);
    reflectColumns(Math.min(k + 3, last) + 1, v1, v2, factor, h.byteOffset + 8 * k, n);
    reflectRows(n, v1, v2, factor, basis.byteOffset + 8 * k * n, n);
  }
}

type Shift = readonly [number, number];

/** Two shifts, real ones or a complex pair: eigenvalues of the last block, and others where that gets nowhere. */
function shiftsOf(h: Float64Array, n: number, start: number, last: number, tries: number): [Shift, Shift] {
  let [a, b] = [h[(last - 1) * n + last - 1], h[(last - 1) * n + last]];
  let [c, d] = [h[last * n + last - 1], h[last * n + last]];
  if (tries % 20 === 10) {
    const size = Math.abs(h[(start + 1) * n + start]) + Math.abs(h[(start + 2) * n + start + 1]);
    a = d = 0.75 * size + h[start * n + start];
    [b, c] = [-0.4375 * size, size];
  } else if (tries % 20 === 0) {
    const size = Math.abs(c) + Math.abs(h[(last - 1) * n + last - 2]);
    a = d = 0.75 * size + d;
    [b, c] = [-0.4375 * size, size];
  }
  const size = Math.abs(a) + Math.abs(b) + Math.abs(c) + Math.abs(d);
  if (size === 0)
    return [
      [0, 0],
      [0, 0],
    ];
  const [scaledA, scaledD] = [a / size, d / size];
  const middle = (scaledA + scaledD) / 2;
  const determinant = (scaledA - middle) * (scaledD - middle) - (b / size) * (c / size);
  const root = Math.sqrt(Math.abs(determinant));
  if (determinant >= 0)
    return [
      [middle * size, root * size],
      [middle * size, -root * size],
    ];
  // Real: twice the one that is closer to the last entry.
  const [high, low] = [middle + root, middle - root];
  const closer = (Math.abs(high - scaledD) <= Math.abs(low - scaledD) ? high : low) * size;
  return [
    [closer, 0],
    [closer, 0],
  ];
}

/** Where the step may begin, at two consecutive small entries; writes the first column of the shifted product there. */
function startOfStep(
  h: Float64Array,
  n: number,
  start: number,
  last: number,
  [real1, imaginary1]: Shift,
  [real2, imaginary2]: Shift,
  v: Float64Array,
): number {
  for (let m = last - 2; ; m--) {
    const [here, next] = [h[m * n + m], h[(m + 1) * n + m + 1]];
    const below = h[(m + 1) * n + m];
    const size = Math.abs(here - real2) + Math.abs(imaginary2) + Math.abs(below);
    const share = below / size;
    v[0] = share * h[m * n + m + 1] + (here - real1) * ((here - real2) / size) - imaginary1 * (imaginary2 / size);
    v[1] = share * (here + next - real1 - real2);
    v[2] = share * h[(m + 2) * n + m + 1];
    const sum = Math.abs(v[0]) + Math.abs(v[1]) + Math.abs(v[2]);
    for (let i = 0; i < 3; i++) v[i] /= sum;
    if (m === start) return m;
    const before = Math.abs(h[m * n + m - 1]);
    const diagonal = Math.abs(h[(m - 1) * n + m - 1]) + Math.abs(here) + Math.abs(next);
    if (before * (Math.abs(v[1]) + Math.abs(v[2])) <= Number.EPSILON * Math.abs(v[0]) * diagonal) return m;
  }
}

/** The reflection I - factor v v' with v_0 = 1 that maps x to pivot e_1; v takes the place of x. */
function reflector(x: Float64Array, length: number): { pivot: number; factor: number } {
  let rest = 0;
  for (let i = 1; i < length; i++) rest = Math.hypot(rest, x[i]);
  if (rest === 0) {
    const pivot = x[0];
    x[0] = 1;
    for (let i = 1; i < length; i++) x[i] = 0;
    return { pivot, factor: 0 };
  }
  const norm = Math.hypot(x[0], rest);
  const pivot = x[0] > 0 ? -norm : norm;
  const factor = (pivot - x[0]) / pivot;
  const lead = x[0] - pivot;
  for (let i = 1; i < length; i++) x[i] /= lead;
  x[0] = 1;
  return { pivot, factor };
}

/** Rows of the block that begins at k. */
function widthOf({ t, n }: SchurPair, k: number): number {
  return k + 1 < n && t[(k + 1) * n + k] !== 0 ? 2 : 1;
}

/** The imaginary part of the block of two rows at k, positive. */
function imaginaryOf({ t, n }: SchurPair, k: number): number {
  return Math.sqrt(Math.abs(t[k * n + k + 1])) * Math.sqrt(Math.abs(t[(k + 1) * n + k]));
}

/** Eigenvalues in the order of the diagonal. */
function eigenvaluesOf(pair: SchurPair): { real: Float64Array; imaginary: Float64Array } {
  const { t, n } = pair;
  const real = Float64Array.from({ length: n }, (_, k) => t[k * n + k]);
  const imaginary = new Float64Array(n);
  for (let k = 0; k < n; k += widthOf(pair, k)) {
    if (widthOf(pair, k) === 1) continue;
    imaginary[k] = imaginaryOf(pair, k);
    imaginary[k + 1] = -imaginary[k];
  }
  return { real, imaginary };
}

/** Brings the blocks that are wanted to the top, one after the other; how many rows they have there. */
function reorder(pair: SchurPair, wanted: (real: number, imaginary: number) => boolean): number {
  const { t, n } = pair;
  let leading = 0;
  for (let k = 0; k < n; ) {
    const width = widthOf(pair, k);
    const isWanted = wanted(t[k * n + k], width === 2 ? imaginaryOf(pair, k) : 0);
    if (isWanted) {
      let place = k;
      while (place > leading) {
        const before = place > leading + 1 && t[(place - 1) * n + place - 2] !== 0 ? 2 : 1;
        if (!exchange(pair, place - before, before, widthOf(pair, place))) break;
        place -= before;
      }
      if (place === leading) {
        // A pair may have become two real eigenvalues on the way, the second of which was left behind.
        k = leading += widthOf(pair, place);
        continue;
      }
    }
    k += width;
  }
  return leading;
}

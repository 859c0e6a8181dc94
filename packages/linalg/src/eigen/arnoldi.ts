// Arnoldi's method for a few eigenvalues of a matrix without symmetry, with restarts by an orthonormal basis of the wanted Ritz vectors.
//
// G. Stewart: A Krylov-Schur algorithm for large eigenproblems (2002); the shift and the inverse: Y. Saad: Numerical methods for large
// eigenvalue problems (2011), 8.1.
import type { Iterate, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { checkInteger, converged, fault, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import { denseMatrix, transpose } from '../dense/dense-matrix.ts';
import { matmul } from '../dense/matmul.ts';
import type { LinearOperator } from '../linear-operator.ts';
import { asSquareOperand, multiplication, sizesOf } from '../linear-operator.ts';
import type { AnyMatrix, DenseMatrix } from '../matrices.ts';
import { allFinite, dot, norm } from '../numerics/vectors.ts';
import { orthonormaliseRows } from '../orthonormal-rows.ts';
import { layout } from '../webassembly/layout.ts';
import type { Eigen } from './eigen.ts';
import { eigen } from './eigen.ts';
import { inverseOf, shifted } from './eigs.ts';
import { lanczosOptions } from './lanczos.ts';

const arnoldiOptions = /* @__PURE__ */ (({ count, tolerance, basisSize, seed, size, maxIterations }: typeof lanczosOptions) =>
  ({
    count: { ...count, description: 'Number of eigenvalues; both of a complex pair are returned' },
    which: {
      type: 'choice',
      choices: ['largest', 'rightmost'],
      default: 'largest',
      description: 'The largest by magnitude or by real part; with `sigma`, those nearest to it',
    },
    sigma: {
      type: 'number',
      description: 'A real number, whose nearest eigenvalues are found by a factorization of A - sigma I',
    },
    tolerance: {
      ...tolerance,
      description:
        'Stop when every residual is at most this times the largest magnitude seen, or, with `sigma`, times its own value of the inverse',
    },
    basisSize: { ...basisSize, description: 'Maximum number of basis vectors; by default 2 count + 20, or the size if less' },
    seed,
    size,
    maxIterations: { ...maxIterations, description: 'Limit of restarts' },
  }) as const satisfies OptionSpecs)(lanczosOptions);

/** Options of `arnoldi`. */
export type ArnoldiOptions = OptionsOf<typeof arnoldiOptions> & RunOptions<ArnoldiIterate>;

/** Some eigenvalues of a matrix without symmetry, and their right eigenvectors. */
export type ComplexEigenpairs = Omit<Eigen, 'status'>;

/** One restart. */
export interface ArnoldiIterate extends Iterate<ComplexEigenpairs> {
  /** The largest residual of the wanted pairs over the largest magnitude seen, with `sigma` over its own. */
  readonly relativeResidual: number;
}

/**
 * Some eigenvalues of a square matrix, which need not be symmetric, and their right eigenvectors: the largest by magnitude or real part
 * from products with A, those next to a real number from a factorization. An iteration fills the basis, and keeps the best half of it.
 * A Krylov space contains one vector of a multiple eigenvalue, and it is not proved that no eigenvalue is missing.
 *
 * @param a - n x n, dense or sparse, or a function that multiplies by it, with `size` among the options and without `sigma`
 * @param options - how many, which, and limits; `maxIterations` is 300 by default
 * @throws {InvalidInputError} for a matrix that is not square and options out of range; `unsupported` for `sigma` with a function;
 *   `out-of-range` naming `sigma` where it is an eigenvalue
 *
 * @example
 * ```ts
 * import { arnoldi } from '@infimum/linalg/dense';
 *
 * const { real, imaginary } = arnoldi([[0, -2, 0], [2, 0, 0], [0, 0, 1]], { count: 2 });
 * console.log(real.map(Math.round).join(' '), imaginary.map(Math.round).join(' ')); // 0 0 2 -2
 * ```
 */
export function arnoldi(
  a: AnyMatrix | LinearOperator,
  options: ArnoldiOptions = {},
): Outcome<ComplexEigenpairs, ArnoldiIterate> {
  return runWith(arnoldiOptions, options, arnoldiSteps(a, options));
}

/** The steps of `arnoldi`, to be driven by `run` or by your own loop. */
export function* arnoldiSteps(
  a: AnyMatrix | LinearOperator,
  options: ArnoldiOptions = {},
): Steps<ComplexEigenpairs, ArnoldiIterate> {
  const { count, which, sigma, tolerance, seed, ...resolved } = resolveOptions(arnoldiOptions, options);
  const { operand, size } = asSquareOperand(a, typeof a === 'function' ? resolved.size : undefined);
  checkInteger(count, 'count', { min: 1, max: size });
  const basisSize = resolved.basisSize ?? Math.min(size, 2 * count + 20);
  checkInteger(basisSize, 'basisSize', { min: Math.min(size, count + 3), max: size });
  if (sigma !== undefined && typeof operand === 'function') {
    throw fault('needs a matrix, which can be factored', 'sigma', 'unsupported');
  }
  const isInverse = sigma !== undefined && typeof operand !== 'function';
  using memory = layout({ x: size, out: size }, { extra: isInverse ? {} : sizesOf(operand) });
  const { workspace, x, out } = memory;
  const solve = isInverse ? inverseOf(shifted(operand, sigma), 'general') : undefined;
  const multiply = solve ? undefined : multiplication(workspace, operand);
  const random = new Random(seed);
  const basis = new Float64Array((basisSize + 1) * size);
  const vector = (j: number): Float64Array => basis.subarray(j * size, (j + 1) * size);
  /** What A does to the basis: column j has the products of A v_j, and row j what is coupled to v_j. */
  let projected = denseMatrix(basisSize + 1, basisSize);
  random.sphere(vector(0));
  let length = 0;
  const none = (rows: number) => denseMatrix(rows, 0);
  let found: Found = {
    relativeResidual: 1,
    groups: [],
    solution: () => ({
      real: new Float64Array(0),
      imaginary: new Float64Array(0),
      vectors: none(size),
      imaginaryVectors: none(size),
    }),
  };
  for (let iteration = 0; ; iteration++) {
    for (let j = length; j < basisSize; j++) {
      x.set(vector(j));
      if (multiply) multiply(x, out);
      const image = solve ? solve(x) : out;
      if (!allFinite(image)) return stalled(found.solution(), 'the products with the matrix are not finite');
      vector(j + 1).set(image);
      const before = norm(image);
      for (let pass = 0; pass < 2; pass++) {
        for (let i = 0; i <= j; i++) projected.values[i * basisSize + j] += subtracted(vector(j + 1), vector(i));
      }
      let rest = norm(vector(j + 1));
      if (rest <= 1e-14 * before || j + 1 === size) rest = 0;
      projected.values[(j + 1) * basisSize + j] = rest;
      // An invariant subspace: on in a direction that nothing leads to.
      if (rest === 0) random.sphere(vector(j + 1));
      if (rest === 0 && j + 1 < size) {
        for (let pass = 0; pass < 2; pass++) for (let i = 0; i <= j; i++) subtracted(vector(j + 1), vector(i));
        rest = norm(vector(j + 1));
      }
      if (rest > 0) for (let i = 0; i < size; i++) basis[(j + 1) * size + i] /= rest;
    }
    const ritz = eigen({ rows: basisSize, cols: basisSize, values: projected.values.subarray(0, basisSize ** 2) });
    const coupling = projected.values.subarray(basisSize ** 2);
    found = ritzPairs(ritz, coupling, basis, { size, count, sigma, rightmost: !isInverse && which === 'rightmost' });
    const { relativeResidual, solution } = found;
    yield { iteration, relativeResidual, solution };
    if (relativeResidual <= tolerance || basisSize === size) {
      return converged(solution(), `every relative residual is at most ${Math.max(tolerance, relativeResidual)}`);
    }
    const kept = keptBasis(ritz, found.groups, Math.min(basisSize - 2, count + Math.ceil((basisSize - count) / 2)));
    const keep = kept.rows;
    const next = vector(basisSize).slice();
    const turned = matmul(kept, { rows: basisSize, cols: size, values: basis.subarray(0, basisSize * size) });
    basis.set(turned.values);
    vector(keep).set(next);
    const square = { rows: basisSize, cols: basisSize, values: projected.values.subarray(0, basisSize ** 2) };
    const inside = matmul(kept, matmul(square, transpose(kept)));
    const row = Float64Array.from({ length: keep }, (_, k) =>
      dot(coupling, kept.values.subarray(k * basisSize, (k + 1) * basisSize)),
    );
    projected = denseMatrix(basisSize + 1, basisSize);
    for (let i = 0; i < keep; i++) projected.values.set(inside.values.subarray(i * keep, (i + 1) * keep), i * basisSize);
    projected.values.set(row, keep * basisSize);
    length = keep;
  }
}

/** x minus its part along a unit vector; how much that was. */
function subtracted(x: Float64Array, unit: Float64Array): number {
  const product = dot(x, unit);
  for (let i = 0; i < x.length; i++) x[i] -= product * unit[i];
  return product;
}

/** Ritz pairs from the best on. */
interface Found {
  readonly relativeResidual: number;
  /** Places of real values alone, of pairs both. */
  readonly groups: readonly (readonly number[])[];
  solution(): ComplexEigenpairs;
}

function ritzPairs(
  { real, imaginary, vectors, imaginaryVectors }: Eigen,
  coupling: Float64Array,
  basis: Float64Array,
  { size, count, sigma, rightmost }: { size: number; count: number; sigma: number | undefined; rightmost: boolean },
): Found {
  const width = real.length;
  const groups: number[][] = [];
  for (let j = 0; j < width; j++) groups.push(imaginary[j] > 0 ? [j, ++j] : [j]);
  const rank = (j: number): number => (rightmost ? real[j] : Math.hypot(real[j], imaginary[j]));
  groups.sort(([i], [j]) => rank(j) - rank(i));
  let wanted: number[] = [];
  for (const group of groups) if (wanted.length < count) wanted = [...wanted, ...group];
  let [worst, largest] = [0, 0];
  for (let j = 0; j < width; j++) largest = Math.max(largest, Math.hypot(real[j], imaginary[j]));
  const along = (parts: DenseMatrix, k: number): number => {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += coupling[j] * parts.values[j * width + k];
    return sum;
  };
  for (const k of wanted) {
    const size = sigma === undefined ? largest : Math.hypot(real[k], imaginary[k]);
    worst = Math.max(worst, Math.hypot(along(vectors, k), along(imaginaryVectors, k)) / (size || 1));
  }
  const lifted = (parts: DenseMatrix, sign: number): DenseMatrix => {
    const chosen = denseMatrix(width, wanted.length);
    for (let k = 0; k < chosen.values.length; k++) {
      const j = Math.floor(k / wanted.length);
      chosen.values[k] = sign * parts.values[j * width + wanted[k % wanted.length]];
    }
    return matmul(transpose({ rows: width, cols: size, values: basis.subarray(0, width * size) }), chosen);
  };
  const solution = (): ComplexEigenpairs => {
    const values = wanted.map((k) => {
      if (sigma === undefined) return [real[k], imaginary[k]];
      // 1 / theta has the other sign, and its vector is conjugated along with it.
      const square = Math.hypot(real[k], imaginary[k]) ** 2;
      return [sigma + real[k] / square, imaginary[k] / square];
    });
    return {
      real: Float64Array.from(values, ([part]) => part),
      imaginary: Float64Array.from(values, ([, part]) => part),
      vectors: lifted(vectors, 1),
      imaginaryVectors: lifted(imaginaryVectors, sigma === undefined ? 1 : -1),
    };
  };
  return { relativeResidual: worst, groups, solution };
}

/** An orthonormal basis of the first Ritz vectors, about `number` of them, one a row. */
function keptBasis({ vectors, imaginaryVectors }: Eigen, groups: Found['groups'], number: number): DenseMatrix {
  const width = vectors.rows;
  const rows: Float64Array[] = [];
  for (const group of groups) {
    if (rows.length >= number || rows.length + group.length >= width) break;
    const parts = [vectors, imaginaryVectors].slice(0, group.length);
    for (const { values } of parts) rows.push(Float64Array.from({ length: width }, (_, j) => values[j * width + group[0]]));
  }
  const kept = denseMatrix(rows.length, width);
  rows.forEach((row, k) => {
    kept.values.set(row, k * width);
  });
  orthonormaliseRows(kept.values, rows.length, width);
  return kept;
}

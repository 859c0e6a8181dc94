// The locally optimal block preconditioned conjugate gradient method for extreme eigenpairs of symmetric matrices.
//
// A. Knyazev: Toward the optimal preconditioned eigensolver (2001).
import type { Iterate, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { checkInteger, converged, fault, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import type { LinearOperator } from '../linear-operator.ts';
import { asSquareOperand, multiplication, sizesOf } from '../linear-operator.ts';
import type { AnyMatrix, DenseMatrix } from '../matrices.ts';
import { allFinite, dot, norm } from '../numerics/vectors.ts';
import { orthonormaliseRows } from '../orthonormal-rows.ts';
import { scaledMatrix } from '../power-of-two.ts';
import { layout } from '../webassembly/layout.ts';
import type { Eigenpairs } from './lanczos.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

const lobpcgOptions = {
  count: { type: 'integer', min: 1, default: 1, description: 'Number of eigenpairs; at most a third of the size' },
  which: {
    type: 'choice',
    choices: ['largest', 'smallest'],
    default: 'smallest',
    description: 'End of the spectrum; preconditioners are for the smallest',
  },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-8,
    description: 'Stop when every residual |A v - value v| is at most this times the largest |value| seen',
  },
  preconditioner: {
    type: 'value',
    check: checkPreconditioner,
    description: 'An approximation of the inverse of A, symmetric positive definite; none by default',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the start' },
  size: { type: 'integer', min: 1, description: 'Size of the matrix; required for functions' },
  maxIterations: { type: 'integer', min: 0, default: 1000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

function checkPreconditioner(value: unknown, argument: string): asserts value is LinearOperator {
  if (typeof value === 'function') return;
  throw fault('expected a function (x, out) => void', argument, 'type');
}

/** Options of `lobpcg`. */
export type LobpcgOptions = OptionsOf<typeof lobpcgOptions> & RunOptions<LobpcgIterate>;

/** One iteration. */
export interface LobpcgIterate extends Iterate<Eigenpairs> {
  /** The largest residual of the wanted pairs over the largest eigenvalue seen. */
  readonly relativeResidual: number;
}

/**
 * Some of the smallest or largest eigenvalues of a symmetric matrix, and their eigenvectors. An iteration takes the best vectors
 * in the span of the current ones, their preconditioned residuals, and the last steps: one product with A for each
 * vector and each residual, and O(size count²) besides.
 *
 * @param a - the matrix (its symmetry is not checked), or a function that multiplies by it, with `size` among the options
 * @param options - method and limits; `maxIterations` is 1000 by default
 * @throws {InvalidInputError} for a matrix that is not square and for options out of range
 *
 * @example
 * ```ts
 * import { lobpcg, matrixFromRows } from '@infimum/linalg';
 *
 * const { values, status } = lobpcg(matrixFromRows([[2, 1, 0], [1, 2, 1], [0, 1, 2]]));
 * console.log(status, values[0].toFixed(6)); // converged 0.585786
 * ```
 */
export function lobpcg(a: AnyMatrix | LinearOperator, options: LobpcgOptions = {}): Outcome<Eigenpairs, LobpcgIterate> {
  return runWith(lobpcgOptions, options, lobpcgSteps(a, options));
}

/** The steps of `lobpcg`, to be driven by `run` or by your own loop. */
export function* lobpcgSteps(a: AnyMatrix | LinearOperator, options: LobpcgOptions = {}): Steps<Eigenpairs, LobpcgIterate> {
  const resolved = resolveOptions(lobpcgOptions, options);
  const { operand, size } = asSquareOperand(a, typeof a === 'function' ? resolved.size : undefined);
  const { count, which, tolerance, preconditioner, seed } = resolved;
  checkInteger(count, 'count', { min: 1, max: Math.max(1, Math.floor(size / 3)) });
  const { matrix, scale } = typeof operand === 'function' ? { matrix: operand, scale: 1 } : scaledMatrix(operand);
  using memory = layout({ source: size, product: size }, { extra: sizesOf(operand) });
  const { workspace, source, product } = memory;
  const multiply = multiplication(workspace, matrix);
  const imageOf = (vector: Float64Array): Float64Array => {
    source.set(vector);
    multiply(source, product);
    return product.slice();
  };

  let x = new Random(seed).normals(new Float64Array(count * size));
  orthonormaliseRows(x, count, size);
  let directions = new Float64Array(0); // the last steps
  let values = new Float64Array(count);
  let largest = 0;
  for (let iteration = 0; ; iteration++) {
    // Rayleigh-Ritz on the vectors alone, then their residuals.
    const span = rayleighRitz(x, count, size, imageOf, which);
    const images = span.images;
    if (!allFinite(images)) {
      const solution = { values: values.map((value) => value * scale), vectors: asColumns(x, count, size) };
      return stalled(solution, 'the products with the matrix are not finite');
    }
    x = span.vectors.slice(0, count * size);
    values = span.values.slice(0, count);
    largest = Math.max(largest, ...span.values.map(Math.abs));
    const residuals = new Float64Array(count * size);
    let relativeResidual = 0;
    for (let c = 0; c < count; c++) {
      const residual = residuals.subarray(c * size, (c + 1) * size);
      for (let i = 0; i < size; i++) residual[i] = images[c * size + i] - values[c] * x[c * size + i];
      relativeResidual = Math.max(relativeResidual, norm(residual) / (largest || 1));
    }
    const [vectors, eigenvalues] = [x, values];
    const solution = (): Eigenpairs => ({
      values: eigenvalues.map((value) => value * scale),
      vectors: asColumns(vectors, count, size),
    });
    yield { iteration, relativeResidual, solution };
    if (relativeResidual <= tolerance) {
      return converged(solution(), `every relative residual is at most ${tolerance}`);
    }
    if (preconditioner) {
      for (let c = 0; c < count; c++) {
        const conditioned = new Float64Array(size);
        preconditioner(residuals.slice(c * size, (c + 1) * size), conditioned);
        residuals.set(conditioned, c * size);
      }
    }
    const basis = new Float64Array(2 * count * size + directions.length);
    basis.set(x);
    basis.set(residuals, count * size);
    basis.set(directions, 2 * count * size);
    const width = Math.min(basis.length / size, size);
    orthonormaliseRows(basis, width, size);
    const best = rayleighRitz(basis.subarray(0, width * size), width, size, imageOf, which);
    const next = best.vectors.slice(0, count * size);
    // The step is what the new vectors have beside the old ones.
    directions = next.slice();
    for (let c = 0; c < count; c++) {
      const step = directions.subarray(c * size, (c + 1) * size);
      for (let k = 0; k < count; k++) {
        const old = x.subarray(k * size, (k + 1) * size);
        const along = dot(step, old);
        for (let i = 0; i < size; i++) step[i] -= along * old[i];
      }
    }
    x = next;
    orthonormaliseRows(x, count, size);
  }
}

/** The Ritz vectors of a span of orthonormal vectors, from the wanted end on, with their values and images. */
function rayleighRitz(
  basis: Float64Array,
  width: number,
  size: number,
  imageOf: (vector: Float64Array) => Float64Array,
  which: 'largest' | 'smallest',
): { vectors: Float64Array<ArrayBuffer>; values: Float64Array<ArrayBuffer>; images: Float64Array } {
  const row = (array: Float64Array, i: number): Float64Array => array.subarray(i * size, (i + 1) * size);
  const products = new Float64Array(width * size);
  for (let i = 0; i < width; i++) products.set(imageOf(row(basis, i)), i * size);
  const projected = new Float64Array(width * width);
  if (!allFinite(products)) return { vectors: basis.slice(), values: new Float64Array(width), images: products };
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) projected[i * width + j] = dot(row(basis, i), row(products, j));
  }
  const { values, vectors } = symmetricEigen({ rows: width, cols: width, values: projected });
  const place = (k: number): number => (which === 'largest' ? width - 1 - k : k);
  const combined = (source: Float64Array): Float64Array<ArrayBuffer> => {
    const out = new Float64Array(width * size);
    for (let k = 0; k < width; k++) {
      for (let i = 0; i < width; i++) {
        const weight = vectors.values[i * width + place(k)];
        for (let j = 0; j < size; j++) out[k * size + j] += weight * source[i * size + j];
      }
    }
    return out;
  };
  return {
    vectors: combined(basis),
    values: Float64Array.from({ length: width }, (_, k) => values[place(k)]),
    images: combined(products),
  };
}

function asColumns(vectors: Float64Array, count: number, size: number): DenseMatrix {
  const columns = new Float64Array(size * count);
  for (let c = 0; c < count; c++) for (let i = 0; i < size; i++) columns[i * count + c] = vectors[c * size + i];
  return { rows: size, cols: count, values: columns };
}

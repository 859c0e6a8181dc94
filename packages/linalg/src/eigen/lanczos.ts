// The Lanczos method for the extreme eigenpairs of a symmetric matrix that is known by its products only, with full
// reorthogonalisation and thick restarts.
//
// K. Wu, H. Simon: Thick-restart Lanczos method for large symmetric eigenvalue problems (2000).
import {
  checkChoice,
  checkInteger,
  checkNumber,
  checkVector,
  converged,
  type Iterate,
  type Outcome,
  Random,
  type RunOptions,
  run,
  type Steps,
} from '@infimum/core';
import type { DenseMatrix } from '../dense/dense-matrix.ts';
import { checkSquare, type LinearOperator, multiplication, sizesOf } from '../linear-operator.ts';
import type { CsrMatrix } from '../sparse/csr-matrix.ts';
import { GEMM_SCRATCH, linalgKernels } from '../webassembly/linalg-kernels.ts';
import { Workspace } from '../webassembly/workspace.ts';
import { symmetricEigen, symmetricEigenRoom } from './symmetric-eigen.ts';

/** Options of the Lanczos method. */
export interface LanczosOptions {
  /** How many eigenpairs; 1 by default. */
  readonly count?: number;
  /** Which end of the spectrum; `largest` by default. */
  readonly which?: 'largest' | 'smallest';
  /** Stop when every residual |A v - value v| is at most this times the largest |value| seen; 1e-10 by default. */
  readonly tolerance?: number;
  /** Vectors that are kept at a time; by default 2 count + 18, or the size if that is less. */
  readonly basisSize?: number;
  /** Where to start; a random vector by default. */
  readonly initialVector?: Float64Array;
  /** Seed of the random vector; 0 by default. */
  readonly seed?: number;
  /** Size of the matrix; needed when it is a function. */
  readonly size?: number;
}

/** Some eigenpairs of a symmetric matrix. */
export interface Eigenpairs {
  /** The eigenvalues, from the end that was asked for inwards. */
  readonly values: Float64Array;
  /** The eigenvectors, of norm one, one a column. */
  readonly vectors: DenseMatrix;
}

/** One restart. */
export interface LanczosIterate extends Iterate<Eigenpairs> {
  /** The largest residual of the wanted pairs over the largest eigenvalue seen. */
  readonly relativeResidual: number;
}

/**
 * The largest or smallest eigenvalues of a symmetric matrix, and their eigenvectors. An iteration fills the basis
 * (about `basisSize` products with A, and O(size basisSize²) for orthogonality), and keeps the best half of it.
 *
 * `converged` also when an invariant subspace was found. A multiple eigenvalue is found once for every time that a
 * random direction meets it anew.
 *
 * @param a - the matrix (its symmetry is not checked), or a function that multiplies by it, with `size` among the options
 * @param options - method and limits; `maxIterations` is 300 by default
 * @throws {InvalidInputError} for a matrix that is not square and for options out of range
 *
 * @example
 * ```ts
 * import { lanczos, matrixFromRows } from '@infimum/linalg';
 *
 * const { values, status } = lanczos(matrixFromRows([[2, 1, 0], [1, 2, 1], [0, 1, 2]]));
 * console.log(status, values[0].toFixed(6)); // converged 3.414214
 * ```
 */
export function lanczos(
  a: DenseMatrix | CsrMatrix | LinearOperator,
  options: LanczosOptions & RunOptions<LanczosIterate> = {},
): Outcome<Eigenpairs, LanczosIterate> {
  return run(lanczosSteps(a, options), { ...options, maxIterations: options.maxIterations ?? 300 });
}

/** The steps of `lanczos`, for those who drive them. */
export function* lanczosSteps(
  a: DenseMatrix | CsrMatrix | LinearOperator,
  options: LanczosOptions = {},
): Steps<Eigenpairs, LanczosIterate> {
  const size = checkSquare(a, typeof a === 'function' ? options.size : undefined);
  const { count = 1, which = 'largest', tolerance = 1e-10, initialVector, seed = 0 } = options;
  checkInteger(count, 'count', { min: 1, max: size });
  checkChoice(which, 'which', ['largest', 'smallest']);
  checkNumber(tolerance, 'tolerance', { min: 0 });
  const basisSize = options.basisSize ?? defaultBasisSize(size, count);
  checkInteger(basisSize, 'basisSize', { min: Math.min(size, count + 1), max: size });
  if (initialVector !== undefined) checkVector(initialVector, 'initialVector', size);
  const random = new Random(seed);

  const { float64 = [], int32 } = sizesOf(a);
  const room = roomOf(size, basisSize);
  using workspace = Workspace.for({ float64: [...float64, ...room], int32 });
  const multiply = multiplication(workspace, a);
  const { gemm } = workspace.kernels(linalgKernels);
  const basis = workspace.float64((basisSize + 1) * size);
  const kept = workspace.float64(basisSize * size);
  const coefficients = workspace.float64(basisSize);
  const rotation = workspace.float64(basisSize ** 2);
  const scratch = workspace.scratch(GEMM_SCRATCH);
  const vector = (j: number): Float64Array => basis.subarray(j * size, (j + 1) * size);
  const orthonormalise = orthonormalisation(workspace, basis, size, coefficients);

  vector(0).set(initialVector ?? random.sphere(new Float64Array(size)));
  if (orthonormalise(0).norm === 0) {
    random.sphere(vector(0));
    orthonormalise(0);
  }
  const projected = new Float64Array(basisSize ** 2);
  let length = 1; // vectors in the basis, the last of which has not been multiplied yet
  for (let iteration = 0; ; iteration++) {
    let coupling = 0;
    const target = iteration === 0 ? 1 : basisSize; // the first iterate is the starting point
    for (let j = length - 1; j < target; j++) {
      multiply(vector(j), vector(j + 1));
      const { norm, products } = orthonormalise(j + 1);
      for (let i = 0; i <= j; i++) projected[j * basisSize + i] = products[i];
      coupling = norm;
      if (norm > 0) continue;
      // The basis spans an invariant subspace: a new direction, coupled to nothing.
      while (j + 1 < size && orthonormalise(j + 1, random).norm === 0);
    }
    length = target;
    const { values, vectors } = symmetricEigen(leading(projected, basisSize, length));
    const found = Math.min(count, length);
    // Ritz pair k, counted from the wanted end.
    const place = (k: number): number => (which === 'largest' ? length - 1 - k : k);
    const largest = Math.max(Math.abs(values[0]), Math.abs(values[length - 1]));
    const residualOf = (k: number) =>
      Math.abs(coupling * vectors.values[(length - 1) * length + place(k)]) / (largest || 1);
    let relativeResidual = 0;
    for (let k = 0; k < found; k++) relativeResidual = Math.max(relativeResidual, residualOf(k));
    const pairs = length;
    const ritz = (number: number): void => {
      for (let k = 0; k < number; k++) {
        for (let i = 0; i < pairs; i++) rotation[k * pairs + i] = vectors.values[i * pairs + place(k)];
      }
      gemm(
        0,
        number,
        size,
        pairs,
        1,
        rotation.byteOffset,
        pairs,
        1,
        basis.byteOffset,
        size,
        1,
        0,
        kept.byteOffset,
        size,
        scratch,
      );
    };
    const solution = (): Eigenpairs => {
      ritz(found);
      const columns = new Float64Array(size * count);
      for (let k = 0; k < found; k++) {
        for (let i = 0; i < size; i++) columns[i * count + k] = kept[k * size + i];
      }
      return {
        values: Float64Array.from({ length: count }, (_, k) => values[place(Math.min(k, found - 1))]),
        vectors: { rows: size, cols: count, values: columns },
      };
    };
    yield { iteration, relativeResidual, solution };
    if (found === count && (relativeResidual <= tolerance || length === size)) {
      return converged(
        solution(),
        `every relative residual is at most ${Math.max(tolerance, relativeResidual)}`,
      );
    }
    if (iteration === 0) {
      length = 2;
      continue;
    }
    const keep = Math.min(basisSize - 1, count + Math.floor((basisSize - count) / 2));
    ritz(keep);
    basis.copyWithin(keep * size, basisSize * size, (basisSize + 1) * size);
    basis.set(kept.subarray(0, keep * size));
    projected.fill(0);
    for (let k = 0; k < keep; k++) projected[k * basisSize + k] = values[place(k)];
    length = keep + 1;
  }
}

function defaultBasisSize(size: number, count: number): number {
  return Math.min(size, 2 * count + 18);
}

/** Lengths of the arrays on the workspace: basis, its best half, coefficients, a rotation, scratch. */
function roomOf(size: number, basisSize: number): number[] {
  return [(basisSize + 1) * size, basisSize * size, basisSize, basisSize ** 2, GEMM_SCRATCH];
}

/** Numbers that the method takes for a matrix that is a function, by default. */
export function lanczosRoom(size: number, { count }: { readonly count: number }): number {
  const basisSize = defaultBasisSize(size, count);
  const onWorkspace = roomOf(size, basisSize).reduce((sum, length) => sum + length, 0);
  // Beside it the start, the projected matrix with its leading square and decomposition, and the answer.
  return onWorkspace + size + 2 * basisSize ** 2 + symmetricEigenRoom(basisSize) + count * size;
}

/**
 * Makes vector j of the basis orthonormal to those before it (Gram-Schmidt, twice); its products with them, and the
 * norm of what was left, or 0 if that was rounding only. With a random generator, a new vector is drawn first.
 */
function orthonormalisation(
  workspace: Workspace,
  basis: Float64Array,
  size: number,
  coefficients: Float64Array,
) {
  const { dot, axpy, nrm2, scal } = workspace.kernels(linalgKernels);
  const at = (j: number): number => basis.byteOffset + 8 * j * size;
  return (j: number, random?: Random): { norm: number; products: Float64Array } => {
    random?.normals(basis.subarray(j * size, (j + 1) * size));
    const before = nrm2(size, at(j));
    coefficients.fill(0);
    for (let pass = 0; pass < 2; pass++) {
      for (let i = 0; i < j; i++) {
        const product = dot(size, at(i), at(j));
        axpy(size, -product, at(i), at(j));
        coefficients[i] += product;
      }
    }
    const after = nrm2(size, at(j));
    const norm = after > 8 * Number.EPSILON * before * Math.sqrt(size) ? after : 0;
    if (norm > 0) scal(size, 1 / norm, at(j));
    return { norm, products: coefficients };
  };
}

/** The leading square of a matrix that is stored with rows of `stride` entries. */
function leading(values: Float64Array, stride: number, size: number): DenseMatrix {
  const square = new Float64Array(size * size);
  for (let i = 0; i < size; i++) square.set(values.subarray(i * stride, i * stride + size), i * size);
  return { rows: size, cols: size, values: square };
}

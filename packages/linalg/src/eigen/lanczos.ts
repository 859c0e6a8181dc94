// The Lanczos method for the extreme eigenpairs of a symmetric matrix from its products with vectors, with full
// reorthogonalisation and thick restarts.
//
// K. Wu, H. Simon: Thick-restart Lanczos method for large symmetric eigenvalue problems (2000).
import type { Iterate, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { asVector, checkInteger, checkNumbers, converged, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import { denseMatrix } from '../dense/dense-matrix.ts';
import type { LinearOperator } from '../linear-operator.ts';
import { asSquareOperand, multiplication, sizesOf } from '../linear-operator.ts';
import type { AnyMatrix, CsrMatrix, DenseMatrix } from '../matrices.ts';
import { scaledMatrix } from '../power-of-two.ts';
import { layout, scratch } from '../webassembly/layout.ts';
import { GEMM_SCRATCH, linalgKernels } from '../webassembly/linalg-kernels.ts';
import { matrixPlace, placedProduct } from '../webassembly/matrix-places.ts';
import { countEigenvalues } from './eigenvalue-count.ts';
import type { SymmetricEigen } from './symmetric-eigen.ts';
import { symmetricEigen, symmetricEigenRoom } from './symmetric-eigen.ts';

/** Options of `lanczos`. */
export const lanczosOptions = {
  count: { type: 'integer', min: 1, default: 1, description: 'Number of eigenpairs' },
  which: { type: 'choice', choices: ['largest', 'smallest'], default: 'largest', description: 'Which end of the spectrum' },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-10,
    description: 'Stop when every residual |A v - value v| is at most this times the largest |value| seen',
  },
  basisSize: {
    type: 'integer',
    min: 1,
    description: 'Maximum number of basis vectors; by default 2 count + 18, or the size if less',
  },
  initial: { type: 'value', was: 'initialVector', check: checkNumbers, description: 'Initial vector; random by default' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the random vectors' },
  size: { type: 'integer', min: 1, description: 'Size of the matrix; required for functions' },
  maxIterations: { type: 'integer', min: 0, default: 300, description: 'Limit of restarts, including pauses for the count' },
} as const satisfies OptionSpecs;

/** Options of `lanczos`. */
export type LanczosOptions = OptionsOf<typeof lanczosOptions> & RunOptions<LanczosIterate>;

/** Some eigenpairs of a symmetric matrix. */
export interface Eigenpairs {
  /** The eigenvalues, from the end that was asked for inwards. */
  readonly values: Float64Array;
  /** The eigenvectors, of norm one, one a column. */
  readonly vectors: DenseMatrix;
}

/** The result of `lanczos`. */
export interface LanczosPairs extends Eigenpairs {
  /**
   * Whether the pivots of a factorisation proved that no eigenvalue from the end that was asked for up to the last one is missing;
   * false also before the end, and where there is no such factorisation.
   */
  readonly counted: boolean;
}

/** One restart, or some milliseconds of the count at the end. */
export interface LanczosIterate extends Iterate<LanczosPairs> {
  /** The largest residual of the wanted pairs over the largest eigenvalue seen. */
  readonly relativeResidual: number;
}

/**
 * The largest or smallest eigenvalues of a symmetric matrix, and their eigenvectors. An iteration fills the basis
 * (about `basisSize` products with A, and O(size basisSize²) for orthogonality), and keeps the best half of it.
 *
 * A Krylov space contains one vector of a multiple eigenvalue. So the pairs that were found are locked, and a further run starts
 * from a random vector that is orthogonal to them. A pair beyond the last locked one replaces it, until a run finds none.
 * A random vector can still miss eigenvalues. So they are counted in the end if A is a matrix whose factorisation takes at most
 * 3·10⁸ multiplications: the signs of the pivots of A - s I give the number of eigenvalues beyond s (Sylvester). If one is missing,
 * the search continues. `counted` says whether they were counted; if not, `reason` says why. Time as `ldl` or `sparseLdl`.
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
export function lanczos(a: AnyMatrix | LinearOperator, options: LanczosOptions = {}): Outcome<LanczosPairs, LanczosIterate> {
  return runWith(lanczosOptions, options, lanczosSteps(a, options));
}

/** The steps of `lanczos`, to be driven by `run` or by your own loop. */
export function* lanczosSteps(
  a: AnyMatrix | LinearOperator,
  options: LanczosOptions = {},
): Steps<LanczosPairs, LanczosIterate> {
  const resolved = resolveOptions(lanczosOptions, options);
  const { operand, size } = asSquareOperand(a, typeof a === 'function' ? resolved.size : undefined);
  const { count, which, tolerance, initial, seed } = resolved;
  checkInteger(count, 'count', { min: 1, max: size });
  const basisSize = resolved.basisSize ?? defaultBasisSize(size, count);
  checkInteger(basisSize, 'basisSize', { min: Math.min(size, count + 1), max: size });
  const start = initial && asVector(initial, 'initial', size);

  const { matrix, scale } = typeof operand === 'function' ? { matrix: operand, scale: 1 } : scaledMatrix(operand);
  using search = new Search(matrix, { size, count, basisSize, which, seed });
  const pairsOf = (counted: boolean): LanczosPairs => ({ ...search.pairs(search.locked, count, scale), counted });

  // The wanted pairs in the space of all vectors; then one at a time in what is orthogonal to them.
  let iteration = 0;
  let worst = 0;
  let recounts = 0;
  for (;;) {
    const isFirst = search.locked === 0;
    search.start(isFirst ? start : undefined);
    const wanted = isFirst ? count : 1;
    for (;;) {
      const state = search.extend(wanted);
      if (state === undefined) {
        return stalled(pairsOf(false), 'the products with the matrix are not finite');
      }
      const { relativeResidual, isComplete } = state;
      if (isFirst) worst = relativeResidual;
      const solution = (): LanczosPairs => ({ ...search.pairsNow(isFirst ? wanted : 0, count, scale), counted: false });
      yield { iteration, relativeResidual: worst, solution };
      iteration++;
      if (isComplete || relativeResidual <= tolerance) break;
      if (!isFirst && search.isBehind(relativeResidual)) break;
      search.restart(wanted);
    }
    const before = search.locked;
    const gained = search.lock(wanted, count);
    const room = size - Math.max(before, search.locked);
    if (isFirst && room > 0) continue;
    if (gained && room > 0) continue;
    const reached = Math.max(tolerance, worst);
    const residuals = `every relative residual is at most ${reached}`;
    const counting = countMissing(matrix, search, reached, count);
    let turn = counting.next();
    for (; !turn.done; turn = counting.next()) {
      yield { iteration, relativeResidual: worst, solution: () => pairsOf(false) };
      iteration++;
    }
    const { missing, doubt } = turn.value;
    if (missing <= 0) return converged(pairsOf(doubt === ''), `${residuals}, and ${doubt || COUNTED}`);
    if (++recounts > MOST_RECOUNTS) {
      return stalled(pairsOf(false), `by their count, ${missing} eigenvalues beyond the last one are missing`);
    }
  }
}

const COUNTED = 'by the signs of pivots no eigenvalue beyond the last one is missing';

/** Searches after a count that found eigenvalues missing. */
const MOST_RECOUNTS = 10;

/** How many eigenvalues beyond the last that was found are missing, and why that is not certain, if so. */
function* countMissing(
  matrix: DenseMatrix | CsrMatrix | LinearOperator,
  search: Search,
  tolerance: number,
  count: number,
): Generator<undefined, { missing: number; doubt: string }> {
  const searched = 'nothing beyond was found among random vectors orthogonal to these';
  const doubtful = (why: string) => ({ missing: 0, doubt: `${searched}; not counted, because ${why}` });
  if (typeof matrix === 'function') return doubtful('a function has no factorisation');
  if (search.locked < count) return doubtful('fewer were found than requested');
  let doubt = '';
  for (const factor of MARGINS) {
    const margin = Math.max(factor * tolerance, 1e4 * Number.EPSILON) * search.largest;
    const { shift, found, outwards } = search.beyondLast(margin);
    const counted = yield* countEigenvalues(matrix, shift);
    if (typeof counted === 'string') doubt = counted;
    else if (!(counted.uncertainty < margin / 2)) doubt = 'rounding in the factors is too large';
    else return { missing: (outwards === 'above' ? counted.above : counted.below) - found, doubt: '' };
  }
  return doubtful(doubt);
}

/** Tolerances that the shift is away from the last value: where a pivot is nearly zero, it is not a little further on. */
const MARGINS = [4, 10, 25];

/** The basis, what is locked, and the projected matrix. */
class Search implements Disposable {
  locked = 0;
  readonly #size: number;
  readonly #basisSize: number;
  readonly #largestFirst: boolean;
  readonly #random: Random;
  readonly #memory;
  readonly #multiply: LinearOperator;
  /** Locked vectors, and behind them the basis with one more. */
  readonly #vectors: Float64Array;
  readonly #count: number;
  readonly #lockedValues: Float64Array;
  /** Of a new vector with the locked ones and the basis. */
  readonly #products: Float64Array;
  readonly #projected: Float64Array;
  /** Vectors in the basis, the last of which has not been multiplied yet. */
  #length = 1;
  #coupling = 0;
  #eigen: SymmetricEigen = { values: new Float64Array(0), vectors: denseMatrix(0, 0), status: 'converged' };
  #largest = 0;

  constructor(
    a: DenseMatrix | CsrMatrix | LinearOperator,
    settings: { size: number; count: number; basisSize: number; which: 'largest' | 'smallest'; seed: number },
  ) {
    const { size, count, basisSize, which, seed } = settings;
    this.#size = size;
    this.#count = count;
    this.#basisSize = basisSize;
    this.#largestFirst = which === 'largest';
    this.#random = new Random(seed);
    this.#memory = layout(roomOf(size, basisSize, count), { extra: sizesOf(a) });
    this.#multiply = multiplication(this.#memory.workspace, a);
    this.#vectors = this.#memory.vectors;
    this.#lockedValues = new Float64Array(count);
    this.#products = new Float64Array(count + basisSize);
    this.#projected = new Float64Array(basisSize ** 2);
  }

  [Symbol.dispose](): void {
    this.#memory.workspace.release();
  }

  /** Vector j of the basis. */
  #vector(j: number): Float64Array {
    const at = (this.#count + j) * this.#size;
    return this.#vectors.subarray(at, at + this.#size);
  }

  /** Vectors that the basis can hold. */
  get #limit(): number {
    return Math.min(this.#basisSize, this.#size - this.locked);
  }

  /** The largest absolute value seen. */
  get largest(): number {
    return this.#largest;
  }

  /** A shift by `margin` outside of the last locked value, and how many of the locked ones lie beyond it on which side. */
  beyondLast(margin: number): { shift: number; found: number; outwards: 'above' | 'below' } {
    const sign = this.#largestFirst ? 1 : -1;
    const shift = this.#lockedValues[this.locked - 1] + sign * margin;
    const beyond = this.#lockedValues.subarray(0, this.locked).filter((value) => sign * (value - shift) > 0);
    return { shift, found: beyond.length, outwards: this.#largestFirst ? 'above' : 'below' };
  }

  /** Begins a Krylov space. */
  start(initial: Float64Array | undefined): void {
    this.#length = 1;
    this.#projected.fill(0);
    if (initial) this.#vector(0).set(initial);
    else this.#random.sphere(this.#vector(0));
    if (this.#orthonormalize(0).norm === 0) this.#draw(0);
    this.#eigen = { ...this.#eigen, values: new Float64Array(0) };
  }

  /** Fills the basis (with one vector at first), and takes its Ritz pairs; undefined where products are not finite. */
  extend(wanted: number): { relativeResidual: number; isComplete: boolean } | undefined {
    const target = this.#eigen.values.length === 0 && this.locked === 0 ? 1 : this.#limit;
    const stride = this.#basisSize;
    for (let j = this.#length - 1; j < target; j++) {
      this.#multiply(this.#vector(j), this.#vector(j + 1));
      const { norm, products } = this.#orthonormalize(j + 1);
      if (!(norm < Infinity)) return undefined;
      for (let i = 0; i <= j; i++) this.#projected[j * stride + i] = products[this.#count + i];
      this.#coupling = norm;
      // The basis spans an invariant subspace: a new direction, coupled to nothing.
      if (norm === 0 && j + 1 < this.#size - this.locked) this.#draw(j + 1);
    }
    this.#length = target;
    this.#eigen = symmetricEigen(leading(this.#projected, stride, target));
    const { values } = this.#eigen;
    this.#largest = Math.max(this.#largest, Math.abs(values[0]), Math.abs(values[target - 1]));
    let relativeResidual = 0;
    for (let k = 0; k < Math.min(wanted, target); k++) {
      relativeResidual = Math.max(relativeResidual, this.#residualOf(k));
    }
    const isComplete = target >= Math.min(wanted, this.#size - this.locked) && target === this.#size - this.locked;
    if (target < Math.min(wanted, this.#size - this.locked)) relativeResidual = Math.max(1, relativeResidual);
    return { relativeResidual, isComplete };
  }

  /** Keeps the best half of the basis. */
  restart(wanted: number): void {
    const [limit, size] = [this.#limit, this.#size];
    if (this.#length < limit) {
      this.#length++;
      return;
    }
    const { values } = this.#eigen;
    const keep = Math.min(limit - 1, wanted + Math.floor((limit - wanted) / 2));
    this.#ritz(keep);
    const next = this.#vector(limit).slice();
    for (let k = 0; k < keep; k++) this.#vector(k).set(this.#memory.kept.subarray(k * size, (k + 1) * size));
    this.#vector(keep).set(next);
    this.#projected.fill(0);
    for (let k = 0; k < keep; k++) this.#projected[k * this.#basisSize + k] = values[this.#place(k)];
    this.#length = keep + 1;
  }

  /** Whether the best of the basis will not come beyond the last locked pair. */
  isBehind(relativeResidual: number): boolean {
    const gap = this.#isBefore(this.#lockedValues[this.locked - 1], this.#eigen.values[this.#place(0)]);
    return relativeResidual < 1e-3 && gap > 10 * relativeResidual * this.#largest;
  }

  /** Locks the best pairs of the basis, in order and at most `count` in all; whether one came before a locked one. */
  lock(wanted: number, count: number): boolean {
    const size = this.#size;
    const found = Math.min(wanted, this.#length);
    const { values } = this.#eigen;
    this.#ritz(found);
    let gained = false;
    for (let k = 0; k < found; k++) {
      const value = values[this.#place(k)];
      let place = this.locked;
      while (place > 0 && this.#isBefore(value, this.#lockedValues[place - 1]) > 1e-12 * this.#largest) place--;
      if (place === count) continue;
      gained = true;
      const last = Math.min(this.locked, count - 1);
      for (let l = last; l > place; l--) {
        this.#lockedValues[l] = this.#lockedValues[l - 1];
        this.#vectors.copyWithin(l * size, (l - 1) * size, l * size);
      }
      this.#lockedValues[place] = value;
      this.#vectors.set(this.#memory.kept.subarray(k * size, (k + 1) * size), place * size);
      this.locked = last + 1;
    }
    return gained;
  }

  /** The locked pairs. */
  pairs(locked: number, count: number, scale: number): Eigenpairs {
    const size = this.#size;
    const columns = new Float64Array(size * count);
    for (let k = 0; k < locked; k++) {
      for (let i = 0; i < size; i++) columns[i * count + k] = this.#vectors[k * size + i];
    }
    const value = (k: number): number => this.#lockedValues[Math.min(k, locked - 1)] * scale;
    return {
      values: Float64Array.from({ length: count }, (_, k) => value(k)),
      vectors: { rows: size, cols: count, values: columns },
    };
  }

  /** The locked pairs, or those of the basis as long as nothing is locked. */
  pairsNow(wanted: number, count: number, scale: number): Eigenpairs {
    if (wanted === 0) return this.pairs(this.locked, count, scale);
    const size = this.#size;
    const found = Math.min(wanted, this.#length);
    this.#ritz(found);
    const columns = new Float64Array(size * count);
    for (let k = 0; k < found; k++) {
      for (let i = 0; i < size; i++) columns[i * count + k] = this.#memory.kept[k * size + i];
    }
    const { values } = this.#eigen;
    return {
      values: Float64Array.from({ length: count }, (_, k) => values[this.#place(Math.min(k, found - 1))] * scale),
      vectors: { rows: size, cols: count, values: columns },
    };
  }

  /** By how much the first value comes before the second, seen from the wanted end. */
  #isBefore(value: number, other: number): number {
    return this.#largestFirst ? value - other : other - value;
  }

  /** Ritz pair k, counted from the wanted end. */
  #place(k: number): number {
    return this.#largestFirst ? this.#length - 1 - k : k;
  }

  #residualOf(k: number): number {
    const { vectors } = this.#eigen;
    const last = vectors.values[(this.#length - 1) * this.#length + this.#place(k)];
    return Math.abs(this.#coupling * last) / (this.#largest || 1);
  }

  /** Writes the best Ritz vectors to `kept`. */
  #ritz(number: number): void {
    const [pairs, size] = [this.#length, this.#size];
    const { vectors } = this.#eigen;
    const { workspace, rotation, kept, gemmScratch } = this.#memory;
    for (let k = 0; k < number; k++) {
      for (let i = 0; i < pairs; i++) rotation[k * pairs + i] = vectors.values[i * pairs + this.#place(k)];
    }
    placedProduct(workspace, {
      rows: number,
      cols: size,
      inner: pairs,
      a: matrixPlace(rotation, pairs),
      b: matrixPlace(this.#vector(0), size),
      c: matrixPlace(kept, size),
      scratch: gemmScratch,
    });
  }

  /** A new random direction as vector j. */
  #draw(j: number): void {
    for (let attempt = 0; attempt < 8; attempt++) {
      this.#random.normals(this.#vector(j));
      if (this.#orthonormalize(j).norm > 0) return;
    }
  }

  /**
   * Makes vector j of the basis orthonormal to those before it and to the locked ones (Gram-Schmidt, twice); its products with
   * them, and the norm of what was left, or 0 if that was rounding only.
   */
  #orthonormalize(j: number): { norm: number; products: Float64Array } {
    const { dot, axpy, nrm2, scal } = this.#memory.workspace.kernels(linalgKernels);
    const [size, count] = [this.#size, this.#count];
    const at = (k: number): number => this.#vectors.byteOffset + 8 * k * size;
    const own = at(count + j);
    const before = nrm2(size, own);
    const products = this.#products.fill(0);
    if (!(before < Infinity)) return { norm: Infinity, products };
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < count + j; k++) {
        if (k >= this.locked && k < count) continue;
        const product = dot(size, at(k), own);
        axpy(size, -product, at(k), own);
        products[k] += product;
      }
    }
    const after = nrm2(size, own);
    const norm = after > 8 * Number.EPSILON * before * Math.sqrt(size) ? after : 0;
    if (norm > 0) {
      // In two steps where the reciprocal would overflow.
      if (norm < 2 ** -1000) scal(size, 2 ** 600, own);
      scal(size, norm < 2 ** -1000 ? 1 / (norm * 2 ** 600) : 1 / norm, own);
    }
    return { norm, products };
  }
}

function defaultBasisSize(size: number, count: number): number {
  return Math.min(size, 2 * count + 18);
}

/** The arrays on the workspace: locked vectors and basis, its best half, a rotation. */
function roomOf(size: number, basisSize: number, count: number) {
  return {
    vectors: (count + basisSize + 1) * size,
    kept: Math.max(basisSize, count + 1) * size,
    rotation: basisSize ** 2,
    gemmScratch: scratch(GEMM_SCRATCH),
  };
}

/** Numbers that the method takes for a matrix that is a function, by default. */
export function lanczosRoom(size: number, { count }: { readonly count: number }): number {
  const basisSize = defaultBasisSize(size, count);
  const { vectors, kept, rotation, gemmScratch } = roomOf(size, basisSize, count);
  const onWorkspace = vectors + kept + rotation + gemmScratch.length;
  // Beside it products, the start, the next vector, the projected matrix with its leading square and two decompositions, and the answer.
  const beside = 2 * size + 2 * count + 8 * basisSize + 4 * basisSize ** 2;
  return onWorkspace + beside + symmetricEigenRoom(basisSize) + count * size;
}

/** The leading square of a matrix that is stored with rows of `stride` entries. */
function leading(values: Float64Array, stride: number, size: number): DenseMatrix {
  const square = new Float64Array(size * size);
  for (let i = 0; i < size; i++) square.set(values.subarray(i * stride, i * stride + size), i * size);
  return { rows: size, cols: size, values: square };
}

// Objectives with a sparse Hessian: the pattern follows from the expression, and a few products give all entries.
import type { Objective } from '@infimum/core';
import { InvalidInputError } from '@infimum/core';
import type { CsrMatrix, SparseLdl } from '@infimum/linalg';
import { csrFromTriplets, solveSparseLdl, sparseLdl } from '@infimum/linalg';
import { sparseLdlInTurns } from '@infimum/linalg/steps';
import { dependence } from '../derivatives/dependence.ts';
import { gradients, vectorJacobian } from '../derivatives/gradient.ts';
import { linearProgram } from '../derivatives/linear-part.ts';
import { starColoring } from '../derivatives/star-coloring.ts';
import type { Tensor } from '../expressions/tensor.ts';
import { variable } from '../expressions/tensor.ts';
import type { Differentiable } from './objective.ts';
import { checkLength, differentiable, programs } from './objective.ts';

/** An objective that returns its Hessian as a sparse matrix, if it is sparse. */
export interface SparseDifferentiable extends Differentiable, Pick<Objective, 'factorHessian'> {
  /** Number of products with the Hessian that give all of its entries; `undefined` where it is dense. */
  readonly hessianProducts?: number;
  /**
   * The Hessian at x: memory of the objective, valid until the next call. The diagonal is stored, zeros of the pattern too.
   * Absent where the Hessian is dense.
   */
  sparseHessian?(x: Float64Array): CsrMatrix;
}

/** Products beyond which a Hessian counts as dense. */
const MOST_PRODUCTS = 64;

/** Multiplications beyond which factors are too expensive: about a second. */
const MOST_WORK = 2 ** 31;

/**
 * As `differentiable`, with a sparse Hessian where the expression has one: chains, bands, grids, a few variables that interact with
 * all others. `minimize` of `@infimum/optim` factors it without further options.
 *
 * The expression determines which entries can differ from zero, for any x. A star colouring of the rows groups columns that one
 * product gives, so that the whole Hessian costs as many products as there are colours, three for a tridiagonal one: a few
 * gradients for any number of variables. Entries are read directly off the products, without subtractions. Finding pattern and
 * colours, once, costs at most some hundred gradients, also for expressions that turn out to be dense: more than 64 colours.
 * For those the result is that of `differentiable`.
 *
 * Source: A. Gebremedhin, F. Manne, A. Pothen: What color is your Jacobian? (2005).
 *
 * @param dimension - number of variables d
 * @param f - computes the value, of shape `[]`, from the variables, a vector of length d
 * @throws {InvalidInputError} for a dimension that is no positive integer, and when f does not return a number
 *
 * @example
 * ```ts
 * import { add, mul, narrow, square, sub, sum } from '@infimum/autodiff';
 * import { sparseDifferentiable } from '@infimum/autodiff/sparse';
 *
 * const size = 1000;
 * const chain = sparseDifferentiable(size, (x) => {
 *   const [from, to] = [narrow(x, 0, 0, size - 1), narrow(x, 0, 1, size - 1)];
 *   return sum(add(mul(100, square(sub(to, square(from)))), square(sub(1, from)))); // Rosenbrock
 * });
 * const hessian = chain.sparseHessian?.(new Float64Array(size).fill(1));
 * console.log(chain.hessianProducts, hessian?.values.length, hessian?.values.slice(0, 5).join(' ')); // 3 2998 802 -400 -400 1002 -400
 * ```
 */
export function sparseDifferentiable(dimension: number, f: (x: Tensor) => Tensor): SparseDifferentiable {
  let [x, value]: Tensor[] = [];
  const objective = differentiable(dimension, (made) => {
    [x, value] = [made, f(made)];
    return value;
  });
  const [gradient] = gradients(value, [x]);
  const plan = planOf(gradient, x);
  if (!plan) return objective;
  const v = variable(dimension);
  const columns = programs(() => linearProgram(vectorJacobian(gradient, [x], v)[0], x, v));
  const { matrix, colors, count, from } = plan;
  const { rowPointers, columnIndices, values } = matrix;
  const seed = new Float64Array(dimension);
  const sparseHessian = (at: Float64Array): CsrMatrix => {
    checkLength(at, 'x', dimension);
    const program = columns(1);
    program.run([at]);
    for (let color = 0; color < count; color++) {
      for (let i = 0; i < dimension; i++) seed[i] = colors[i] === color ? 1 : 0;
      const [product] = program.proceed([seed]);
      const { places, rows } = from[color];
      for (let k = 0; k < places.length; k++) values[places[k]] = product[rows[k]];
    }
    return matrix;
  };
  let known: SparseLdl | 'too dear' | undefined;
  const factorHessian = (at: Float64Array) => {
    known ??= analyzed(matrix, plan.diagonal) ?? 'too dear';
    if (known === 'too dear') return undefined;
    const hessian = sparseHessian(at);
    const shifted = { ...hessian, values: hessian.values.slice() };
    let [largest, least] = [0, Infinity];
    for (const entry of shifted.values) largest = Math.max(largest, Math.abs(entry));
    for (const k of plan.diagonal) least = Math.min(least, values[k]);
    for (let shift = 0; largest + shift < Infinity; shift = 4 * shift || Math.max(0, -least) + 1e-3 * (largest || 1)) {
      for (const k of plan.diagonal) shifted.values[k] = values[k] + shift;
      const factor = least + shift > 0 ? definite(shifted, known) : undefined;
      if (!factor) continue;
      known = factor;
      return (right: Float64Array, out: Float64Array) => out.set(solveSparseLdl(factor, right).x);
    }
    return undefined;
  };
  return {
    ...objective,
    hessianProducts: count,
    sparseHessian,
    factorHessian,
    hessian: (at, out) => {
      checkLength(out, 'out', dimension * dimension);
      sparseHessian(at);
      out.fill(0);
      for (let i = 0; i < dimension; i++) {
        for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) out[i * dimension + columnIndices[k]] = values[k];
      }
    },
    release: () => {
      objective.release();
      columns.release();
    },
  };
}

/** A factor of the identity with this pattern; undefined if factors of matrices with this pattern are too expensive. */
function analyzed(matrix: CsrMatrix, diagonal: Int32Array): SparseLdl | undefined {
  const values = new Float64Array(matrix.values.length);
  for (const k of diagonal) values[k] = 1;
  const turns = sparseLdlInTurns({ ...matrix, values }, MOST_WORK);
  let turn = turns.next();
  while (!turn.done) turn = turns.next();
  return turn.value;
}

/** The factor of a matrix that is positive definite. */
function definite(matrix: CsrMatrix, like: SparseLdl): SparseLdl | undefined {
  try {
    const factor = sparseLdl(matrix, { like });
    return factor.inertia.negative === 0 ? factor : undefined;
  } catch (error) {
    if (error instanceof InvalidInputError && error.code === 'out-of-range') return undefined; // a pivot that is zero
    throw error;
  }
}

/** Where the entries of a sparse Hessian come from. */
interface Plan {
  readonly matrix: CsrMatrix;
  /** Places of the diagonal. */
  readonly diagonal: Int32Array;
  readonly colors: Int32Array;
  readonly count: number;
  /** For every colour the places that its product fills, and from which rows. */
  readonly from: readonly { readonly places: Int32Array; readonly rows: Int32Array }[];
}

/** Where entries come from, for a Hessian that few products give. */
function planOf(gradient: Tensor, x: Tensor): Plan | undefined {
  const placesOf = dependence(gradient, x);
  const [size] = x.shape;
  // Rows that may be full. By symmetry, what they have in common with others is known from those; among themselves they are full.
  const isHub = Uint8Array.from({ length: size }, (_, i) => (placesOf(i) ? 0 : 1));
  const hubs = Int32Array.from(isHub.keys()).filter((i) => isHub[i]);
  if (hubs.length > MOST_PRODUCTS) return undefined;
  const pattern = symmetricPattern(size, (i) => placesOf(i) ?? hubs);
  const coloring = starColoring(pattern, isHub, MOST_PRODUCTS);
  if (!coloring) return undefined;
  const { rowPointers, columnIndices } = pattern;
  const { colors, count } = coloring;
  const diagonal = new Int32Array(size);
  const from = Array.from({ length: count }, (): Record<'places' | 'rows', number[]> => ({ places: [], rows: [] }));
  const ofColor = new Int32Array(count); // entries of a row in columns of a colour
  for (let i = 0; i < size; i++) {
    const [start, end] = [rowPointers[i], rowPointers[i + 1]];
    for (let k = start; k < end; k++) ofColor[colors[columnIndices[k]]]++;
    for (let k = start; k < end; k++) {
      const j = columnIndices[k];
      if (j === i) diagonal[i] = k;
      // Of the two products that have the entry, one that adds no other to it.
      const isAlone = ofColor[colors[j]] === 1;
      const { places, rows } = from[colors[isAlone ? j : i]];
      places.push(k);
      rows.push(isAlone ? i : j);
    }
    for (let k = start; k < end; k++) ofColor[colors[columnIndices[k]]]--;
  }
  const arrays = from.map(({ places, rows }) => ({ places: Int32Array.from(places), rows: Int32Array.from(rows) }));
  return { matrix: pattern, diagonal, colors, count, from: arrays };
}

/** The places (i, j) and (j, i) of lists, and the diagonal. */
function symmetricPattern(size: number, placesOf: (i: number) => Int32Array): CsrMatrix {
  const [rows, cols]: [number[], number[]] = [[], []];
  for (let i = 0; i < size; i++) {
    rows.push(i);
    cols.push(i);
    for (const j of placesOf(i)) {
      rows.push(i, j);
      cols.push(j, i);
    }
  }
  return csrFromTriplets({
    rows: size,
    cols: size,
    rowIndices: rows,
    columnIndices: cols,
    values: new Float64Array(rows.length),
  });
}

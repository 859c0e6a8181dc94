// Whether a plane separates two classes, from a witness, exactly: on the doubles of the points as they are.
//
// P. Gordan (1873) and E. Stiemke (1915) for the alternatives: with rows b_i = y_i (x_i, 1), some h has b_i . h > 0 for all i,
// or some p >= 0, not 0, has sum_i p_i b_i = 0; and every h with b_i . h >= 0 for all i is 0 on all rows exactly if the rows with p_i > 0
// can be chosen to span all others.
import type { Verdict } from '@infimum/core/certificate';
import { integers, rankModP, signOfForm } from '@infimum/rigor';
import type { LinearSeparator, SeparableInstance } from './signed-rows.ts';

/** A plane of whole numbers: w . x + c. */
export interface IntegerPlane {
  /** w. */
  readonly weights: readonly bigint[];
  /** c; 0 where the plane must go through the origin. */
  readonly intercept: bigint;
}

/** Proof that no plane separates strictly: multipliers p > 0 of some rows with sum_i p_i b_i = 0. */
export interface FarkasSupport {
  /** Rows, each once. */
  readonly rows: readonly number[];
  /** Their multipliers, above 0. */
  readonly multipliers: readonly bigint[];
}

/** What a witness proves: `plane` alone, `separable`; both, `quasi-separable`; `support` and `kernel`, `inseparable`. */
export interface SeparabilityWitness {
  /** It has every row on its side; beside a support every row on its side or on it, and one on its side. */
  readonly plane?: IntegerPlane;
  /** Rows that cancel. */
  readonly support?: FarkasSupport;
  /** Vectors that are orthogonal to all rows, as many as the rank of the support falls short of the dimension. */
  readonly kernel?: readonly (readonly bigint[])[];
}

/** The possible answers for two classes. */
export type SeparabilityKind = 'separable' | 'quasi-separable' | 'inseparable';

/**
 * The fact that a witness proves of an instance, or why it proves none. Throws nothing, whatever the witness.
 *
 * @example
 * ```ts
 * import { separabilityOf } from '@infimum/learn/checkers';
 *
 * const points = { rows: 2, cols: 1, values: Float64Array.of(200001, 200003) };
 * const instance = { points, labels: Int8Array.of(-1, 1), fitIntercept: true };
 * console.log(separabilityOf(instance, { plane: { weights: [1n], intercept: -200002n } })); // { kind: 'separable' }
 * ```
 */
export function separabilityOf(
  instance: SeparableInstance,
  witness: unknown,
): { readonly kind: SeparabilityKind } | { readonly reason: string } {
  const { plane, support, kernel } = (witness ?? {}) as Partial<Record<keyof SeparabilityWitness, unknown>>;
  const rows = exactRows(instance);
  if ('reason' in rows) return rows;
  const { dimension } = rows;
  if (plane === undefined && support === undefined) return { reason: 'the witness has no plane and no support' };
  if (support !== undefined) {
    const refused = refuseSupport(rows, support);
    if (refused !== undefined) return { reason: refused };
  }
  if (plane !== undefined) {
    const { weights, intercept } = (plane ?? {}) as Partial<IntegerPlane>;
    const length = rows.hasIntercept ? dimension - 1 : dimension;
    const form = [...(isBigints(weights, length) ? weights : []), ...(rows.hasIntercept ? [intercept] : [])];
    if (!isBigints(form, dimension) || (!rows.hasIntercept && intercept !== 0n)) {
      return { reason: 'the plane does not have as many integers as a row has entries' };
    }
    const sign = signOfForm(form);
    let above = 0;
    for (let i = 0; i < rows.count; i++) {
      const side = sign(rows.row(i));
      if (side < 0 || (side === 0 && support === undefined)) return { reason: `row ${i} is not above the plane` };
      above += side;
    }
    if (support === undefined) return { kind: 'separable' };
    return above > 0 ? { kind: 'quasi-separable' } : { reason: 'all rows lie on the plane' };
  }
  const vectors = kernel ?? [];
  if (!Array.isArray(vectors) || vectors.length >= dimension || !vectors.every((v) => isBigints(v, dimension))) {
    return { reason: 'the kernel does not have as many integers as a row has entries' };
  }
  for (const vector of vectors) {
    const sign = signOfForm(vector);
    for (let i = 0; i < rows.count; i++) {
      if (sign(rows.row(i)) !== 0) return { reason: `row ${i} is not orthogonal to the kernel` };
    }
  }
  const held = (support as FarkasSupport).rows;
  const entries = held.flatMap((i) => Array.from(rows.row(i)));
  const spanned = rankModP(entries, held.length, dimension);
  const left = rankModP(vectors.flat(), vectors.length, dimension);
  return spanned + left >= dimension ? { kind: 'inseparable' } : { reason: 'the support is not shown to span all rows' };
}

/**
 * The checker of `separability`: the errors of a solution, recounted exactly, and the fewest that any plane has, as far as
 * the witness says: 0, or at least 1. Throws nothing, whatever the witness.
 *
 * @example
 * ```ts
 * import { checkSeparability } from '@infimum/learn/checkers';
 *
 * const points = { rows: 2, cols: 1, values: Float64Array.of(1, 1) };
 * const instance = { points, labels: Int8Array.of(-1, 1), fitIntercept: true };
 * // The two rows cancel, and (1, -1) is orthogonal to both.
 * const witness = { support: { rows: [0, 1], multipliers: [1n, 1n] }, kernel: [[1n, -1n]] };
 * const verdict = checkSeparability(instance, { weights: Float64Array.of(1), intercept: 0 }, witness);
 * console.log(verdict.proved && verdict.figures.fewestErrors.lower); // 1
 * ```
 */
export function check(instance: SeparableInstance, solution: LinearSeparator, witness: unknown): Verdict {
  const answer = separabilityOf(instance, witness);
  const rows = exactRows(instance);
  if ('reason' in answer || 'reason' in rows) {
    return { proved: false, reason: 'reason' in answer ? answer.reason : 'the points are refused' };
  }
  const { weights, intercept } = (solution ?? {}) as Partial<LinearSeparator>;
  const plane = [...(weights instanceof Float64Array ? weights : []), ...(rows.hasIntercept ? [intercept] : [])];
  if (plane.length !== rows.dimension || !isFiniteList(plane)) {
    return { proved: false, reason: 'the plane of the solution is not finite or does not fit the points' };
  }
  if (!rows.hasIntercept && intercept !== 0) {
    return { proved: false, reason: 'the plane of the solution does not go through the origin' };
  }
  const sign = signOfForm(integers(plane).mantissas);
  let errors = 0;
  for (let i = 0; i < rows.count; i++) if (sign(rows.row(i)) <= 0) errors++;
  const fewest = answer.kind === 'separable' ? { lower: 0, upper: 0 } : { lower: 1, upper: errors };
  return { proved: true, figures: { errors: { lower: errors, upper: errors }, fewestErrors: fewest } };
}

/** The rows y_i (x_i, 1), or y_i x_i, one at a time in a reused array. */
interface ExactRows {
  readonly count: number;
  readonly dimension: number;
  readonly hasIntercept: boolean;
  row(i: number): Float64Array;
}

function exactRows(instance: SeparableInstance): ExactRows | { reason: string } {
  const { points, labels, fitIntercept } = (instance ?? {}) as Partial<SeparableInstance>;
  if (!isMatrix(points)) return { reason: 'the points are not a finite matrix with each entry once' };
  const { rows: count, cols, values } = points;
  const areLabels = labels instanceof Int8Array && labels.length === count;
  if (!areLabels || !labels.every((label) => label === 1 || label === -1)) {
    return { reason: 'labels are not 1 or -1, one per point' };
  }
  const dimension = fitIntercept ? cols + 1 : cols;
  const out = new Float64Array(dimension);
  const row = (i: number): Float64Array => {
    out.fill(0);
    if ('rowPointers' in points) {
      for (let k = points.rowPointers[i]; k < points.rowPointers[i + 1]; k++) {
        out[points.columnIndices[k]] = labels[i] * values[k];
      }
    } else for (let j = 0; j < cols; j++) out[j] = labels[i] * values[i * cols + j];
    if (fitIntercept) out[cols] = labels[i];
    return out;
  };
  return { count, dimension, hasIntercept: Boolean(fitIntercept), row };
}

/** Columns up to which a row is written out. */
const MOST_COLUMNS = 2 ** 26;

/** Whether points are a matrix of finite numbers; a sparse one with each place once, since a sum of two may not be a double. */
function isMatrix(points: unknown): points is SeparableInstance['points'] {
  if (typeof points !== 'object' || points === null) return false;
  const { rows, cols, values } = points as SeparableInstance['points'];
  if (!(Number.isInteger(rows) && rows > 0 && Number.isInteger(cols) && cols > 0 && cols <= MOST_COLUMNS)) return false;
  // An array without memory has no length, and must not be walked.
  if (!(values instanceof Float64Array) || (values.length > 0 && !values.every(Number.isFinite))) return false;
  if (!('rowPointers' in points)) return values.length === rows * cols;
  const { rowPointers, columnIndices } = points as { rowPointers: unknown; columnIndices: unknown };
  if (!(rowPointers instanceof Int32Array && columnIndices instanceof Int32Array)) return false;
  const length = Math.min(values.length, columnIndices.length);
  if (rowPointers.length !== rows + 1 || rowPointers[0] !== 0 || rowPointers[rows] > length) return false;
  const last = new Int32Array(cols).fill(-1);
  for (let i = 0; i < rows; i++) {
    for (let k: number = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      const column = columnIndices[k];
      if (!(column >= 0 && column < cols) || last[column] === i) return false;
      last[column] = i;
    }
    if (rowPointers[i] > rowPointers[i + 1]) return false;
  }
  return true;
}

/** Why a support proves nothing; undefined if it does. */
function refuseSupport(rows: ExactRows, support: unknown): string | undefined {
  const { rows: held, multipliers } = (support ?? {}) as Partial<Record<keyof FarkasSupport, unknown>>;
  if (!Array.isArray(held) || held.length === 0 || !isBigints(multipliers, held.length)) {
    return 'the support does not consist of rows and as many integer multipliers';
  }
  const isRow = (i: unknown) => Number.isInteger(i) && (i as number) >= 0 && (i as number) < rows.count;
  if (!held.every(isRow) || new Set(held).size < held.length) return 'the support does not consist of rows, each once';
  if (!multipliers.every((multiplier) => multiplier > 0n)) return 'a multiplier is not above 0';
  const table = held.map((i: number) => rows.row(i).slice());
  for (let j = 0; j < rows.dimension; j++) {
    const { mantissas } = integers(table.map((row) => row[j]));
    const sum = mantissas.reduce((total, mantissa, k) => total + mantissa * multipliers[k], 0n);
    if (sum !== 0n) return `the multiples of column ${j} do not cancel`;
  }
  return undefined;
}

function isFiniteList(values: readonly unknown[]): values is readonly number[] {
  return values.every(Number.isFinite);
}

function isBigints(values: unknown, length: number): values is readonly bigint[] {
  return Array.isArray(values) && values.length === length && values.every((value) => typeof value === 'bigint');
}

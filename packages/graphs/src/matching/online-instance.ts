// Instances of online matching with stochastic rewards: offline vertices with weights, arrivals with success probabilities.
import type { Listed, VectorLike } from '@infimum/core';
import { asIndices, asVector, checkList, checkNonNegative, checkNumbers, checkObject, fault } from '@infimum/core';

/** Arrivals in their order; arrival v may be tried on `columnIndices[k]`, `rowPointers[v] ≤ k < rowPointers[v + 1]`. */
export interface OnlineInstance {
  /** w_u of every offline vertex, at least 0. */
  readonly weights: Float64Array;
  /** Where each arrival's neighbours begin, arrivals + 1 entries. */
  readonly rowPointers: Int32Array;
  /** Offline neighbours, each once an arrival. */
  readonly columnIndices: Int32Array;
  /** p_uv of each of them, in [0, 1]. */
  readonly probabilities: Float64Array;
}

/**
 * An instance from the success probabilities of every arrival, a row an arrival, 0 where there is no edge.
 *
 * @param weights - of the offline vertices; 1 each by default
 *
 * @example
 * ```ts
 * import { onlineInstance } from '@infimum/graphs';
 *
 * const { columnIndices } = onlineInstance([[0.5, 0.5], [0.5, 0]]);
 * console.log(columnIndices.join(' ')); // 0 1 0
 * ```
 */
export function onlineInstance(rows: readonly VectorLike[], weights?: VectorLike): OnlineInstance {
  checkList(rows, 'rows');
  if (weights !== undefined) checkNumbers(weights, 'weights');
  for (let v = 0; v < rows.length; v++) checkNumbers(rows[v], `rows[${v}]`);
  const width = Array.from(rows).reduce((most, row) => Math.max(most, row.length), weights?.length ?? 0);
  const rowPointers = new Int32Array(rows.length + 1);
  const columns: number[] = [];
  const chances: number[] = [];
  for (const [v, row] of Array.from(rows).entries()) {
    for (const [u, chance] of Array.from(row).entries()) {
      if (chance === 0) continue;
      columns.push(u);
      chances.push(chance);
    }
    rowPointers[v + 1] = columns.length;
  }
  return asOnlineInstance({
    weights: weights ?? new Float64Array(width).fill(1),
    rowPointers,
    columnIndices: columns,
    probabilities: chances,
  });
}

/** An instance in any lists of numbers. */
export type OnlineInstanceLike = Listed<OnlineInstance>;

/**
 * An instance in typed arrays, checked.
 *
 * @throws {InvalidInputError} naming the array and the first index at fault
 */
export function asOnlineInstance(instance: OnlineInstanceLike): OnlineInstance {
  checkObject(instance, 'instance');
  const weights = asVector(instance.weights, 'weights');
  checkNonNegative(weights, 'weights');
  const rowPointers = asIndices(instance.rowPointers, 'rowPointers');
  const columnIndices = asIndices(instance.columnIndices, 'columnIndices');
  checkNumbers(instance.probabilities, 'probabilities');
  const probabilities = Float64Array.from(instance.probabilities);
  const complain = (argument: string, problem: string, index?: number): never => {
    throw fault(problem, argument, index === undefined ? 'shape' : 'out-of-range', index);
  };
  if (rowPointers.length < 1 || rowPointers[0] !== 0) complain('rowPointers', 'must begin with 0');
  for (let v = 0; v + 1 < rowPointers.length; v++) {
    if (rowPointers[v + 1] < rowPointers[v]) complain('rowPointers', `falls at index ${v + 1}`, v + 1);
  }
  const edges = rowPointers[rowPointers.length - 1];
  if (columnIndices.length !== edges) complain('columnIndices', `expected ${edges} entries`);
  if (probabilities.length !== edges) complain('probabilities', `expected ${edges} entries`);
  const seen = new Int32Array(weights.length).fill(-1);
  for (let v = 0; v + 1 < rowPointers.length; v++) {
    for (let k = rowPointers[v]; k < rowPointers[v + 1]; k++) {
      const u = columnIndices[k];
      if (!(u >= 0 && u < weights.length)) complain('columnIndices', `is ${u} at index ${k}, which is not a vertex`, k);
      if (seen[u] === v) complain('columnIndices', `names ${u} twice for arrival ${v}, at index ${k}`, k);
      seen[u] = v;
      const p = probabilities[k];
      if (!(p >= 0 && p <= 1)) complain('probabilities', `is ${p} at index ${k}, not in [0, 1]`, k);
    }
  }
  return { weights, rowPointers, columnIndices, probabilities };
}

/** The edges of every offline vertex in the order of arrival. */
export interface OfflineView {
  /** Where each offline vertex's edges begin. */
  readonly begins: Int32Array;
  /** Places of the edges in the instance's arrays. */
  readonly edges: Int32Array;
  /** Arrival of each edge, by its place in the instance. */
  readonly arrivals: Int32Array;
}

/** Sorts the edges by offline vertex. */
export function offlineView({ weights, rowPointers, columnIndices }: OnlineInstance): OfflineView {
  const begins = new Int32Array(weights.length + 1);
  for (const u of columnIndices) begins[u + 1]++;
  for (let u = 0; u < weights.length; u++) begins[u + 1] += begins[u];
  const next = begins.slice();
  const edges = new Int32Array(columnIndices.length);
  const arrivals = new Int32Array(columnIndices.length);
  for (let v = 0; v + 1 < rowPointers.length; v++) {
    for (let k = rowPointers[v]; k < rowPointers[v + 1]; k++) {
      arrivals[k] = v;
      edges[next[columnIndices[k]]++] = k;
    }
  }
  return { begins, edges, arrivals };
}

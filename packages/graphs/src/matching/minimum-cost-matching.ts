// Minimum-cost matching of a bipartite graph, each left node along a shortest augmenting path.
//
// R. Jonker, A. Volgenant: A shortest augmenting path algorithm for dense and sparse linear assignment problems (1987).
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkList, describeValue, fault, resolveOptions } from '@infimum/core';

const minimumCostMatchingOptions = {
  maximize: { type: 'boolean', default: false, description: 'Maximise the sum instead' },
  full: {
    type: 'boolean',
    default: true,
    description: 'As many pairs as possible at the least cost; otherwise only pairs that lower the sum',
  },
} as const satisfies OptionSpecs;

/** Options of `minimumCostMatching`. */
export type MinimumCostMatchingOptions = OptionsOf<typeof minimumCostMatchingOptions>;

/** A pair that may be matched, and its cost. */
export type WeightedPair<Left, Right> = readonly [left: Left, right: Right, cost: number];

/** A matching of a bipartite graph. */
export interface BipartiteMatching<Left, Right> {
  /** The pairs that were chosen, as they were given, no node in two of them. */
  readonly pairs: WeightedPair<Left, Right>[];
  /** The sum of their costs. */
  readonly cost: number;
  /** Left nodes without a partner, in the order in which they were first named. */
  readonly unmatchedLeft: Left[];
  /** Right nodes without a partner. */
  readonly unmatchedRight: Right[];
}

/** Sums of larger costs could overflow. */
const LARGEST_COST = 2 ** 500;

/**
 * The pairs with the least Σ cost, with no node in two pairs: tasks and workers, detections and tracks, buyers and goods.
 * Pairs that are not given are not allowed. Ids are compared as keys of a `Map` are; a left node and a right node may have
 * the same. If a pair is given twice, the cheaper one counts. Optimal up to the rounding of sums: exactly, where costs
 * are integers whose range times the square of the nodes is below 2^53.
 *
 * @param edges - left id, right id and cost of every pair, the cost finite and at most 2^500 in magnitude
 * @throws {InvalidInputError} naming `edges` and the first index at fault
 *
 * Cost: O(n² + edges) a left node at worst, for n right nodes that paths reach, mostly much less; memory O(nodes + edges).
 * A full matrix is quicker in `linearAssignment` of `@infimum/ot`, which also gives the potentials that prove it.
 *
 * Source: R. Jonker and A. Volgenant (1987).
 *
 * @example
 * ```ts
 * import { minimumCostMatching } from '@infimum/graphs';
 *
 * const { pairs, cost, unmatchedLeft } = minimumCostMatching([
 *   ['ann', 'night', 4],
 *   ['ann', 'day', 1],
 *   ['bob', 'day', 2],
 *   ['eve', 'day', 3],
 * ]);
 * console.log(pairs.map(([who, shift]) => `${who} ${shift}`).join(', '), cost, unmatchedLeft); // ann night, bob day 6 [ 'eve' ]
 * ```
 */
export function minimumCostMatching<Left, Right>(
  edges: readonly WeightedPair<Left, Right>[],
  options: MinimumCostMatchingOptions = {},
): BipartiteMatching<Left, Right> {
  const { maximize, full } = resolveOptions(minimumCostMatchingOptions, options);
  checkList(edges, 'edges');
  const [lefts, rights] = [new Map<Left, number>(), new Map<Right, number>()];
  const numberOf = <Key>(numbers: Map<Key, number>, key: Key): number => {
    if (!numbers.has(key)) numbers.set(key, numbers.size);
    return numbers.get(key) as number;
  };
  const ends = edges.map((edge, index) => {
    const cost = Array.isArray(edge) ? edge[2] : edge;
    if (!(typeof cost === 'number' && Math.abs(cost) <= LARGEST_COST)) {
      const problem = `expected [left, right, cost] with a cost of at most 2^500, got ${describeValue(cost)} at index ${index}`;
      throw fault(problem, 'edges', 'out-of-range', index);
    }
    return [numberOf(lefts, edge[0]), numberOf(rights, edge[1])];
  });
  const order = edges.map((_, k) => k).sort((a, b) => ends[a][0] - ends[b][0]);
  const rowPointers = new Int32Array(lefts.size + 1);
  for (const [left] of ends) rowPointers[left + 1]++;
  for (let i = 0; i < lefts.size; i++) rowPointers[i + 1] += rowPointers[i];
  const costs = Float64Array.from(order, (k) => (maximize ? -edges[k][2] : edges[k][2]));
  let unmatched = 0;
  if (full) {
    // One more pair outweighs any increase of costs.
    const least = costs.reduce((low, cost) => Math.min(low, cost), Infinity);
    for (let k = 0; k < costs.length; k++) costs[k] -= least;
    unmatched = (Math.min(lefts.size, rights.size) + 1) * costs.reduce((high, cost) => Math.max(high, cost), 1e-300);
  }
  const columns = Int32Array.from(order, (k) => ends[k][1]);
  const chosen = cheapestEdges({ rowPointers, columnIndices: columns, costs, columns: rights.size, unmatched });
  const pairs = Array.from(chosen)
    .filter((k) => k >= 0)
    .map((k) => edges[order[k]]);
  const [leftOf, rightOf] = [new Set(pairs.map(([left]) => left)), new Set(pairs.map(([, right]) => right))];
  return {
    pairs,
    cost: pairs.reduce((sum, [, , cost]) => sum + cost, 0),
    unmatchedLeft: [...lefts.keys()].filter((left) => !leftOf.has(left)),
    unmatchedRight: [...rights.keys()].filter((right) => !rightOf.has(right)),
  };
}

/** Rows of edges to columns with their costs, and the cost of leaving a row unmatched. */
interface RowCosts {
  readonly rowPointers: Int32Array;
  readonly columnIndices: Int32Array;
  readonly costs: Float64Array;
  readonly columns: number;
  readonly unmatched: number;
}

/** The index of each row's edge, or -1, with the least Σ costs and no column twice. */
export function cheapestEdges({ rowPointers, columnIndices, costs, columns, unmatched }: RowCosts): Int32Array {
  const rows = rowPointers.length - 1;
  const edgeOf = new Int32Array(rows).fill(-1);
  const rowOf = new Int32Array(columns).fill(-1);
  const potential = new Float64Array(columns);
  const distance = new Float64Array(columns).fill(Infinity);
  // The edge into a column, and the row that it comes from.
  const via = new Int32Array(columns);
  const from = new Int32Array(columns);
  // The start from which a column was settled last: rounding must not lead back to it.
  const settled = new Int32Array(columns).fill(-1);
  for (let start = 0; start < rows; start++) {
    // Columns that are reached; those before `done` are at their least distance.
    const reached: number[] = [];
    let done = 0;
    let [end, last, least] = [-1, start, unmatched];
    for (let row = start, offset = 0; ; ) {
      for (let k = rowPointers[row]; k < rowPointers[row + 1]; k++) {
        const j = columnIndices[k];
        const length = offset + costs[k] - potential[j];
        // Paths that are at least as long as the best end cannot improve.
        if (settled[j] === start || length >= distance[j] || length >= least) continue;
        if (distance[j] === Infinity) reached.push(j);
        [distance[j], via[j], from[j]] = [length, k, row];
      }
      let nearest = done;
      for (let at = done + 1; at < reached.length; at++) {
        if (distance[reached[at]] < distance[reached[nearest]]) nearest = at;
      }
      const column = reached[nearest];
      if (column === undefined || distance[column] >= least) break;
      if (rowOf[column] < 0) {
        [end, least] = [column, distance[column]];
        break;
      }
      [reached[nearest], reached[done]] = [reached[done], column];
      done++;
      settled[column] = start;
      row = rowOf[column];
      offset = distance[column] - (costs[edgeOf[row]] - potential[column]);
      // The row could also be left without a column.
      if (offset + unmatched < least) [end, last, least] = [-1, row, offset + unmatched];
    }
    for (const [at, column] of reached.entries()) {
      if (at < done) potential[column] += Math.min(0, distance[column] - least);
      distance[column] = Infinity;
    }
    if (end < 0) {
      if (last === start) continue;
      end = columnIndices[edgeOf[last]];
      edgeOf[last] = -1;
    }
    for (let column = end; ; ) {
      const row = from[column];
      const before = edgeOf[row];
      edgeOf[row] = via[column];
      rowOf[column] = row;
      if (row === start) break;
      column = columnIndices[before];
    }
  }
  return edgeOf;
}

// How a sparse matrix is eliminated in fronts: columns of L with one pattern side by side, in a tree in which what is left of each
// front is added to its parent's.
//
// I. Duff, J. Reid: The multifrontal solution of indefinite sparse symmetric linear systems (1983); J. Liu: The multifrontal method
// for sparse matrix solution (1992). Which columns are merged: Y. Chen, T. Davis, W. Hager, S. Rajamanickam: Algorithm 887 (2008).
import type { CsrMatrix } from '../matrices.ts';
import type { SymmetricPattern } from './minimum-degree.ts';
import { minimumDegree } from './minimum-degree.ts';

export const order = {
  type: 'choice',
  choices: ['minimum-degree', 'natural'],
  default: 'minimum-degree',
  description: 'The elimination order, which determines the fill',
} as const;

/** How it is called. */
export type EliminationOrder = (typeof order.choices)[number];

/** What is known of a factorization before numbers are: the order, and the tree of fronts. */
export interface Fronts {
  /** Row and column i of the eliminated matrix are `permutation[i]` of the pattern: children of the tree before parents. */
  readonly permutation: Int32Array;
  /** Front s eliminates the columns from `starts[s]` to `starts[s + 1]`. */
  readonly starts: Int32Array;
  /** The parent of each front; -1 for roots. */
  readonly parents: Int32Array;
  /** The rows of L below the columns of front s stand from `rowPointers[s]` on. */
  readonly rowPointers: Int32Array;
  /** Those rows, rising. */
  readonly rows: Int32Array;
  /** Entries of L below its diagonal, without those that merged columns store as zeros. */
  readonly entries: number;
  /** Multiplications, about: the squared lengths of the columns. */
  readonly work: number;
}

/** The tree of fronts for a pattern in an order of elimination, which is changed where that makes no difference. */
export function frontsOf(pattern: SymmetricPattern, by: EliminationOrder): Fronts {
  const n = pattern.size;
  const order = by === 'natural' ? Int32Array.from({ length: n }, (_, i) => i) : minimumDegree(pattern);
  const lists = lowerLists(pattern, order);
  const tree = eliminationTree(lists, n);
  const post = postorder(tree);
  const permutation = Int32Array.from(post, (k) => order[k]);
  const { pointers, indices } = lowerLists(pattern, permutation);
  const place = inverse(post);
  const parents = Int32Array.from(post, (k) => (tree[k] < 0 ? -1 : place[tree[k]]));
  const lengths = columnLengths(pointers, indices, parents);
  const starts = mergedColumns(parents, lengths);
  const count = starts.length - 1;
  const frontOf = new Int32Array(n);
  for (let s = 0; s < count; s++) frontOf.fill(s, starts[s], starts[s + 1]);
  const rowPointers = new Int32Array(count + 1);
  const frontParents = new Int32Array(count);
  for (let s = 0; s < count; s++) {
    const last = starts[s + 1] - 1;
    rowPointers[s + 1] = rowPointers[s] + lengths[last];
    frontParents[s] = parents[last] < 0 ? -1 : frontOf[parents[last]];
  }
  const rows = new Int32Array(rowPointers[count]);
  const next = rowPointers.slice(0, count);
  const seen = new Int32Array(count).fill(-1);
  for (let i = 0; i < n; i++) {
    seen[frontOf[i]] = i;
    for (let p = pointers[i]; p < pointers[i + 1]; p++) {
      for (let s = frontOf[indices[p]]; seen[s] !== i; s = frontParents[s]) {
        seen[s] = i;
        rows[next[s]++] = i;
      }
    }
  }
  let [entries, work] = [0, 0];
  for (const length of lengths) {
    entries += length;
    work += length ** 2;
  }
  return { permutation, starts, parents: frontParents, rowPointers, rows, entries, work };
}

/** The columns of each row left of the diagonal, in an order of elimination. */
function lowerLists({ size: n, pointers, indices }: SymmetricPattern, order: Int32Array) {
  const place = inverse(order);
  const lower = new Int32Array(n + 1);
  const columns = new Int32Array(pointers[n] / 2);
  let count = 0;
  for (let i = 0; i < n; i++) {
    for (let p = pointers[order[i]]; p < pointers[order[i] + 1]; p++) {
      const j = place[indices[p]];
      if (j < i) columns[count++] = j;
    }
    lower[i + 1] = count;
  }
  return { pointers: lower, indices: columns };
}

/** Where each number stands in a permutation. */
export function inverse(permutation: Int32Array): Int32Array {
  const place = new Int32Array(permutation.length);
  for (let i = 0; i < place.length; i++) place[permutation[i]] = i;
  return place;
}

/** J. Liu: The role of elimination trees in sparse factorization (1990). */
function eliminationTree({ pointers, indices }: { pointers: Int32Array; indices: Int32Array }, n: number): Int32Array {
  const parents = new Int32Array(n).fill(-1);
  const ancestors = new Int32Array(n).fill(-1);
  for (let i = 0; i < n; i++) {
    for (let p = pointers[i]; p < pointers[i + 1]; p++) {
      for (let j = indices[p]; j !== i && j !== -1; ) {
        const above = ancestors[j];
        ancestors[j] = i;
        if (above === -1) parents[j] = i;
        j = above;
      }
    }
  }
  return parents;
}

/** Children before parents, and each subtree in one piece. */
function postorder(parents: Int32Array): Int32Array {
  const n = parents.length;
  const [head, next, stack, order] = [
    new Int32Array(n + 1).fill(-1),
    new Int32Array(n),
    new Int32Array(n + 1),
    new Int32Array(n),
  ];
  for (let j = n - 1; j >= 0; j--) {
    const parent = parents[j] < 0 ? n : parents[j];
    next[j] = head[parent];
    head[parent] = j;
  }
  let k = 0;
  let top = 0;
  for (stack[0] = n; top >= 0; ) {
    const node = stack[top];
    const child = head[node];
    if (child === -1) {
      if (node < n) order[k++] = node;
      top--;
    } else {
      head[node] = next[child];
      stack[++top] = child;
    }
  }
  return order;
}

/** How many entries each column of L has below the diagonal: row i of L reaches from the entries of A up the tree to i. */
function columnLengths(pointers: Int32Array, indices: Int32Array, parents: Int32Array): Int32Array {
  const n = parents.length;
  const [lengths, seen] = [new Int32Array(n), new Int32Array(n).fill(-1)];
  for (let i = 0; i < n; i++) {
    seen[i] = i;
    for (let p = pointers[i]; p < pointers[i + 1]; p++) {
      for (let j = indices[p]; seen[j] !== i; j = parents[j]) {
        lengths[j]++;
        seen[j] = i;
      }
    }
  }
  return lengths;
}

/** Where fronts begin: columns with one pattern, and the last child with its parent where that stores few zeros. */
function mergedColumns(parents: Int32Array, lengths: Int32Array): Int32Array {
  const n = parents.length;
  const starts: number[] = [];
  const stored: number[] = []; // entries of each front, diagonal and true ones only
  for (let j = 0; j < n; j++) {
    starts.push(j);
    stored.push(lengths[j] + 1);
    // Front by front backwards, as long as the last column before belongs to a child.
    while (starts.length > 1) {
      const top = starts.length - 1;
      if (parents[starts[top] - 1] < starts[top] || parents[starts[top] - 1] > j) break;
      const width = j + 1 - starts[top - 1];
      const entries = stored[top - 1] + stored[top];
      const zeros = 1 - entries / ((width * (width + 1)) / 2 + width * lengths[j]);
      if (!(width <= 4 || zeros < 0.05 || (width <= 16 && zeros < 0.4) || (width <= 48 && zeros < 0.1))) break;
      // A chain goes on growing at its end: what comes next may have the same pattern still.
      starts.pop();
      stored.pop();
      stored[top - 1] = entries;
    }
  }
  return Int32Array.from([...starts, n]);
}

/** How much room fronts take. */
export interface FrontSizes {
  /** How many children each has. */
  readonly children: Int32Array;
  /** Rows of the largest. */
  readonly largest: number;
  /** Numbers on the stack at most, on which what is left of fronts waits for their parents: children are the last on it then. */
  readonly highest: number;
  /** Entries of all blocks of L. */
  readonly entries: number;
}

/** The room for the fronts of a tree. */
export function frontSizes({ starts, parents, rowPointers }: Fronts): FrontSizes {
  const count = parents.length;
  const children = new Int32Array(count);
  const stacked = new Float64Array(count + 1);
  let [largest, depth, highest, entries] = [0, 0, 0, 0];
  for (let s = 0; s < count; s++) {
    const [width, length] = [starts[s + 1] - starts[s], rowPointers[s + 1] - rowPointers[s]];
    if (parents[s] >= 0) children[parents[s]]++;
    depth -= children[s];
    stacked[depth + 1] = stacked[depth] + length ** 2;
    highest = Math.max(highest, stacked[++depth]);
    largest = Math.max(largest, width + length);
    entries += width * (width + length);
  }
  return { children, largest, highest, entries };
}

/** Whether two matrices have entries in the same places. */
export function samePattern(a: CsrMatrix, b: CsrMatrix): boolean {
  const isEqual = (x: Int32Array, y: Int32Array): boolean => x.length === y.length && x.every((value, k) => value === y[k]);
  return isEqual(a.rowPointers, b.rowPointers) && isEqual(a.columnIndices, b.columnIndices);
}

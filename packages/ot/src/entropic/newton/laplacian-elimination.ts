// Elimination in weighted graph Laplacians without subtraction.
//
// Solves (L + E) u = h, where L is the Laplacian of a graph with positive weights and E a non-negative diagonal.
// Eliminating a node v with pivot D_v = sum of its weights + E_v adds w_iv w_vj / D_v to every pair of neighbours
// and w_iv E_v / D_v to their E: pivots are sums of what is left, never differences (the idea of Grassmann,
// Taksar and Heyman for Markov chains, 1985). They keep their relative accuracy however weakly the graph is
// connected, where a Cholesky factorisation loses all digits.

/** Edges between two sets of nodes in compressed rows: what is kept of a transport plan. */
export interface BipartiteGraph {
  /** Number of nodes on the left. */
  readonly rows: number;
  /** Number of nodes on the right. */
  readonly cols: number;
  /** Where the edges of a left node begin, length rows + 1. */
  readonly rowPointers: Int32Array;
  /** Right end of every edge. */
  readonly columnIndices: Int32Array;
  /** Positive weight of every edge. */
  readonly values: Float64Array;
}

/** One elimination, as the back substitution needs it. */
interface Pivot {
  readonly node: number;
  readonly pivot: number;
  readonly neighbors: Int32Array;
  readonly weights: Float64Array;
}

/** Beyond this degree elimination on maps costs more than dense rows. */
const MAX_SPARSE_DEGREE = 24;

/** Options of `solveLaplacian`. */
export interface LaplacianOptions {
  /** Give up, with nothing solved, when more nodes than this would have to be treated as a dense graph. */
  readonly maxDenseNodes?: number;
}

/**
 * Solves (L + E) u = h on a bipartite graph; nodes are numbered left first.
 *
 * Nodes are eliminated in order of their degree; once all that are left have many neighbours, the rest is
 * treated as a dense graph. Forests cost O(n); a dense core of k nodes costs O(k^3).
 *
 * @param graph - the edges
 * @param excess - diagonal E, length rows + cols, non-negative; overwritten
 * @param h - right-hand side, length rows + cols; overwritten by the solution
 * @returns whether it was solved
 */
export function solveLaplacian(
  graph: BipartiteGraph,
  excess: Float64Array,
  h: Float64Array,
  { maxDenseNodes = Infinity }: LaplacianOptions = {},
): boolean {
  const adjacency = adjacencyOf(graph);
  const pivots = eliminateSparse(adjacency, excess, h);
  if (adjacency.length - pivots.length > maxDenseNodes) return false;
  solveDenseRest(adjacency, excess, h);
  for (let k = pivots.length - 1; k >= 0; k--) {
    const { node, pivot, neighbors, weights } = pivots[k];
    let sum = h[node];
    for (let l = 0; l < neighbors.length; l++) sum += weights[l] * h[neighbors[l]];
    h[node] = pivot > 0 ? sum / pivot : 0;
  }
  return true;
}

type Adjacency = (Map<number, number> | undefined)[];

function adjacencyOf({ rows, cols, rowPointers, columnIndices, values }: BipartiteGraph): Adjacency {
  const adjacency = Array.from({ length: rows + cols }, () => new Map<number, number>());
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      const j = rows + columnIndices[k];
      adjacency[i].set(j, values[k]);
      adjacency[j].set(i, values[k]);
    }
  }
  return adjacency;
}

/** Eliminates nodes of least degree while that is small; eliminated nodes lose their map. */
function eliminateSparse(adjacency: Adjacency, excess: Float64Array, h: Float64Array): Pivot[] {
  const queues: number[][] = Array.from({ length: MAX_SPARSE_DEGREE + 1 }, () => []);
  const enqueue = (node: number) => queues[(adjacency[node] as Map<number, number>).size]?.push(node);
  for (let node = 0; node < adjacency.length; node++) enqueue(node);
  const pivots: Pivot[] = [];
  for (let degree = 0; degree <= MAX_SPARSE_DEGREE; ) {
    const node = queues[degree].pop();
    if (node === undefined) {
      degree++;
      continue;
    }
    // Queues are not cleaned when a degree changes; an entry counts only while it is true.
    if (adjacency[node]?.size !== degree) continue;
    const pivot = eliminate(adjacency, node, excess, h);
    pivots.push(pivot);
    for (const neighbor of pivot.neighbors) enqueue(neighbor);
    degree = Math.max(0, Math.min(degree, ...pivot.neighbors.map((i) => adjacency[i]?.size ?? degree)));
  }
  return pivots;
}

function eliminate(adjacency: Adjacency, node: number, excess: Float64Array, h: Float64Array): Pivot {
  const edges = adjacency[node] as Map<number, number>;
  adjacency[node] = undefined;
  const neighbors = Int32Array.from(edges.keys());
  const weights = Float64Array.from(edges.values());
  let pivot = excess[node];
  for (const weight of weights) pivot += weight;
  for (let k = 0; k < neighbors.length; k++) {
    const i = neighbors[k];
    const edgesOfI = adjacency[i] as Map<number, number>;
    const share = weights[k] / pivot;
    edgesOfI.delete(node);
    excess[i] += share * excess[node];
    h[i] += share * h[node];
    for (let l = 0; l < k; l++) {
      const j = neighbors[l];
      const weight = (edgesOfI.get(j) ?? 0) + share * weights[l];
      edgesOfI.set(j, weight);
      (adjacency[j] as Map<number, number>).set(i, weight);
    }
  }
  return { node, pivot, neighbors, weights };
}

/** The same elimination on the nodes that are left, with their weights in a dense matrix. */
function solveDenseRest(adjacency: Adjacency, excess: Float64Array, h: Float64Array): void {
  const nodes = Int32Array.from(adjacency.keys()).filter((node) => adjacency[node] !== undefined);
  const size = nodes.length;
  const position = new Int32Array(adjacency.length);
  nodes.forEach((node, k) => {
    position[node] = k;
  });
  const weights = new Float64Array(size * size);
  nodes.forEach((node, k) => {
    for (const [neighbor, weight] of adjacency[node] as Map<number, number>) {
      weights[k * size + position[neighbor]] = weight;
    }
  });
  const pivots = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    const row = k * size;
    let pivot = excess[nodes[k]];
    for (let l = k + 1; l < size; l++) pivot += weights[row + l];
    pivots[k] = pivot;
    if (!(pivot > 0)) continue;
    for (let l = k + 1; l < size; l++) {
      const share = weights[row + l] / pivot;
      if (share === 0) continue;
      excess[nodes[l]] += share * excess[nodes[k]];
      h[nodes[l]] += share * h[nodes[k]];
      const target = l * size;
      for (let q = l + 1; q < size; q++) weights[target + q] += share * weights[row + q];
    }
  }
  for (let k = size - 1; k >= 0; k--) {
    let sum = h[nodes[k]];
    for (let l = k + 1; l < size; l++) sum += weights[k * size + l] * h[nodes[l]];
    h[nodes[k]] = pivots[k] > 0 ? sum / pivots[k] : 0;
  }
}

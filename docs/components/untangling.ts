// A table of measurements with a known causal graph, and the swaps that find its order.
import { Random } from '@infimum/core';
import { graphDistance, topo } from '@infimum/graphs';

/** A graph to be found. */
export interface Model {
  readonly names: readonly string[];
  /** Pairs cause, effect. */
  readonly edges: readonly (readonly [number, number])[];
}

/** The order after each swap. */
export interface Stage {
  readonly order: readonly number[];
  /** Half of the sum of the residual variances. */
  readonly score: number;
  /** The two that have just changed places. */
  readonly swapped: readonly [number, number] | undefined;
  /** True edges that go backwards in this order. */
  readonly backward: number;
}

/** A history from a random order to the last swap, and the graph that it ends with. */
export interface Untangling {
  readonly model: Model;
  readonly stages: readonly Stage[];
  /** Score of the true order. */
  readonly trueScore: number;
  /** Edges of the answer after pruning. */
  readonly found: readonly (readonly [number, number])[];
  /** Edges that are missing, too many or turned round. */
  readonly errors: number;
  readonly milliseconds: number;
}

const PROTEINS = ['raf', 'mek', 'plcg', 'pip2', 'pip3', 'erk', 'akt', 'pka', 'pkc', 'p38', 'jnk'];
const CONSENSUS =
  'pkc raf,pkc mek,pkc jnk,pkc p38,pkc pka,pka raf,pka mek,pka erk,pka akt,pka jnk,pka p38,raf mek,mek erk,erk akt,plcg pip2,plcg pip3,pip3 pip2';

/** The consensus network of Sachs and others (2005): 17 edges among 11 proteins. */
export function proteinModel(): Model {
  const edges = CONSENSUS.split(',').map((edge) => {
    const [cause, effect] = edge.split(' ').map((name) => PROTEINS.indexOf(name));
    return [cause, effect] as const;
  });
  return { names: PROTEINS, edges };
}

/** A random graph of so many nodes and twice as many edges. */
export function randomModel(nodes: number, seed: number): Model {
  const random = new Random(seed);
  const order = random.permutation(nodes);
  const pairs = Array.from({ length: nodes }, (_, b) =>
    Array.from({ length: b }, (_, a) => [order[a], order[b]] as const),
  ).flat();
  const chosen = random.sample(pairs.length, Math.min(2 * nodes, pairs.length));
  return { names: Array.from({ length: nodes }, (_, i) => String(i + 1)), edges: Array.from(chosen, (k) => pairs[k]) };
}

/** Draws a table from the model, with unit noise, and untangles it from a random order. */
export function untangle(model: Model, rows: number, seed: number): Untangling {
  const d = model.names.length;
  const random = new Random(seed);
  const truth = new Float64Array(d * d);
  for (const [i, j] of model.edges) truth[i * d + j] = (random.uniform() < 0.5 ? -1 : 1) * (0.5 + 1.5 * random.uniform());
  const sorted = sortedOrder(truth, d);
  const values = new Float64Array(rows * d);
  for (let r = 0; r < rows; r++) {
    for (const j of sorted) {
      let sum = random.normal();
      for (let i = 0; i < d; i++) sum += truth[i * d + j] * values[r * d + i];
      values[r * d + j] = sum;
    }
  }
  const data = { rows, cols: d, values };
  const stages: Stage[] = [];
  const backwardOf = (order: readonly number[]) => model.edges.filter(([i, j]) => order.indexOf(i) > order.indexOf(j)).length;
  const plain = { prune: false, threshold: 0 } as const;
  const initialOrder = Int32Array.from(random.permutation(d));
  topo(data, {
    ...plain,
    initialOrder,
    onIteration: ({ score, solution }) => {
      const next = [...solution().order];
      const last = stages.at(-1);
      if (!last) {
        stages.push({ order: next, score, swapped: undefined, backward: backwardOf(next) });
        return;
      }
      // A round makes several disjoint swaps at once: one after the other here.
      let order = [...last.order];
      for (let a = 0; a < d; a++) {
        if (order[a] === next[a]) continue;
        const b = order.indexOf(next[a]);
        order = order.with(a, order[b]).with(b, order[a]);
        stages.push({ order, score, swapped: [order[a], order[b]], backward: backwardOf(order) });
      }
    },
  });
  const start = performance.now();
  const { weights } = topo(data, { initialOrder });
  const milliseconds = performance.now() - start;
  const found: [number, number][] = [];
  weights.forEach((weight, at) => {
    if (weight !== 0) found.push([Math.floor(at / d), at % d]);
  });
  const { score: trueScore } = topo(data, { ...plain, initialOrder: sorted, sizeSmall: 1, maxLarge: 0 });
  return { model, stages, trueScore, found, errors: graphDistance(truth, weights).shd, milliseconds };
}

/** Causes before effects. */
function sortedOrder(weights: Float64Array, d: number): Int32Array {
  const order: number[] = [];
  while (order.length < d) {
    for (let j = 0; j < d; j++) {
      if (order.includes(j)) continue;
      let isFree = true;
      for (let i = 0; i < d; i++) if (weights[i * d + j] !== 0 && !order.includes(i)) isFree = false;
      if (isFree) order.push(j);
    }
  }
  return Int32Array.from(order);
}

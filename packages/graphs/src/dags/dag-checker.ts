// Proves that a graph has no cycle, from an order of its nodes.
import type { Verdict } from '@infimum/core/certificate';
import type { DagInstance, DagSolution } from './dag-instance.ts';

/** An order of the nodes, causes first. */
export interface DagWitness {
  /** Every node once. */
  readonly order: readonly number[];
}

/** Judges an order: every edge must go from an earlier node to a later one. Throws nothing, whatever the witness. */
export function check({ data: { cols: d } }: DagInstance, { weights }: DagSolution, witness: unknown): Verdict {
  const { order } = (witness ?? {}) as Partial<DagWitness>;
  if (!Array.isArray(order) || order.length !== d || weights.length !== d * d)
    return { proved: false, reason: `the witness is not an order of ${d} nodes` };
  const places = new Array<number>(d).fill(-1);
  for (const [place, node] of order.entries()) if (places[node] === -1) places[node] = place;
  if (places.length !== d || places.includes(-1)) return { proved: false, reason: 'the order does not have every node once' };
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      // NaN is an edge as well.
      if (weights[i * d + j] !== 0 && !(places[i] < places[j]))
        return { proved: false, reason: `the edge ${i} → ${j} goes backwards` };
    }
  }
  return { proved: true, figures: { cycles: { lower: 0, upper: 0 } } };
}

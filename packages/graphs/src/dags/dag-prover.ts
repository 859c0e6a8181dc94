// Finds an order of the nodes of a graph without cycles.
import { topologicalOrder } from './dag-graph.ts';
import type { DagInstance, DagSolution } from './dag-instance.ts';

/** The order, or that there is a cycle. */
export function certify(_: DagInstance, { weights }: DagSolution): unknown {
  const order = topologicalOrder(weights);
  return order ? { order: Array.from(order) } : 'the graph has a cycle';
}

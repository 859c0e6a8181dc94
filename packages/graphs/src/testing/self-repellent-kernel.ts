// The kernel K[x] of the self-repellent walk and its stationary distribution by their definitions, whole vectors.
import type { Graph } from '../graph/graph.ts';
import type { Transitions } from '../walks/transitions.ts';
import { asPositive } from '../walks/transitions.ts';

/** The row i of the kernel K[x]. */
export function selfRepellentRow(
  graph: Graph,
  transitions: Transitions,
  x: Float64Array,
  i: number,
  alpha: number,
): Float64Array {
  asPositive(x, 'x', graph.nodes);
  const row = new Float64Array(graph.nodes);
  const { move, stay, stationary } = transitions;
  row[i] = stay[i];
  for (let k = graph.rowPointers[i]; k < graph.rowPointers[i + 1]; k++) row[graph.columnIndices[k]] = move[k];
  let total = 0;
  for (let j = 0; j < row.length; j++) {
    if (row[j] > 0) row[j] *= (x[j] / stationary[j]) ** -alpha;
    total += row[j];
  }
  return row.map((entry) => entry / total);
}

/** π_i[x] ∝ Σ_j μ_i P_ij (x_i/μ_i)^-α (x_j/μ_j)^-α, the stationary distribution of K[x] for frozen x. */
export function selfRepellentStationary(
  graph: Graph,
  { move, stay, stationary }: Transitions,
  x: Float64Array,
  alpha: number,
): Float64Array {
  asPositive(x, 'x', graph.nodes);
  const factor = x.map((entry, i) => (entry / stationary[i]) ** -alpha);
  const law = factor.map((own, i) => {
    let sum = stay[i] * own;
    for (let k = graph.rowPointers[i]; k < graph.rowPointers[i + 1]; k++) sum += move[k] * factor[graph.columnIndices[k]];
    return stationary[i] * own * sum;
  });
  const total = law.reduce((a, b) => a + b, 0);
  return law.map((entry) => entry / total);
}

// What experts keep of the tokens that they are offered: their best, up to their capacity.
import type { MatrixLike } from '@infimum/core';
import type { ExpertAssignment, Routing } from './expert-assignment.ts';

/** The routing in which every expert keeps the best of the tokens that it is offered. */
export function keepBest(
  { rows, cols, values }: MatrixLike,
  capacities: Int32Array,
  isOffered: (token: number, expert: number) => boolean,
): Routing {
  const taken = new Uint8Array(rows * cols);
  const loads = new Int32Array(cols);
  const tokenPointers = new Int32Array(rows + 1);
  for (let k = 0; k < cols; k++) {
    const offered: number[] = [];
    for (let i = 0; i < rows; i++) if (isOffered(i, k)) offered.push(i);
    offered.sort((i, j) => values[j * cols + k] - values[i * cols + k] || i - j);
    loads[k] = Math.min(offered.length, capacities[k]);
    for (const i of offered.slice(0, loads[k])) {
      taken[i * cols + k] = 1;
      tokenPointers[i + 1]++;
    }
  }
  for (let i = 0; i < rows; i++) tokenPointers[i + 1] += tokenPointers[i];
  const experts = new Int32Array(tokenPointers[rows]);
  for (let entry = 0, at = 0; entry < taken.length; entry++) if (taken[entry]) experts[at++] = entry % cols;
  return { tokenPointers, experts, loads };
}

/** The routing once every expert has dropped the tokens of lowest score that exceed its capacity. */
export function withoutOverflow(
  { scores }: ExpertAssignment,
  { tokenPointers, experts }: Routing,
  capacities: Int32Array,
): Routing {
  const isRouted = new Uint8Array(scores.rows * scores.cols);
  for (let i = 0; i < scores.rows; i++) {
    for (let at = tokenPointers[i]; at < tokenPointers[i + 1]; at++)
      isRouted[i * scores.cols + experts[at]] = 1;
  }
  return keepBest(scores, capacities, (token, expert) => isRouted[token * scores.cols + expert] === 1);
}

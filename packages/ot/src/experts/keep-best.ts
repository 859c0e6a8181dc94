// The tokens that experts keep of those offered: the best, up to the capacity.
import type { DenseLike } from '@infimum/core';
import { selectSmallest } from '@infimum/linalg/numerics';
import type { ExpertAssignment, Routing } from './expert-assignment.ts';

/** The routing in which every expert keeps the best of the tokens that it is offered, of equal ones the earlier. O(T E). */
export function keepBest(
  { rows, cols, values }: DenseLike,
  capacities: Int32Array,
  isOffered: (token: number, expert: number) => boolean,
): Routing {
  const taken = new Uint8Array(rows * cols);
  const loads = new Int32Array(cols);
  const tokenPointers = new Int32Array(rows + 1);
  const room = new Float64Array(rows);
  for (let k = 0; k < cols; k++) {
    let count = 0;
    for (let i = 0; i < rows; i++) if (isOffered(i, k)) room[count++] = values[i * cols + k];
    const offered = room.subarray(0, count);
    loads[k] = Math.min(count, capacities[k]);
    const least = leastOfLargest(offered, loads[k]);
    // Selection leaves what is kept behind what is not.
    let ties = 0;
    for (let at = count - loads[k]; at < count; at++) if (offered[at] === least) ties++;
    for (let i = 0; i < rows; i++) {
      const score = values[i * cols + k];
      if (score < least || !isOffered(i, k) || (score === least && ties-- <= 0)) continue;
      taken[i * cols + k] = 1;
      tokenPointers[i + 1]++;
    }
  }
  for (let i = 0; i < rows; i++) tokenPointers[i + 1] += tokenPointers[i];
  const experts = new Int32Array(tokenPointers[rows]);
  for (let entry = 0, at = 0; entry < taken.length; entry++) if (taken[entry]) experts[at++] = entry % cols;
  return { tokenPointers, experts, loads };
}

/** The smallest of the `count` largest values, which are moved to the end; infinite if there are none. */
function leastOfLargest(values: Float64Array, count: number): number {
  return count === 0 ? Infinity : selectSmallest(values, values.length - count);
}

/** The routing once every expert has dropped the tokens of lowest score that exceed its capacity. */
export function withoutOverflow(
  { scores }: ExpertAssignment,
  { tokenPointers, experts }: Routing,
  capacities: Int32Array,
): Routing {
  const isRouted = new Uint8Array(scores.rows * scores.cols);
  for (let i = 0; i < scores.rows; i++) {
    for (let at = tokenPointers[i]; at < tokenPointers[i + 1]; at++) isRouted[i * scores.cols + experts[at]] = 1;
  }
  return keepBest(scores, capacities, (token, expert) => isRouted[token * scores.cols + expert] === 1);
}

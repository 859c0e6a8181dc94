// The exact plan between equally many points of equal weight, by shortest augmenting paths or by the network simplex: first the one
// that is predicted from the costs to be faster, then the other if the prediction fails.
import type { Iterate, Steps } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { networkSimplexSteps } from '../exact/network-simplex.ts';
import type { Transport, TransportPlan } from '../transport.ts';
import { total } from '../transport.ts';
import { assignmentTransportSteps } from './assignment-transport.ts';
import { shortestPathSteps } from './linear-assignment.ts';

/** What was chosen, and why; it changes where the choice does. */
export interface ExactChoice {
  /** The method at work. */
  method: 'linearAssignment' | 'emd';
  /** Why it is at work. */
  why: string;
}

/** Where the disorder of the costs is more than this share of the columns, paths are short however many there are. */
const RANDOM = 0.25;

/** Where fewer of the columns are the cheapest of any row, many rows are left to long paths. */
const FEW_CHEAPEST = 0.45;

/** Where the disorder is that of so few columns paths grow long, and of so many they are short in problems of any size. */
const FEW_CHEAPER = 3.6;
const MANY_CHEAPER = 10;

/** Rows from which on paths grow long for all but the most disorderly costs. */
const MANY_ROWS = 500;

/** Below so many rows both take about a millisecond. */
const FEW_ROWS = 150;

/** Rows that paths may be extended by, for every row of the problem, before the network simplex would have been quicker. */
const MOST_SCANS = 15;

/** Paths grow longer towards the end: all of them by so many times the mean so far. */
const GROWTH = 2;

/** The steps of the quicker method for a problem that is an assignment. */
export function* assignmentOrSimplexSteps(
  problem: Transport,
  choice: ExactChoice,
): Steps<TransportPlan, Iterate<TransportPlan>> {
  const isSmall = problem.a.length < FEW_ROWS;
  if (!isSmall && !isForPaths(problem.cost)) {
    choice.method = 'emd';
    choice.why = 'near sources have similar costs, for which it is faster than assignment';
    return yield* networkSimplexSteps(problem);
  }
  choice.method = 'linearAssignment';
  choice.why = 'equal weights on as many sources as targets make it an assignment';
  const steps = assignmentTransportSteps(problem, shortestPathSteps(problem.cost));
  let first = 0;
  let iteration = 0;
  try {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return step.value;
      iteration = step.value.iteration;
      yield step.value;
      const { unassigned, scanned } = step.value;
      if (iteration === 1) first = unassigned;
      const foretold = scanned + (GROWTH * scanned * unassigned) / Math.max(1, first - unassigned);
      if (!isSmall && iteration > 1 && unassigned > 0 && foretold > MOST_SCANS * problem.a.length) break;
    }
  } finally {
    steps.return(undefined as never);
  }
  choice.method = 'emd';
  choice.why = 'assignment would need many or long augmenting paths';
  const others = networkSimplexSteps(problem);
  for (let step = others.next(); ; step = others.next()) {
    if (step.done) return step.value;
    yield { ...step.value, iteration: ++iteration };
  }
}

/** Whether shortest augmenting paths promise to be quicker; O(n m). */
function isForPaths(cost: DenseMatrix): boolean {
  const { rows, cols, values } = cost;
  const disorder = disorderOf(cost);
  if (disorder > RANDOM) return true;
  const isCheapest = new Uint8Array(cols);
  for (let i = 0; i < rows; i++) {
    let best = i * cols;
    for (let k = best + 1; k < (i + 1) * cols; k++) if (values[k] < values[best]) best = k;
    isCheapest[best - i * cols] = 1;
  }
  if (total(isCheapest) < FEW_CHEAPEST * cols) return false;
  return disorder * rows > (rows > MANY_ROWS ? MANY_CHEAPER : FEW_CHEAPER);
}

/** Rows that are looked at. */
const SAMPLED_ROWS = 16;

/**
 * How little the costs of different rows are related: for a row, the row that is nearest to its cheapest column, and the
 * share of the columns that are cheaper there than the second cheapest one of the first; the mean over some rows, O(n + m)
 * each. About a half for costs without structure, near zero between points of low dimension: there shortest augmenting
 * paths grow long.
 */
export function disorderOf({ rows, cols, values }: DenseMatrix): number {
  if (rows < 2 || cols < 2) return 1;
  let sum = 0;
  for (let sample = 0; sample < SAMPLED_ROWS; sample++) {
    const i = Math.floor(((sample + 0.5) / SAMPLED_ROWS) * rows);
    const own = i * cols;
    let first = values[own + 1] < values[own] ? 1 : 0;
    let second = 1 - first;
    for (let j = 2; j < cols; j++) {
      const cost = values[own + j];
      if (cost >= values[own + second]) continue;
      if (cost < values[own + first]) {
        second = first;
        first = j;
      } else second = j;
    }
    let nearest = i === 0 ? 1 : 0;
    for (let k = nearest + 1; k < rows; k++) {
      if (k !== i && values[k * cols + first] < values[nearest * cols + first]) nearest = k;
    }
    const bound = values[nearest * cols + second];
    let cheaper = 0;
    for (let j = 0, k = nearest * cols; j < cols; j++, k++) if (values[k] < bound) cheaper++;
    sum += cheaper / cols;
  }
  return sum / SAMPLED_ROWS;
}

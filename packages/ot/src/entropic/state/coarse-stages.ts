// A few of Anderson's sweeps at larger epsilons, before those at the requested one: the masses of parts of the plan that hardly
// exchange mass at a small epsilon are corrected while they still exchange some. The kernel of a smaller epsilon is a
// power of the plan that a stage ends with, so that a stage costs its sweeps and a pass over the kernel.
import { portableExp } from '@infimum/core/portable-math';
import { transportKernels } from '../../kernels.ts';
import { ExtrapolatedSweeps, SWEEPS_MEMORY } from './anderson-sweeps.ts';
import type { EntropicState } from './entropic-state.ts';
import type { SinkhornIterate } from './normalized-problem.ts';
import { absorbScalings, ScaledKernel } from './sinkhorn-scaling.ts';

/** Costs that span fewer epsilons need no stage: where there are many entries, parts of the plan exchange enough. */
const STAGED_SPAN = 60;
const LARGE_STAGED_SPAN = 150;
const LARGE = 120_000;

/** Binary logarithm of the first stage's epsilon over the one that is asked for; beyond so many epsilons it is further away. */
const SQUARINGS = 3;
const FAR_SPAN = 600;
const FAR_SQUARINGS = 4;

/** The next one's, where the first is far away or has shown that parts of the plan exchange mass. */
const NEXT_SQUARINGS = 2;

/** Share of the mass that is wrong when a stage ends, of costs that span up to so many epsilons and of others. */
const MILD_SPAN = 150;
const MILD_ERROR = 0.1;
const STAGE_ERROR = 0.01;

/** Parts of the plan exchange mass where a first stage takes so many sweeps; the next one is to be thorough then. */
const SLOW_SWEEPS = 6;
const THOROUGH_ERROR = 1e-3;

/** Sweeps of a stage at most. */
const MOST_SWEEPS = 40;

/** News of a sweep at an epsilon of its own. */
export interface CoarseIterate extends SinkhornIterate {
  /** The epsilon of the sweep. */
  readonly epsilon: number;
}

/** Whether stages are worthwhile for costs with so many entries that span so many epsilons. */
export function needsCoarseStages(entries: number, span: number): boolean {
  return span > (entries < LARGE ? STAGED_SPAN : LARGE_STAGED_SPAN);
}

/**
 * The stages, from potentials of zero. Afterwards the state has potentials for its own epsilon, and their kernel in `plan`.
 *
 * @param span - largest reduced cost over epsilon
 * @returns whether parts of the plan exchanged mass, which took many sweeps
 */
export function* coarseStages(state: EntropicState, span: number): Generator<CoarseIterate, boolean, undefined> {
  const isFar = span > FAR_SPAN;
  const squarings = isFar ? FAR_SQUARINGS : SQUARINGS;
  const error = span > MILD_SPAN ? STAGE_ERROR : MILD_ERROR;
  const isSlow = (yield* stage(state, squarings, error, true)) > SLOW_SWEEPS;
  if (!isSlow && !isFar) {
    fall(state, squarings, 0);
    return isSlow;
  }
  fall(state, squarings, NEXT_SQUARINGS);
  yield* stage(state, NEXT_SQUARINGS, isSlow ? THOROUGH_ERROR : error, false);
  fall(state, NEXT_SQUARINGS, 0);
  return isSlow;
}

/** Sweeps at 2^squarings epsilons until so little of the mass is wrong; both sides are fitted at the end. Returns their number. */
function* stage(
  state: EntropicState,
  squarings: number,
  target: number,
  isFirst: boolean,
): Generator<CoarseIterate, number, undefined> {
  const epsilon = state.epsilon * 2 ** squarings;
  const kernel = new ScaledKernel(state, epsilon);
  if (isFirst) kernel.build();
  const sweeps = new ExtrapolatedSweeps(state, kernel, SWEEPS_MEMORY);
  const solution = () => kernel.solution();
  sweeps.begin(epsilon);
  for (let count = 1; ; count++) {
    const marginalError = sweeps.fit();
    yield { iteration: count - 1, marginalError, epsilon, solution };
    if (marginalError <= target || count > MOST_SWEEPS) {
      sweeps.fitColumns();
      return count;
    }
    sweeps.extrapolate();
  }
}

/**
 * Goes from 2^before epsilons to 2^after ones, with x_i - epsilon log a_i and y_j - epsilon log b_j as they are: the kernel
 * exp((x_i + y_j - C_ij) / epsilon) is a power of the plan u_i K_ij v_j then, divided by powers of the weights; O(nm) without
 * exponentials of the costs.
 */
function fall(state: EntropicState, before: number, after: number): void {
  const { n, m, logA, logB, x, y, plan, rowScaling, columnScaling, workspace } = state;
  const squarings = before - after;
  const factor = 2 ** squarings;
  const epsilon = state.epsilon * 2 ** before;
  absorbScalings(state, epsilon);
  const change = epsilon / factor - epsilon;
  for (let i = 0; i < n; i++) {
    x[i] += change * logA[i];
    rowScaling[i] *= portableExp((1 / factor - 1) * logA[i]);
  }
  for (let j = 0; j < m; j++) {
    y[j] += change * logB[j];
    columnScaling[j] *= portableExp((1 / factor - 1) * logB[j]);
  }
  const { sharpen } = workspace.kernels(transportKernels);
  for (let i = 0; i < n; i++) {
    sharpen(m, plan.byteOffset + 8 * i * m, rowScaling[i], columnScaling.byteOffset, squarings);
  }
  rowScaling.fill(1);
  columnScaling.fill(1);
}

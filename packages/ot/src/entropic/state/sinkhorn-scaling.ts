// Sinkhorn's iteration with scalings of a kernel into which the potentials have been absorbed.
//
// B. Schmitzer: Stabilized sparse scaling algorithms for entropy regularized transport problems (2019),
// arXiv 1610.06519.
import type { Steps } from '@infimum/core';
import { stalled } from '@infimum/core';
import { portableLog } from '@infimum/core/portable-math';
import { runBlocks } from '@infimum/linalg/kernels';
import { scalingSweep } from '../../kernels.ts';
import { distance } from '../../plan-metrics.ts';
import { Progress } from '../../progress.ts';
import type { EntropicState } from './entropic-state.ts';
import type { EntropicPlan, SinkhornIterate } from './normalized-problem.ts';

/** Scalings are absorbed when one leaves 2^-72 … 2^72, about exp(50). */
const LARGEST_SCALING = 2 ** 72;

/** Sweeps after which they are absorbed anyway, against rounding. */
export const ABSORB_EVERY = 100;

/**
 * Sweeps u = a / K v, v = b / K'u with the kernel K = exp((x + y - C) / epsilon); one pass over K each.
 *
 * In the domain `auto` the potentials x and y absorb the scalings, and whenever a row or a column of K vanishes
 * one sweep in the log domain brings it back. In the domain `scaling` x and y stay zero.
 */
export function* scalingSweeps(
  state: EntropicState,
  epsilon: number,
  tolerance: number,
  domain: 'auto' | 'scaling',
): Steps<EntropicPlan, SinkhornIterate> {
  const kernel = new ScaledKernel(state, epsilon);
  const progress = new Progress(tolerance, state.errorFloor(epsilon));
  const solution = () => kernel.solution();
  const isSafe = domain === 'scaling' || kernel.isSafe();
  let marginalError = isSafe ? 0 : logDomainSweep(state, epsilon);
  kernel.build();
  if (isSafe) {
    marginalError = kernel.sweep();
    if (!kernel.isUsable()) kernel.reset();
  }
  yield { iteration: 0, marginalError, solution };
  for (let iteration = 1; ; iteration++) {
    marginalError = kernel.sweep();
    if (!kernel.isUsable()) {
      kernel.reset();
      if (domain === 'scaling') return stalled(solution(), UNDERFLOW);
      marginalError = logDomainSweep(state, epsilon);
      kernel.build();
    } else if (domain === 'auto' && (iteration % ABSORB_EVERY === 0 || kernel.isExtreme())) {
      kernel.absorb();
      kernel.build();
    }
    yield { iteration, marginalError, solution };
    const end = progress.conclude(marginalError, state.problem.mass, solution);
    if (end) return end;
  }
}

const UNDERFLOW = "exp(-cost / epsilon) underflows; use domain 'log' or a larger epsilon";

/** Moves the scalings into the potentials: x += epsilon log u, y += epsilon log v. */
export function absorbScalings({ x, y, rowScaling, columnScaling }: EntropicState, epsilon: number): void {
  for (let i = 0; i < x.length; i++) x[i] += epsilon * portableLog(rowScaling[i]);
  for (let j = 0; j < y.length; j++) y[j] += epsilon * portableLog(columnScaling[j]);
}

/** One sweep over logarithms, rows first; returns by how much the row sums were off before. */
export function logDomainSweep(state: EntropicState, epsilon: number): number {
  const error = state.updateSource(epsilon);
  state.updateTarget(epsilon);
  return error;
}

/** The kernel of the state's potentials, kept in `state.plan`, and the scalings of its rows and columns. */
export class ScaledKernel {
  readonly #state: EntropicState;
  readonly #epsilon: number;

  constructor(state: EntropicState, epsilon: number) {
    this.#state = state;
    this.#epsilon = epsilon;
  }

  /** u. */
  get rowScaling(): Float64Array {
    return this.#state.rowScaling;
  }

  /** v. */
  get columnScaling(): Float64Array {
    return this.#state.columnScaling;
  }

  /** Sums of the columns that the last pass over the kernel saw. */
  get columnSums(): Float64Array {
    return this.#state.columnSums;
  }

  /** Whether no row or column of the kernel can vanish: potentials are zero, and reduced costs have a zero in each. */
  isSafe(): boolean {
    const { x, y } = this.#state;
    return x.every(isZero) && y.every(isZero);
  }

  /** Computes the kernel from the potentials; scalings begin at one. */
  build(): void {
    this.#state.evaluate(this.#epsilon);
    this.reset();
  }

  /** Forgets the scalings. */
  reset(): void {
    this.#state.rowScaling.fill(1);
    this.#state.columnScaling.fill(1);
  }

  /** One sweep in one pass over the kernel; returns the l1 error of the marginals before it. */
  sweep(): number {
    const { m, a, b, columnScaling, rowSums, columnSums } = this.#state;
    this.fitRows();
    // The columns fitted before the sweep, so the rows' error is the whole error.
    const error = distance(rowSums, a);
    for (let j = 0; j < m; j++) columnScaling[j] = b[j] / columnSums[j];
    return error;
  }

  /** The half of a sweep that passes over the kernel: u = a / K v, with the columns' sums K'u and what rows summed to before. */
  fitRows(): void {
    const { m, plan, a, rowScaling, columnScaling, rowSums, workspace } = this.#state;
    this.#state.sumByBlocks((rows, sumsOf) =>
      runBlocks(workspace, scalingSweep, rows, {
        cols: m,
        kernel: plan,
        a,
        v: columnScaling,
        u: rowScaling,
        rowSums,
        columnSums: sumsOf,
      }),
    );
  }

  /** Whether no sum has vanished or overflown. */
  isUsable(): boolean {
    const { rowScaling, columnScaling } = this.#state;
    return rowScaling.every(isPositiveFinite) && columnScaling.every(isPositiveFinite);
  }

  /** Whether a scaling has left the range in which products keep their accuracy. */
  isExtreme(): boolean {
    const { rowScaling, columnScaling } = this.#state;
    return rowScaling.some(isLarge) || columnScaling.some(isLarge);
  }

  /** Moves the scalings into the potentials. */
  absorb(): void {
    absorbScalings(this.#state, this.#epsilon);
  }

  /** The plan u_i K_ij v_j and its potentials; leaves the iteration as it is. */
  solution(): EntropicPlan {
    const { x, y, rowScaling, columnScaling } = this.#state;
    const absorbedX = x.map((value, i) => value + this.#epsilon * portableLog(rowScaling[i]));
    const absorbedY = y.map((value, j) => value + this.#epsilon * portableLog(columnScaling[j]));
    return this.#state.scaledSolution(absorbedX, absorbedY);
  }
}

function isZero(value: number): boolean {
  return value === 0;
}

/** Whether a sum has neither vanished nor overflown. */
export function isPositiveFinite(value: number): boolean {
  return value > 0 && value < Infinity;
}

/** Whether a scaling has left the range in which products keep their accuracy. */
export function isLarge(value: number): boolean {
  return value > LARGEST_SCALING || value < 1 / LARGEST_SCALING;
}

// The Gibbs kernel of a state's potentials without the entries that are too small to matter.
//
// Where epsilon is small against the costs nearly all of P_ij = exp((x_i + y_j - C_ij) / epsilon) is far below rounding.
// Left out are entries below exp(-depth) times the mass of their row and of their column, together at most
// min(n, m) exp(-depth) of the total mass, and entries below a mass of which n m are as little; kept are pairs of columns
// with an entry above. As long as the potentials rise by at most `SLACK` epsilons no more than exp(SLACK) times that is
// missing: beyond, the kernel is built anew. B. Schmitzer truncates in the
// same way (arXiv 1610.06519), by a bound of the dual variables on a hierarchy of coarser problems instead.
import { portableExp, portableLog } from '@infimum/core/portable-math';
import type { WorkspaceSizes } from '@infimum/linalg/kernels';
import { runBlocks } from '@infimum/linalg/kernels';
import { countPairs, fillPairs, transportKernels } from '../../kernels.ts';
import { distance } from '../../plan-metrics.ts';
import { total } from '../../transport.ts';
import type { EntropicState } from '../state/entropic-state.ts';
import type { EntropicPlan } from '../state/normalized-problem.ts';

/** By how many epsilons the potentials may rise before the kernel is built anew. */
const SLACK = 6;

/** What is left out of a light row or column is at most one part in so many of its weight. */
const LIGHT_SHARE = 1e4;

/** Rows that a thread takes at a time. */
const ROWS_PER_BLOCK = 64;

/** Room for a kernel in the workspace of a state, in the form of `EntropicState`. */
export function truncatedKernelSizes(n: number, m: number): WorkspaceSizes {
  const pairs = n * Math.ceil(m / 2);
  const even = 2 * Math.ceil(m / 2);
  return { float64: [Math.ceil(pairs / 2), n, even, n, even, n, even], int32: [n + 1] };
}

/** The kept entries, in the place of the state's plan, of a plan u_i K_ij v_j with its marginals. */
export class TruncatedKernel {
  /** Row sums of the plan. */
  readonly rowSums: Float64Array;
  /** Column sums of the plan. */
  readonly columnSums: Float64Array;
  /** u. */
  readonly rowScaling: Float64Array;
  /** v. */
  readonly columnScaling: Float64Array;
  /** Where the pairs of a row begin, length n + 1. */
  readonly rowPointers: Int32Array;

  readonly #state: EntropicState;
  readonly #u: Float64Array;
  readonly #v: Float64Array;
  readonly #lowX: Float64Array;
  readonly #lowY: Float64Array;
  readonly #columnSums: Float64Array;
  readonly #columns: number;
  readonly #values: number;
  /** Potentials for which the pairs were chosen. */
  readonly #chosenX: Float64Array;
  readonly #chosenY: Float64Array;
  #epsilon = 0;
  #depth = 0;
  /** The logarithm of a mass below which no entry matters, unless its row or column is as light. */
  #lowest = 0;
  #isWhole = false;
  /** Step of the current direction that the state's potentials have taken already. */
  #taken = 0;

  /** @param state - with the room of `truncatedKernelSizes` */
  constructor(state: EntropicState) {
    const { n, m, workspace } = state;
    const pairs = n * Math.ceil(m / 2);
    const even = 2 * Math.ceil(m / 2);
    this.#state = state;
    this.#values = state.plan.byteOffset;
    this.#columns = workspace.scratch(Math.ceil(pairs / 2));
    this.#u = workspace.float64(n);
    this.#v = workspace.float64(even);
    this.#lowX = workspace.float64(n);
    this.#lowY = workspace.float64(even);
    this.rowSums = workspace.float64(n);
    this.#columnSums = workspace.float64(even);
    this.columnSums = this.#columnSums.subarray(0, m);
    this.rowScaling = this.#u;
    this.columnScaling = this.#v.subarray(0, m);
    this.rowPointers = workspace.int32(n + 1);
    this.#chosenX = new Float64Array(n);
    this.#chosenY = new Float64Array(m);
  }

  /** First columns of the pairs. */
  get columns(): Int32Array {
    return new Int32Array(this.#state.cost.buffer, this.#columns, this.rowPointers[this.#state.n]);
  }

  /** The kernel's entries, two a pair; the plan itself after `build` and `absorb`. */
  get values(): Float64Array {
    return new Float64Array(this.#state.cost.buffer, this.#values, 2 * this.rowPointers[this.#state.n]);
  }

  /**
   * Chooses the entries for the state's potentials and computes them; O(nm), with exponentials of what is kept.
   *
   * @param omitted - l1 error of the marginals, as a share of the total mass, that may come from what is left out
   * @returns the l1 error of the marginals
   */
  chooseFor(epsilon: number, omitted: number): number {
    const { n, m, a } = this.#state;
    this.#epsilon = epsilon;
    this.#depth = SLACK + Math.max(0, portableLog((4 * Math.min(n, m)) / omitted));
    this.#lowest = portableLog(total(a)) + portableLog(omitted / (4 * n * m)) - SLACK;
    return this.build();
  }

  /** One Sinkhorn sweep on what is kept, O(kept entries); `absorb` sees whether that is still enough. */
  sweep(): void {
    const { b, m } = this.#state;
    this.fitRows();
    for (let j = 0; j < m; j++) this.#v[j] = b[j] / this.columnSums[j];
    if (!(this.#u.every(isUsable) && this.columnScaling.every(isUsable))) this.#sweepExactly();
  }

  /** A sweep, and the l1 error of the marginals after it. */
  fittedError(): number {
    this.sweep();
    this.#sum('pairSums');
    return this.#error();
  }

  /** The half of a sweep that passes over the kernel: u = a / K v, with the columns' sums K'u. */
  fitRows(): void {
    const { a, n } = this.#state;
    this.#columnSums.fill(0);
    this.#kernels().pairSweep(
      0,
      n,
      this.rowPointers.byteOffset,
      this.#columns,
      this.#values,
      a.byteOffset,
      this.#v.byteOffset,
      this.#u.byteOffset,
      this.rowSums.byteOffset,
      this.#columnSums.byteOffset,
    );
  }

  /** The share of all entries of the plan that are larger than a mass would be that is spread over all of them; O(kept entries). */
  shareThatMatters(mass: number): number {
    const { n, m } = this.#state;
    const { columns, values, rowPointers } = this;
    let count = 0;
    for (let i = 0; i < n; i++) {
      const least = mass / (n * m * this.#u[i]);
      for (let pair = rowPointers[i]; pair < rowPointers[i + 1]; pair++) {
        const j = columns[pair];
        if (values[2 * pair] * this.#v[j] > least) count++;
        if (values[2 * pair + 1] * this.#v[j + 1] > least) count++;
      }
    }
    return count / (n * m);
  }

  /** A sweep over all entries, where a row or a column has lost all that was kept of it. */
  #sweepExactly(): void {
    this.#state.updateSource(this.#epsilon);
    this.#state.updateTarget(this.#epsilon);
    this.build();
  }

  /**
   * Fits the rows over all entries, and chooses anew what is kept, where a row has lost all of it; O(nm).
   *
   * @returns the l1 error of the marginals
   */
  refit(): number {
    this.#state.updateSource(this.#epsilon);
    return this.build();
  }

  /**
   * Makes the scalings part of the state's potentials and the kernel the plan; O(kept entries), or O(nm) if that takes
   * the potentials too far.
   *
   * @returns the l1 error of the marginals
   */
  absorb(): number {
    this.#taken = 0;
    return this.#absorb();
  }

  /** Makes the scalings part of the state's potentials, where the kernel is not needed any more. */
  settle(): void {
    this.#moveInto(this.#state.x, this.#state.y);
  }

  #absorb(): number {
    const isFar = this.#rise() > SLACK;
    this.#moveInto(this.#state.x, this.#state.y);
    if (isFar) return this.build();
    this.#sum('scalePairs');
    this.#u.fill(1);
    this.#v.fill(1, 0, this.#state.m);
    return this.#error();
  }

  /**
   * Moves the potentials away from those of the last `absorb`. Sums are those of the new plan, and `absorb` makes it the
   * state's; O(kept entries), or O(nm) if that takes the potentials too far.
   *
   * @param direction - the sources' part, then the targets', in units of epsilon
   * @returns the l1 error of the marginals there
   */
  tryStep(direction: Float64Array, step: number): number {
    const { n, m } = this.#state;
    const rest = step - this.#taken;
    for (let i = 0; i < n; i++) this.#u[i] = portableExp(rest * direction[i]);
    for (let j = 0; j < m; j++) this.#v[j] = portableExp(rest * direction[n + j]);
    if (this.#rise() > SLACK) {
      this.#taken = step;
      return this.#absorb();
    }
    this.#sum('pairSums');
    return this.#error();
  }

  /** The whole plan of the potentials that the iteration has come to, which goes on from there. */
  solution(): EntropicPlan {
    const { x, y } = this.#state;
    const [keptX, keptY, keptValues] = [x.slice(), y.slice(), this.values.slice()];
    this.#moveInto(x, y);
    const solution = this.#state.solution(this.#epsilon);
    x.set(keptX);
    y.set(keptY);
    this.values.set(keptValues);
    return solution;
  }

  #kernels() {
    return this.#state.workspace.kernels(transportKernels);
  }

  #moveInto(x: Float64Array, y: Float64Array): void {
    for (let i = 0; i < x.length; i++) x[i] += this.#epsilon * portableLog(this.#u[i]);
    for (let j = 0; j < y.length; j++) y[j] += this.#epsilon * portableLog(this.#v[j]);
  }

  /** The largest rise of x_i + y_j since the pairs were chosen, in units of epsilon; 0 where nothing is left out. */
  #rise(): number {
    if (this.#isWhole) return 0;
    const { x, y } = this.#state;
    return largestRise(x, this.#chosenX, this.#u, this.#epsilon) + largestRise(y, this.#chosenY, this.#v, this.#epsilon);
  }

  /** Chooses the entries for the state's potentials anew; returns the l1 error of the marginals. */
  build(): number {
    const { n, m, x, y, cost, logA, logB, workspace } = this.#state;
    const epsilon = this.#epsilon;
    this.#chosenX.set(x);
    this.#chosenY.set(y);
    this.#u.fill(1);
    this.#v.fill(1, 0, m);
    for (let i = 0; i < n; i++) this.#lowX[i] = epsilon * this.#lowFor(logA[i], m);
    for (let j = 0; j < m; j++) this.#lowY[j] = epsilon * this.#lowFor(logB[j], n);
    const rows = { items: n, block: ROWS_PER_BLOCK };
    const pointers = this.rowPointers;
    const pairs = { cols: m, cost, x, y, lowX: this.#lowX, lowY: this.#lowY };
    runBlocks(workspace, countPairs, rows, { ...pairs, counts: pointers.subarray(1) });
    pointers[0] = 0;
    for (let i = 0; i < n; i++) pointers[i + 1] += pointers[i];
    this.#isWhole = pointers[n] === n * Math.ceil(m / 2);
    runBlocks(workspace, fillPairs, rows, {
      ...pairs,
      scale: 1 / epsilon,
      pointers,
      columns: this.#columns,
      values: this.#values,
    });
    this.#sum('pairSums');
    return this.#error();
  }

  /** The logarithm of the mass from which an entry counts, in a row or column of so many with that weight. */
  #lowFor(logWeight: number, entries: number): number {
    const light = logWeight - SLACK - portableLog(LIGHT_SHARE * entries);
    return Math.max(logWeight - this.#depth, Math.min(this.#lowest, light));
  }

  #sum(kernel: 'pairSums' | 'scalePairs'): void {
    this.#columnSums.fill(0);
    this.#kernels()[kernel](
      0,
      this.#state.n,
      this.rowPointers.byteOffset,
      this.#columns,
      this.#values,
      this.#u.byteOffset,
      this.#v.byteOffset,
      this.rowSums.byteOffset,
      this.#columnSums.byteOffset,
    );
  }

  #error(): number {
    return distance(this.rowSums, this.#state.a) + distance(this.columnSums, this.#state.b);
  }
}

function isUsable(scaling: number): boolean {
  return scaling > 0 && scaling < Infinity;
}

/** The largest rise of a potential that is to be scaled. */
function largestRise(after: Float64Array, before: Float64Array, scaling: Float64Array, epsilon: number): number {
  let largest = -Infinity;
  for (let i = 0; i < before.length; i++) {
    const rise = (after[i] - before[i]) / epsilon + portableLog(scaling[i]);
    if (!(rise <= largest)) largest = rise;
  }
  return largest;
}

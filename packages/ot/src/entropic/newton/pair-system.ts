// Newton directions on what is kept of a plan in pairs of columns, by conjugate gradients on the Schur complement.
//
// H D = g with H = [R P; P' C] becomes, with the sources eliminated,
//
//   S y = g_y - P' R^-1 g_x,   S = C - P' R^-1 P,   x = R^-1 (g_x - P y).
//
// R and C are the sums of the kept entries and an excess: what was dropped, and a damping. With its diagonal as
// preconditioner S takes less than half the iterations of H, each with as many products. S is a Laplacian plus a diagonal:
// S y = e y + sum_i P_i (y - t_i) with the means t = R^-1 P y, without the cancellation of C y - P' t.
import { conjugateGradient } from '@infimum/linalg';
import type { WorkspaceSizes } from '@infimum/linalg/kernels';
import { transportKernels } from '../../kernels.ts';
import type { TruncatedKernel } from '../kernels/truncated-kernel.ts';
import type { EntropicState } from '../state/entropic-state.ts';
import type { BipartiteGraph } from './laplacian-elimination.ts';
import { solveLaplacian } from './laplacian-elimination.ts';
import type { NewtonDirection } from './newton-direction.ts';
import type { SparsifyRule } from './sparsify.ts';
import { BINS, countThreshold, massThreshold } from './sparsify.ts';

/** Pairs that are kept at most; where more would be, all are. */
function capacityFor(n: number, m: number): number {
  return Math.ceil((n * Math.ceil(m / 2)) / 2);
}

/** Room for a system in the workspace of a state. */
export function pairSystemSizes(n: number, m: number): WorkspaceSizes {
  const even = 2 * Math.ceil(m / 2);
  const pairs = capacityFor(n, m);
  return { float64: [2 * pairs, Math.ceil(pairs / 2), BINS, n + even, n, n, even, even, even], int32: [n + 1] };
}

/** The system of one Newton step; made once a solve, and set before every step. */
export class PairSystem {
  /** The gradient of the dual, rows first. */
  readonly gradient: Float64Array;
  /** How many entries of the plan are kept. */
  keptEntries = 0;

  readonly #state: EntropicState;
  readonly #keptValues: number;
  readonly #keptColumns: number;
  readonly #keptPointers: Int32Array;
  readonly #bins: Float64Array;
  /** What the diagonal of H is above the sums of the kept entries, rows first. */
  readonly #excess: Float64Array;
  /** The diagonal of the rows, R. */
  readonly #diagonal: Float64Array;
  readonly #means: Float64Array;
  readonly #vector: Float64Array;
  readonly #image: Float64Array;
  /** The diagonal of the Schur complement. */
  readonly #complement: Float64Array;
  #values = 0;
  #columns = 0;
  #pointers: Int32Array;

  /** @param state - with the room of `pairSystemSizes` */
  constructor(state: EntropicState) {
    const { n, m, workspace } = state;
    const even = 2 * Math.ceil(m / 2);
    const pairs = capacityFor(n, m);
    this.#state = state;
    this.gradient = new Float64Array(n + m);
    this.#keptValues = workspace.scratch(2 * pairs);
    this.#keptColumns = workspace.scratch(Math.ceil(pairs / 2));
    this.#bins = workspace.float64(BINS);
    this.#excess = workspace.float64(n + even);
    this.#diagonal = workspace.float64(n);
    this.#means = workspace.float64(n);
    this.#vector = workspace.float64(even);
    this.#image = workspace.float64(even);
    this.#complement = workspace.float64(even);
    this.#keptPointers = workspace.int32(n + 1);
    this.#pointers = this.#keptPointers;
  }

  /** Takes the plan of a kernel, drops entries by a rule and damps the diagonal; O(entries of the kernel). */
  set(kernel: TruncatedKernel, rule: SparsifyRule, damping: number): void {
    this.#setGradient(kernel);
    this.#keep(kernel, rule, damping);
    const { n, m } = this.#state;
    this.#complement.fill(0);
    this.#complement.set(this.#excess.subarray(n, n + m));
    this.#kernels().schurDiagonal(
      n,
      this.#pointers.byteOffset,
      this.#columns,
      this.#values,
      this.#excess.byteOffset,
      this.#diagonal.byteOffset,
      this.#complement.byteOffset,
    );
  }

  /** By conjugate gradients on the Schur complement; O(kept entries) an iteration. */
  byConjugateGradients(tolerance: number, maxIterations: number): NewtonDirection {
    const { n, m } = this.#state;
    const { gradient } = this;
    const [excess, image, complement] = [this.#excess, this.#image, this.#complement];
    const right = this.#reducedGradient();
    const { x, status, iterations } = conjugateGradient(
      (v, out) => {
        this.#multiply(v);
        for (let j = 0; j < m; j++) out[j] = excess[n + j] * v[j] + image[j];
      },
      right,
      {
        tolerance,
        maxIterations,
        preconditioner: (r, z) => {
          for (let j = 0; j < m; j++) z[j] = r[j] / complement[j];
        },
      },
    );
    this.#multiply(x);
    const direction = new Float64Array(n + m);
    for (let i = 0; i < n; i++) direction[i] = gradient[i] / this.#diagonal[i] - this.#means[i];
    direction.set(x, n);
    return { direction, innerIterations: iterations, accurate: status === 'converged' };
  }

  /**
   * By an elimination without subtraction: accurate however weakly the graph of the plan is connected.
   *
   * @returns nothing if more than `maxDenseNodes` nodes would be left for a dense elimination
   */
  byElimination(maxDenseNodes?: number): NewtonDirection | undefined {
    const { n, m } = this.#state;
    const direction = this.gradient.map((value, k) => (k < n ? value : -value));
    const excess = this.#excess.slice(0, n + m);
    if (!solveLaplacian(this.#graph(), excess, direction, { maxDenseNodes })) return undefined;
    for (let k = n; k < n + m; k++) direction[k] = -direction[k];
    return { direction, innerIterations: 0, accurate: true };
  }

  #kernels() {
    return this.#state.workspace.kernels(transportKernels);
  }

  /** (a - P1, b - P'1) without its component along (1, -1), which is rounding. */
  #setGradient({ rowSums, columnSums }: TruncatedKernel): void {
    const { n, m, a, b } = this.#state;
    const { gradient } = this;
    let product = 0;
    for (let i = 0; i < n; i++) product += gradient[i] = a[i] - rowSums[i];
    for (let j = 0; j < m; j++) product -= gradient[n + j] = b[j] - columnSums[j];
    const shift = product / (n + m);
    for (let k = 0; k < n + m; k++) gradient[k] -= k < n ? shift : -shift;
  }

  #keep(kernel: TruncatedKernel, rule: SparsifyRule, damping: number): void {
    const { n, m } = this.#state;
    this.#setExcess(kernel, damping);
    this.keptEntries = this.#kernels().keepPairs(
      n,
      kernel.rowPointers.byteOffset,
      kernel.columns.byteOffset,
      kernel.values.byteOffset,
      this.#threshold(kernel.values, rule),
      capacityFor(n, m),
      this.#keptPointers.byteOffset,
      this.#keptColumns,
      this.#keptValues,
      this.#excess.byteOffset,
    );
    [this.#pointers, this.#columns, this.#values] = [this.#keptPointers, this.#keptColumns, this.#keptValues];
    if (this.keptEntries >= 0) return;
    this.#setExcess(kernel, damping);
    this.keptEntries = kernel.values.length;
    this.#pointers = kernel.rowPointers;
    this.#columns = kernel.columns.byteOffset;
    this.#values = kernel.values.byteOffset;
  }

  #setExcess({ rowSums, columnSums }: TruncatedKernel, damping: number): void {
    const { n, m } = this.#state;
    for (let i = 0; i < n; i++) this.#excess[i] = damping * rowSums[i];
    for (let j = 0; j < m; j++) this.#excess[n + j] = damping * columnSums[j];
  }

  #threshold(values: Float64Array, rule: SparsifyRule): number {
    if ('count' in rule) return countThreshold(values, rule.count);
    this.#bins.fill(0);
    this.#kernels().massBins(values.length, values.byteOffset, this.#bins.byteOffset);
    return massThreshold(this.#bins, rule.droppedMass);
  }

  /** Sets the means R^-1 P v and the image sum_i P_i (v - means_i). */
  #multiply(v: Float64Array): void {
    this.#vector.set(v);
    this.#image.fill(0);
    this.#kernels().reducedProduct(
      0,
      this.#state.n,
      this.#pointers.byteOffset,
      this.#columns,
      this.#values,
      this.#diagonal.byteOffset,
      this.#vector.byteOffset,
      this.#means.byteOffset,
      this.#image.byteOffset,
    );
  }

  /** g_y - P' R^-1 g_x. */
  #reducedGradient(): Float64Array {
    const { n, m } = this.#state;
    const shares = this.#means;
    for (let i = 0; i < n; i++) shares[i] = this.gradient[i] / this.#diagonal[i];
    this.#vector.fill(1);
    this.#image.fill(0);
    // The row sums go where the diagonal is, which is put back.
    const diagonal = this.#diagonal.slice();
    this.#kernels().pairSums(
      0,
      n,
      this.#pointers.byteOffset,
      this.#columns,
      this.#values,
      shares.byteOffset,
      this.#vector.byteOffset,
      this.#diagonal.byteOffset,
      this.#image.byteOffset,
    );
    this.#diagonal.set(diagonal);
    const right = this.gradient.slice(n);
    for (let j = 0; j < m; j++) right[j] -= this.#image[j];
    return right;
  }

  /** The kept entries as a graph. */
  #graph(): BipartiteGraph {
    const { n, m, cost } = this.#state;
    const pairs = this.#pointers[n];
    const columns = new Int32Array(cost.buffer, this.#columns, pairs);
    const values = new Float64Array(cost.buffer, this.#values, 2 * pairs);
    const columnIndices = new Int32Array(this.keptEntries);
    const weights = new Float64Array(this.keptEntries);
    const rowPointers = new Int32Array(n + 1);
    let at = 0;
    for (let i = 0; i < n; i++) {
      for (let k = 2 * this.#pointers[i]; k < 2 * this.#pointers[i + 1]; k++) {
        if (values[k] === 0) continue;
        columnIndices[at] = columns[k >> 1] + (k & 1);
        weights[at++] = values[k];
      }
      rowPointers[i + 1] = at;
    }
    return { rows: n, cols: m, rowPointers, columnIndices, values: weights };
  }
}

// Sinkhorn's sweeps with Anderson's extrapolation, on a kernel into which the potentials have been absorbed: a pass over the
// kernel an iteration, and no exponentials of the costs but where potentials are absorbed anew.
//
// L. Chizat, P. Roussillon, F. Léger, F.-X. Vialard, G. Peyré: Faster Wasserstein distance estimation with the Sinkhorn
// divergence (2020), arXiv 2006.08172; absorption after B. Schmitzer, arXiv 1610.06519.
import type { Steps } from '@infimum/core';
import { portableExp, portableLog } from '@infimum/core/portable-math';
import { AndersonMixing } from '@infimum/linalg/numerics';
import { Progress } from '../../progress.ts';
import type { EntropicState } from './entropic-state.ts';
import type { EntropicPlan, SinkhornIterate } from './normalized-problem.ts';
import { logDomainSweep, ScaledKernel } from './sinkhorn-scaling.ts';

/** Sweeps that an extrapolation looks back on. */
export const SWEEPS_MEMORY = 10;

/** Where more of the mass is wrong what is old leads astray: extrapolations look back on no more than so many sweeps there. */
const FAR_ERROR = 1e-4;
const FAR_MEMORY = 5;

/** Share of the dual value that rounding may take away. */
const ROUNDING = 1e-13;

/** Kernels with fewer entries are swept without extrapolation as long as every sweep leaves so small a part of the error. */
const SMALL = 120_000;
const FAST = 0.4;

/** Logarithms of scalings that are absorbed beyond, about log 2^72. */
const LARGEST_LOGARITHM = 50;

/**
 * Sweeps, from the potentials of the state: rows are fitted to the target potentials, what fits the columns then is their image,
 * and the next ones are the combination of the last `memory` + 1 that a sweep would change least. Where that lowers the dual
 * the image itself is taken, and the memory is kept: after a restart, extrapolations would be short for many sweeps.
 *
 * @param isBuilt - whether `state.plan` is the kernel of the state's potentials already
 */
export function* andersonSweeps(
  state: EntropicState,
  epsilon: number,
  tolerance: number,
  memory: number,
  isBuilt = false,
): Steps<EntropicPlan, SinkhornIterate> {
  const kernel = new ScaledKernel(state, epsilon);
  const sweeps = new ExtrapolatedSweeps(state, kernel, memory);
  const progress = new Progress(tolerance, state.errorFloor(epsilon));
  const solution = () => kernel.solution();
  if (!isBuilt) {
    if (!kernel.isSafe()) logDomainSweep(state, epsilon);
    kernel.build();
  }
  sweeps.begin(epsilon);
  for (let iteration = 0; ; iteration++) {
    const marginalError = sweeps.fit();
    yield { iteration, marginalError, solution };
    const end = progress.conclude(marginalError, state.problem.mass, solution);
    if (end) return end;
    sweeps.extrapolate();
  }
}

/** A kernel with the potentials of a state in it, and scalings of its rows and columns. */
export interface ScalableKernel {
  /** Scalings of the rows. */
  readonly rowScaling: Float64Array;
  /** Scalings of the columns. */
  readonly columnScaling: Float64Array;
  /** Sums K'u of the last `fitRows`. */
  readonly columnSums: Float64Array;
  /** Sets u = a / K v, with the column sums K'u. */
  fitRows(): void;
  /** Computes the kernel from the state's potentials anew; scalings begin at one. */
  build(): void;
}

/** Target potentials over epsilon, and their image under a sweep. */
export class ExtrapolatedSweeps {
  readonly #state: EntropicState;
  readonly #kernel: ScalableKernel;
  readonly #mixing: AndersonMixing;
  /** Target potentials over epsilon. */
  readonly #point: Float64Array;
  /** What fits the columns after the rows. */
  readonly #image: Float64Array;
  /** How often a row or a column of the kernel has vanished. */
  recoveries = 0;
  #epsilon = 1;
  /** Sums K'u of the columns. */
  readonly #sums: Float64Array;
  /** Whether a pass over the kernel costs less than an extrapolation does. */
  readonly #isSmall: boolean;
  #isMixed = false;
  /** Whether the last sweep left a small part of the error. */
  #isFast = false;
  /** Whether `#point` is older than the scalings. */
  #isStale = false;
  #error = 0;
  #dual = -Infinity;

  /** @param memory - sweeps that an extrapolation looks back on */
  constructor(state: EntropicState, kernel: ScalableKernel, memory: number) {
    this.#state = state;
    this.#kernel = kernel;
    this.#mixing = new AndersonMixing(state.m, memory);
    this.#point = new Float64Array(state.m);
    this.#image = new Float64Array(state.m);
    this.#sums = new Float64Array(state.m);
    this.#isSmall = state.n * state.m < SMALL;
  }

  /** Begins with the state's potentials and a kernel that has just been built from them. */
  begin(epsilon: number): void {
    const { y } = this.#state;
    this.#epsilon = epsilon;
    for (let j = 0; j < y.length; j++) this.#point[j] = y[j] / epsilon;
    this.#mixing.reset();
    this.#isMixed = false;
    this.#isFast = false;
    this.#isStale = false;
    this.#error = Infinity;
  }

  /** Fits the rows; returns the l1 error of the columns, which is the whole one then. */
  fit(): number {
    this.#kernel.fitRows();
    if (this.#isMixed && !this.#hasRisen()) {
      this.#moveTo(this.#image);
      this.#isMixed = false;
      this.#kernel.fitRows();
    }
    let error = this.#errorOfColumns();
    // A row of which nothing is kept takes no part in the columns' sums.
    if (!(error < Infinity) || !this.#kernel.rowScaling.every(Number.isFinite)) {
      this.#recover();
      error = this.#errorOfColumns();
    }
    this.#isFast = this.#isSmall && error < FAST * this.#error;
    this.#error = error;
    return error;
  }

  /** Fits the columns, after `fit`. */
  fitColumns(): void {
    const { b } = this.#state;
    const { columnScaling } = this.#kernel;
    for (let j = 0; j < b.length; j++) columnScaling[j] = b[j] / this.#sums[j];
  }

  /** Goes on to the combination of the images; to the image itself where an extrapolation costs more than it could save. */
  extrapolate(): void {
    const { y, logB } = this.#state;
    const { columnScaling } = this.#kernel;
    const [sums, point, image] = [this.#sums, this.#point, this.#image];
    if (this.#isFast) {
      this.fitColumns();
      this.#isStale = true;
      this.#isMixed = false;
      return;
    }
    const epsilon = this.#epsilon;
    for (let j = 0; j < y.length; j++) {
      if (this.#isStale) point[j] = y[j] / epsilon + portableLog(columnScaling[j]);
      image[j] = y[j] / epsilon + (logB[j] - portableLog(sums[j]));
    }
    this.#isStale = false;
    if (!this.#isMixed) this.#dual = this.#dualValue();
    this.#moveTo(this.#mixing.next(point, image, this.#error > FAR_ERROR ? FAR_MEMORY : undefined));
    this.#isMixed = true;
  }

  /** Notes the columns' sums; returns by how much they are off, NaN where a row or a column has vanished. */
  #errorOfColumns(): number {
    const { b } = this.#state;
    const { columnScaling, columnSums } = this.#kernel;
    let error = 0;
    for (let j = 0; j < b.length; j++) {
      const sum = columnSums[j];
      error += sum > 0 ? Math.abs(columnScaling[j] * sum - b[j]) : Number.NaN;
      this.#sums[j] = sum;
    }
    return error;
  }

  /** Whether the dual is no less than before the extrapolation, but for rounding. */
  #hasRisen(): boolean {
    const dual = this.#dualValue();
    if (!(dual >= this.#dual - ROUNDING * Math.abs(this.#dual))) return false;
    this.#dual = dual;
    return true;
  }

  /** a'x + b'y over epsilon, the dual where the rows fit, up to a constant. */
  #dualValue(): number {
    const { a, b, x } = this.#state;
    const { rowScaling } = this.#kernel;
    let dual = 0;
    for (let i = 0; i < x.length; i++) dual += a[i] * (x[i] / this.#epsilon + portableLog(rowScaling[i]));
    for (let j = 0; j < b.length; j++) dual += b[j] * this.#point[j];
    return dual;
  }

  /** Sets the target potentials, as scalings if those stay close to one. */
  #moveTo(target: Float64Array): void {
    const { y } = this.#state;
    const { columnScaling } = this.#kernel;
    const epsilon = this.#epsilon;
    let largest = 0;
    for (let j = 0; j < y.length; j++) {
      const logarithm = target[j] - y[j] / epsilon;
      largest = Math.max(largest, Math.abs(logarithm));
      this.#point[j] = target[j];
      columnScaling[j] = portableExp(logarithm);
    }
    if (largest <= LARGEST_LOGARITHM) return;
    for (let j = 0; j < y.length; j++) y[j] = epsilon * target[j];
    this.#state.updateSource(epsilon);
    this.#kernel.build();
  }

  /** A sweep over logarithms, where a row or a column of the kernel has vanished. */
  #recover(): void {
    this.recoveries++;
    const { y } = this.#state;
    const epsilon = this.#epsilon;
    if (!this.#isStale) for (let j = 0; j < y.length; j++) y[j] = epsilon * this.#point[j];
    logDomainSweep(this.#state, epsilon);
    this.#kernel.build();
    this.begin(epsilon);
    this.#kernel.fitRows();
  }
}

/** Sweeps from which a forecast has the rate. */
const FORECAST_SWEEPS = 10;

/** The prediction from the rate of the whole run is trusted up to this factor. */
const WHOLE_SHARE = 4;

/** How many more sweeps an error takes to its target, at the rate of the last ten or, where that is much less, of all. */
export class Forecast {
  readonly #target: number;
  readonly #errors = new Float64Array(FORECAST_SWEEPS);
  #first = Infinity;
  #count = 0;
  #left = Infinity;

  constructor(target: number) {
    this.#target = target;
  }

  /** Sweeps that are left; infinity before the rate is known. */
  get left(): number {
    return this.#left;
  }

  /** Takes the error of a sweep. */
  note(error: number): void {
    const slot = this.#count++ % FORECAST_SWEEPS;
    const before = this.#errors[slot];
    this.#errors[slot] = error;
    if (this.#count === 1) this.#first = error;
    if (error <= this.#target) this.#left = 0;
    else if (this.#count <= FORECAST_SWEEPS) this.#left = Infinity;
    else {
      const sinceFirst = this.#leftAt(this.#first, error, this.#count - 1);
      this.#left = Math.min(this.#leftAt(before, error, FORECAST_SWEEPS), WHOLE_SHARE * sinceFirst);
    }
  }

  #leftAt(before: number, error: number, sweeps: number): number {
    if (!(error < before)) return Infinity;
    return (sweeps * Math.log(error / this.#target)) / Math.log(before / error);
  }
}

// Sinkhorn's sweeps with Anderson's extrapolation, on a kernel into which the potentials have been absorbed: a pass over the
// kernel an iteration, and no exponentials of the costs but where potentials are absorbed anew.
//
// L. Chizat, P. Roussillon, F. Léger, F.-X. Vialard, G. Peyré: Faster Wasserstein distance estimation with the Sinkhorn
// divergence (2020), arXiv 2006.08172; absorption after B. Schmitzer, arXiv 1610.06519.
import { portableExp, portableLog, type Steps } from '@infimum/core';
import { AndersonMixing } from '@infimum/linalg/numerics';
import { Progress } from '../progress.ts';
import type { EntropicState } from './entropic-state.ts';
import type { SinkhornIterate } from './entropic-steps.ts';
import type { EntropicPlan } from './normalised-problem.ts';
import { logDomainSweep, ScaledKernel } from './sinkhorn-scaling.ts';

/** Sweeps that an extrapolation looks back on. */
export const SWEEPS_MEMORY = 10;

/** Share of the dual value that rounding may take away. */
const ROUNDING = 1e-13;

/** Logarithms of scalings that are absorbed beyond, about log 2^72. */
const LARGEST_LOGARITHM = 50;

/**
 * Sweeps, from the potentials of the state: rows are fitted to the target potentials, what fits the columns then is their image,
 * and the next ones are the combination of the last `memory` + 1 that a sweep would change least. Where that lowers the dual
 * the image itself is taken.
 */
export function* andersonSweeps(
  state: EntropicState,
  epsilon: number,
  tolerance: number,
  memory: number,
): Steps<EntropicPlan, SinkhornIterate> {
  const kernel = new ScaledKernel(state, epsilon);
  const sweeps = new ExtrapolatedSweeps(state, kernel, memory);
  const progress = new Progress(tolerance, state.errorFloor(epsilon));
  const solution = () => kernel.solution();
  if (!kernel.isSafe()) logDomainSweep(state, epsilon);
  kernel.build();
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

/** Target potentials over epsilon, and what a sweep makes of them. */
export class ExtrapolatedSweeps {
  readonly #state: EntropicState;
  readonly #kernel: ScalableKernel;
  readonly #mixing: AndersonMixing;
  /** Target potentials over epsilon. */
  readonly #point: Float64Array;
  /** What fits the columns after the rows. */
  readonly #image: Float64Array;
  #epsilon = 1;
  #isMixed = false;
  #dual = -Infinity;

  /** @param memory - sweeps that an extrapolation looks back on */
  constructor(state: EntropicState, kernel: ScalableKernel, memory: number) {
    this.#state = state;
    this.#kernel = kernel;
    this.#mixing = new AndersonMixing(state.m, memory);
    this.#point = new Float64Array(state.m);
    this.#image = new Float64Array(state.m);
  }

  /** Begins with the state's potentials and a kernel that has just been built from them. */
  begin(epsilon: number): void {
    const { y } = this.#state;
    this.#epsilon = epsilon;
    for (let j = 0; j < y.length; j++) this.#point[j] = y[j] / epsilon;
    this.#mixing.reset();
    this.#isMixed = false;
  }

  /** Fits the rows; returns the l1 error of the columns, which is the whole one then. */
  fit(): number {
    const { y, b, logB } = this.#state;
    const { columnScaling, columnSums } = this.#kernel;
    this.#kernel.fitRows();
    let dual = this.#dualValue();
    if (this.#isMixed && !(dual >= this.#dual - ROUNDING * Math.abs(this.#dual))) {
      this.#mixing.reset();
      this.#moveTo(this.#image);
      this.#kernel.fitRows();
      dual = this.#dualValue();
    }
    if (!(dual > -Infinity)) dual = this.#recover();
    this.#dual = dual;
    let error = 0;
    for (let j = 0; j < y.length; j++) {
      error += Math.abs(columnScaling[j] * columnSums[j] - b[j]);
      this.#image[j] = y[j] / this.#epsilon + (logB[j] - portableLog(columnSums[j]));
    }
    return error;
  }

  /** Goes on to the combination of the images. */
  extrapolate(): void {
    this.#moveTo(this.#mixing.next(this.#point, this.#image));
    this.#isMixed = true;
  }

  /** a'x + b'y over epsilon, the dual where the rows fit, up to a constant; NaN where a row or a column has vanished. */
  #dualValue(): number {
    const { a, b, x } = this.#state;
    const { rowScaling, columnSums } = this.#kernel;
    let dual = 0;
    for (let i = 0; i < x.length; i++) dual += a[i] * (x[i] / this.#epsilon + portableLog(rowScaling[i]));
    for (let j = 0; j < b.length; j++) {
      dual += b[j] * this.#point[j];
      if (!(columnSums[j] > 0)) return Number.NaN;
    }
    return Number.isFinite(dual) ? dual : Number.NaN;
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

  /** A sweep over logarithms, where a row or a column of the kernel has vanished; returns the dual value after it. */
  #recover(): number {
    const epsilon = this.#epsilon;
    for (let j = 0; j < this.#point.length; j++) this.#state.y[j] = epsilon * this.#point[j];
    logDomainSweep(this.#state, epsilon);
    this.#kernel.build();
    this.begin(epsilon);
    this.#kernel.fitRows();
    return this.#dualValue();
  }
}

/** Sweeps from which a forecast has the rate. */
const FORECAST_SWEEPS = 10;

/** How many more sweeps an error takes to its target, at the rate of the last ten. */
export class Forecast {
  readonly #target: number;
  readonly #errors = new Float64Array(FORECAST_SWEEPS);
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
    if (error <= this.#target) this.#left = 0;
    else if (this.#count > FORECAST_SWEEPS && error < before) {
      this.#left = (FORECAST_SWEEPS * Math.log(error / this.#target)) / Math.log(before / error);
    } else this.#left = Infinity;
  }
}

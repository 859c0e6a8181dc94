// The Newton directions of Sinkhorn-Newton-Sparse with continuation: damped, on the entries that a rule keeps, by conjugate
// gradients while those converge quickly, and by elimination where the plan's graph is nearly disconnected.
import type { TruncatedKernel } from '../kernels/truncated-kernel.ts';
import type { EntropicState } from '../state/entropic-state.ts';
import type { NewtonDirection } from './newton-direction.ts';
import { PairSystem } from './pair-system.ts';
import type { SparsifyRule } from './sparsify.ts';

/** Conjugate gradients that take longer may be a sign of a graph that falls apart. */
const QUICK_INNER_ITERATIONS = 400;

/** A dense elimination of so many nodes costs as much as a few passes over a plan of that size. */
const MAX_DENSE_NODES = 600;

/** Which entries of the plan the Hessian keeps. */
export interface KeptEntries {
  /** By mass, the largest ones, or all. */
  readonly sparsify: 'mass' | 'top-k' | 'all';
  /** Share of the entries that `top-k` keeps. */
  readonly density?: number | undefined;
}

/** Directions for a sequence of kernels. */
export class RobustDirection {
  /** Entries that the last system kept. */
  keptEntries = 0;
  /** Iterations of conjugate gradients so far. */
  innerIterations = 0;
  readonly #state: EntropicState;
  readonly #system: PairSystem;
  readonly #kept: KeptEntries;
  readonly #mass: number;
  #eliminate = false;

  /** @param mass - of the plan, in the state's units */
  constructor(state: EntropicState, kept: KeptEntries, mass: number) {
    this.#state = state;
    this.#system = new PairSystem(state);
    this.#kept = kept;
    this.#mass = mass;
  }

  /** Tries conjugate gradients anew: the plan is another one. */
  beginStage(): void {
    this.#eliminate = false;
  }

  /** The direction and the gradient at a kernel with this marginal error. */
  at(kernel: TruncatedKernel, error: number): { readonly direction: Float64Array; readonly gradient: Float64Array } {
    const system = this.#system;
    system.set(kernel, this.#rule(error), 1e-3 * Math.min(1, error / this.#mass));
    const { direction, innerIterations } = this.#solve(Math.min(1e-2, Math.sqrt(error / this.#mass)));
    this.keptEntries = system.keptEntries;
    this.innerIterations += innerIterations;
    return { direction, gradient: system.gradient };
  }

  #rule(error: number): SparsifyRule {
    const { n, m } = this.#state;
    const { sparsify, density = 3 / Math.min(n, m) } = this.#kept;
    if (sparsify === 'all') return { droppedMass: 0 };
    if (sparsify === 'mass') return { droppedMass: Math.min(0.01 * this.#mass, 0.1 * error) };
    return { count: Math.min(n * m, Math.ceil(density * n * m)) };
  }

  #solve(tolerance: number): NewtonDirection {
    const system = this.#system;
    if (this.#kept.sparsify === 'all') return system.byElimination() as NewtonDirection;
    if (!this.#eliminate) {
      const quick = system.byConjugateGradients(tolerance, QUICK_INNER_ITERATIONS);
      if (quick.accurate) return quick;
      this.innerIterations += quick.innerIterations;
      this.#eliminate = true;
    }
    // A graph that falls apart is nearly a forest and leaves little to a dense elimination; where much is left the
    // graph is well connected, and conjugate gradients converge.
    const direct = system.byElimination(MAX_DENSE_NODES);
    if (direct) return direct;
    const patient = system.byConjugateGradients(tolerance, 2 * system.gradient.length);
    return patient.accurate ? patient : (system.byElimination() as NewtonDirection);
  }
}

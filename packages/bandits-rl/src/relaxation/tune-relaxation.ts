// The relaxation factor of a simulation's solver, learnt while it runs.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkNumber, checkVector, InvalidInputError, Random, resolveOptions } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { csrFromDense } from '@infimum/linalg';
import { ChebCb } from '../bandits/cheb-cb.ts';
import type { Policy, PolicyState } from '../bandits/policy.ts';
import { drawArm } from '../bandits/policy.ts';
import { TsallisInf } from '../bandits/tsallis-inf.ts';
import { BinnedTsallisInf } from './binned-tsallis-inf.ts';
import { defaultGrid } from './play-relaxation.ts';
import type { RelaxedSolution } from './relaxed-solve.ts';
import { relaxedSolve } from './relaxed-solve.ts';
import { checkGrid } from './system-sequence.ts';

const tuneRelaxationOptions = {
  method: {
    type: 'choice',
    choices: ['sor', 'ssor-cg'],
    default: 'ssor-cg',
    description:
      'What solves: over-relaxation, or conjugate gradients preconditioned by symmetric over-relaxation',
  },
  algorithm: {
    type: 'choice',
    choices: ['cheb-cb', 'binned-tsallis-inf', 'tsallis-inf'],
    description: 'What learns; cheb-cb where the contexts’ range is given, and else tsallis-inf',
  },
  minContext: {
    type: 'number',
    was: 'lowestContext',
    description: 'Smallest context that is to be expected',
  },
  maxContext: {
    type: 'number',
    was: 'highestContext',
    description: 'Largest context; beyond the two, contexts are clipped',
  },
  grid: {
    type: 'value',
    check: checkGrid,
    description: 'Factors to choose from; 1, 1.05, …, 1.95 by default',
  },
  bins: { type: 'integer', min: 1, max: 1000, default: 5, description: 'Intervals of binned-tsallis-inf' },
  degree: { type: 'integer', min: 1, max: 30, default: 6, description: 'Polynomials of cheb-cb' },
  tolerance: {
    type: 'number',
    above: 0,
    below: 1,
    default: 1e-8,
    description: 'Residual at which to stop, over |b|',
  },
  maxIterations: {
    type: 'integer',
    min: 1,
    max: 1_000_000,
    default: 10_000,
    description: 'Iterations after which a system is given up',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the choices' },
} as const satisfies OptionSpecs;

/** Options of `tuneRelaxation`. */
export type TuneRelaxationOptions = OptionsOf<typeof tuneRelaxationOptions>;

/** A system that was solved. */
export interface TunedSolution extends RelaxedSolution {
  /** The factor that was chosen. */
  readonly relaxation: number;
}

/** What has been learnt, as JSON. */
export interface RelaxationTunerState {
  /** Of this form. */
  readonly version: 1;
  /** Systems solved. */
  readonly systems: number;
  /** Iterations of all of them. */
  readonly total: number;
  /** How much of the random numbers is used up. */
  readonly position: number;
  /** What the algorithm has learnt. */
  readonly policy: PolicyState;
}

/** A solver that learns its relaxation factor. */
export interface RelaxationTuner {
  /** Systems solved so far. */
  readonly systems: number;
  /** Iterations of all of them. */
  readonly total: number;
  /**
   * Solves A x = b with a factor of its own choice, and learns from the iterations that it took.
   *
   * @param a - symmetric positive definite
   * @param b - the right-hand side
   * @param more - `context`: the number that tells about `a`, needed where a range of contexts was given;
   *   `initialSolution`: where to start, such as the last time step
   * @throws {InvalidInputError} for shapes that do not fit and numbers that are not finite
   */
  solve(
    a: CsrMatrix | DenseMatrix,
    b: Float64Array,
    more?: { readonly context?: number; readonly initialSolution?: Float64Array },
  ): TunedSolution;
  /** What has been learnt. */
  toJSON(): RelaxationTunerState;
}

/**
 * Makes a solver for sequences of linear systems, one a time step, that learns which relaxation factor takes the fewest
 * iterations. If a number is known that tells one matrix from the next (a shift, a time step, a conductivity), give its
 * range: then the factor becomes a function of it, which may take fewer iterations in total than the best fixed factor.
 * Without it the total approaches that of the best fixed factor. The first hundred or so systems cost more.
 *
 * An unsolved system (the cap was hit) has `solved: false`. Choosing takes microseconds, O(factors · degree).
 *
 * @param options - method, learner, range of contexts
 * @param state - what `toJSON` gave, to go on learning
 * @throws {InvalidInputError} for options out of range
 *
 * Source: Learning to Relax, arXiv 2310.02246.
 *
 * @example
 * ```ts
 * import { tuneRelaxation } from '@infimum/bandits-rl';
 * import { matrixFromRows } from '@infimum/linalg';
 *
 * const tuner = tuneRelaxation({ method: 'sor', lowestContext: 0, highestContext: 1 });
 * for (let step = 0; step < 50; step++) {
 *   const shift = (step % 10) / 10;
 *   const a = matrixFromRows([[2 + shift, -1], [-1, 2 + shift]]);
 *   const { solved } = tuner.solve(a, Float64Array.of(1, step), { context: shift });
 *   if (!solved) throw new Error('unsolved');
 * }
 * console.log(tuner.systems); // 50
 * ```
 */
export function tuneRelaxation(
  options: TuneRelaxationOptions = {},
  state?: RelaxationTunerState,
): RelaxationTuner {
  const resolved = resolveOptions(tuneRelaxationOptions, options);
  const { minContext, maxContext } = resolved;
  if ((minContext === undefined) !== (maxContext === undefined)) {
    const argument = minContext === undefined ? 'lowestContext' : 'highestContext';
    throw new InvalidInputError('is needed beside the other end', { argument, code: 'missing' });
  }
  const interval =
    minContext !== undefined && maxContext !== undefined ? ([minContext, maxContext] as const) : undefined;
  if (interval && !(interval[1] > interval[0])) {
    throw new InvalidInputError('must exceed lowestContext', {
      argument: 'highestContext',
      code: 'out-of-range',
    });
  }
  const algorithm = resolved.algorithm ?? (interval ? 'cheb-cb' : 'tsallis-inf');
  if (algorithm !== 'tsallis-inf' && !interval) {
    throw new InvalidInputError(`is needed for ${algorithm}`, { argument: 'lowestContext', code: 'missing' });
  }
  const grid = resolved.grid ?? defaultGrid(20);
  const range = interval ?? [0, 1];
  const policy: Policy =
    algorithm === 'cheb-cb'
      ? new ChebCb(grid.length, { degree: resolved.degree, interval: range })
      : algorithm === 'tsallis-inf'
        ? new TsallisInf(grid.length, { estimator: 'importance-weighted', scale: 'mean' })
        : new BinnedTsallisInf(grid.length, resolved.bins, range, {
            estimator: 'importance-weighted',
            scale: 'mean',
          });
  return new Tuner(policy, grid, interval !== undefined, resolved, state);
}

class Tuner implements RelaxationTuner {
  readonly #policy: Policy;
  readonly #grid: Float64Array;
  readonly #contextual: boolean;
  readonly #settings: {
    readonly method: 'sor' | 'ssor-cg';
    readonly tolerance: number;
    readonly maxIterations: number;
  };
  readonly #random: Random;
  readonly #available: Int32Array;
  readonly #weights: Float64Array;
  #systems = 0;
  #total = 0;

  constructor(
    policy: Policy,
    grid: Float64Array,
    contextual: boolean,
    settings: { method: 'sor' | 'ssor-cg'; tolerance: number; maxIterations: number; seed: number },
    state: RelaxationTunerState | undefined,
  ) {
    this.#policy = policy;
    this.#grid = grid;
    this.#contextual = contextual;
    this.#settings = settings;
    this.#random = new Random(settings.seed);
    this.#available = Int32Array.from(grid.keys());
    this.#weights = new Float64Array(grid.length);
    if (!state) return;
    if (state.version !== 1)
      throw new InvalidInputError('is not the state of a tuner', { argument: 'state', code: 'type' });
    policy.load(state.policy);
    this.#random.position = state.position;
    this.#systems = state.systems;
    this.#total = state.total;
  }

  get systems(): number {
    return this.#systems;
  }

  get total(): number {
    return this.#total;
  }

  solve(
    a: CsrMatrix | DenseMatrix,
    b: Float64Array,
    { context, initialSolution }: { readonly context?: number; readonly initialSolution?: Float64Array } = {},
  ): TunedSolution {
    if (this.#contextual || context !== undefined) checkNumber(context, 'context');
    checkVector(b, 'b');
    const { method, tolerance, maxIterations } = this.#settings;
    const x = Float64Array.of(context ?? 0);
    this.#policy.weigh(x, this.#available, this.#weights);
    const arm = drawArm(this.#weights, this.#grid.length, this.#random.uniform());
    const relaxation = this.#grid[arm];
    const matrix = 'rowPointers' in a ? a : csrFromDense(a);
    const cap = maxIterations;
    const solve = relaxedSolve(matrix, b, { method, relaxation, tolerance, cap, initialSolution });
    let step = solve.next();
    while (!step.done) step = solve.next();
    const { iterations, solved } = step.value;
    this.#policy.learn(x, arm, this.#weights[arm], Math.max(0, (solved ? iterations : cap) - 1));
    this.#systems++;
    this.#total += iterations;
    return { ...step.value, relaxation };
  }

  toJSON(): RelaxationTunerState {
    return {
      version: 1,
      systems: this.#systems,
      total: this.#total,
      position: this.#random.position,
      policy: this.#policy.save(),
    };
  }
}

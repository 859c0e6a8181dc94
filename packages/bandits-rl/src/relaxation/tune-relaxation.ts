// The relaxation factor of a simulation's solver, learned while it runs.
import type { MatrixLike, OptionSpecs, OptionsOf, ResolvedOptions, VectorLike } from '@infimum/core';
import { asMatrix, asVector, checkInteger, checkObject, resolveOptions } from '@infimum/core';
import type { CsrMatrix } from '@infimum/linalg';
import { csrFromDense } from '@infimum/linalg';
import { defaultGrid } from './play-relaxation.ts';
import type { RelaxedSolution } from './relaxed-solve.ts';
import { relaxedSolve } from './relaxed-solve.ts';
import { checkGrid } from './system-sequence.ts';
import type { ParameterTuner, ParameterTunerState } from './tune-parameter.ts';
import { restoreParameterTuner, tuneParameter, tunerOptions } from './tune-parameter.ts';

const solverOptions = {
  method: {
    type: 'choice',
    choices: ['sor', 'ssor-cg'],
    default: 'ssor-cg',
    description: 'Solver: over-relaxation, or conjugate gradients preconditioned by symmetric over-relaxation',
  },
  tolerance: { type: 'number', above: 0, below: 1, default: 1e-8, description: 'Residual at which to stop, relative to |b|' },
  maxIterations: {
    type: 'integer',
    min: 1,
    max: 1_000_000,
    default: 10_000,
    description: 'Maximum number of iterations per system',
  },
} as const satisfies OptionSpecs;

const tuneRelaxationOptions = {
  ...solverOptions,
  grid: { type: 'value', check: checkGrid, description: 'Factors to choose from; 1, 1.05, …, 1.95 by default' },
  ...tunerOptions,
} as const satisfies OptionSpecs;

/** Options of `tuneRelaxation`. */
export type TuneRelaxationOptions = OptionsOf<typeof tuneRelaxationOptions>;

/** A system that was solved. */
export interface TunedSolution extends RelaxedSolution {
  /** The factor that was chosen. */
  readonly relaxation: number;
}

/** What has been learned, as JSON. */
export interface RelaxationTunerState {
  /** The version of the format. */
  readonly version: 2;
  /** What solves, and when it stops. */
  readonly options: ResolvedOptions<typeof solverOptions>;
  /** Iterations of all systems. */
  readonly total: number;
  /** The state of the parameter. */
  readonly tuner: ParameterTunerState;
}

/** A solver that learns its relaxation factor. */
export interface RelaxationTuner {
  /** Systems solved so far. */
  readonly systems: number;
  /** Iterations of all of them. */
  readonly total: number;
  /**
   * Solves A x = b with a factor that it chooses, and learns from the number of iterations.
   *
   * @param a - symmetric positive definite
   * @param b - the right-hand side
   * @param more - `context`: the number that describes `a`, required if a range of contexts was given;
   *   `initial`: where to start, such as the last time step
   * @throws {InvalidInputError} for shapes that do not fit and numbers that are not finite
   */
  solve(
    a: CsrMatrix | MatrixLike,
    b: VectorLike,
    more?: { readonly context?: number; readonly initial?: VectorLike },
  ): TunedSolution;
  /** What has been learned. */
  toJSON(): RelaxationTunerState;
}

/**
 * Makes a solver for sequences of linear systems, one a time step, that learns which relaxation factor takes the fewest
 * iterations. If a known number describes each matrix (a shift, a time step, a conductivity), give its
 * range: then the factor becomes a function of it, which may take fewer iterations in total than the best fixed factor.
 * Without it the total approaches that of the best fixed factor. The first hundred or so systems cost more.
 *
 * An unsolved system (the limit was hit) has `solved: false`. Choosing takes microseconds, O(factors · degree).
 *
 * @throws {InvalidInputError} for options out of range
 *
 * Source: Learning to Relax, arXiv 2310.02246.
 *
 * @example
 * ```ts
 * import { tuneRelaxation } from '@infimum/bandits-rl';
 *
 * const tuner = tuneRelaxation({ method: 'sor', minContext: 0, maxContext: 1 });
 * for (let step = 0; step < 50; step++) {
 *   const shift = (step % 10) / 10;
 *   const { solved } = tuner.solve([[2 + shift, -1], [-1, 2 + shift]], [1, step], { context: shift });
 *   if (!solved) throw new Error('unsolved');
 * }
 * console.log(tuner.systems); // 50
 * ```
 */
export function tuneRelaxation(options: TuneRelaxationOptions = {}): RelaxationTuner {
  const { method, tolerance, maxIterations, grid, ...learning } = resolveOptions(tuneRelaxationOptions, options);
  const tuner = tuneParameter(grid ?? defaultGrid(20), learning);
  return new Tuner({ method, tolerance, maxIterations }, tuner, 0);
}

/**
 * Restores a tuner from a saved state: it chooses as the saved one would have chosen, bit for bit.
 *
 * @param state - what `toJSON` gave, or the same read from a text
 * @throws {InvalidInputError} naming the field at fault
 *
 * @example
 * ```ts
 * import { restoreRelaxationTuner, tuneRelaxation } from '@infimum/bandits-rl';
 *
 * const tuner = tuneRelaxation();
 * tuner.solve([[2, 0], [0, 3]], [1, 1]);
 * console.log(restoreRelaxationTuner(JSON.parse(JSON.stringify(tuner))).systems); // 1
 * ```
 */
export function restoreRelaxationTuner(state: RelaxationTunerState): RelaxationTuner {
  checkObject(state, 'state');
  checkInteger(state.version, 'state.version', { min: 2, max: 2 });
  checkInteger(state.total, 'state.total', { min: 0 });
  const tuner = restoreParameterTuner(state.tuner);
  checkGrid(state.tuner.grid, 'state.tuner.grid');
  return new Tuner(resolveOptions(solverOptions, state.options), tuner, state.total);
}

class Tuner implements RelaxationTuner {
  readonly #options: ResolvedOptions<typeof solverOptions>;
  readonly #tuner: ParameterTuner;
  total: number;

  constructor(options: ResolvedOptions<typeof solverOptions>, tuner: ParameterTuner, total: number) {
    this.#options = options;
    this.#tuner = tuner;
    this.total = total;
  }

  get systems(): number {
    return this.#tuner.decisions;
  }

  solve(
    a: CsrMatrix | MatrixLike,
    b: VectorLike,
    { context, initial }: { readonly context?: number; readonly initial?: VectorLike } = {},
  ): TunedSolution {
    const { method, tolerance, maxIterations: cap } = this.#options;
    const right = asVector(b, 'b');
    const matrix = 'rowPointers' in a ? a : csrFromDense(asMatrix(a, 'a'));
    const start = initial && asVector(initial, 'initial', right.length);
    const { value: relaxation, report } = this.#tuner.choose(context);
    const solve = relaxedSolve(matrix, right, { method, relaxation, tolerance, cap, initial: start });
    let step = solve.next();
    while (!step.done) step = solve.next();
    const { iterations, solved } = step.value;
    report(Math.max(0, (solved ? iterations : cap) - 1));
    this.total += iterations;
    return { ...step.value, relaxation };
  }

  toJSON(): RelaxationTunerState {
    return { version: 2, options: this.#options, total: this.total, tuner: this.#tuner.toJSON() };
  }
}

// When a convex solution is good enough: the network's value against the bound of the dual.

import type { ReluProgram, ReluSolution } from './convex-program.ts';
import { polish } from './polish.ts';
import { isSmall } from './relu-network.ts';

/** What the value and its bound may differ by for rounding alone. */
const ROUNDING = 1e-12;

/** The gap between the value and its bound, looked at ever more rarely; keeps the best network and the best bound. */
export class GapTest {
  readonly #program: ReluProgram;
  readonly #tolerance: number;
  #next = 0;
  #bound = 0;
  #best: ReluSolution | undefined;
  /** The gap of the best network to the bound that its own predictions suggest, relative. */
  #own = Infinity;

  constructor(program: ReluProgram, tolerance: number) {
    this.#program = program;
    this.#tolerance = tolerance;
  }

  /** The solution if it is proved to be good enough; looks only when its time has come. */
  at(iteration: number, blocks: Float64Array, nu: () => Float64Array): ReluSolution | undefined {
    if (iteration < this.#next) return undefined;
    this.#next = Math.ceil(1.15 * iteration + 10);
    return this.now(blocks, nu());
  }

  /** The solution if it is proved to be good enough. */
  now(blocks: Float64Array, nu: Float64Array): ReluSolution | undefined {
    this.best(blocks, nu);
    const polished = polish(this.#program, this.#program.feasible(blocks));
    const solution = polished ? this.best(polished, nu) : this.best(blocks, nu);
    const isProved = solution.objective - solution.lowerBound <= this.#tolerance * solution.objective;
    return isProved && this.#confirms() ? solution : undefined;
  }

  /**
   * Whether the best network's own predictions suggest a dual point that proves the root of the gap, to which it is as near:
   * entries of very different sizes may leave a bound that rounding has raised. Asked where the problem's metric asks.
   */
  #confirms(): boolean {
    if (this.#program.loss !== 'squared' || !isSmall(this.#program)) return true;
    return this.#own <= 10 * Math.sqrt(this.#tolerance) + ROUNDING;
  }

  /** The best network so far, with the best bound so far. */
  best(blocks: Float64Array, nu: Float64Array): ReluSolution {
    const program = this.#program;
    const feasible = program.feasible(blocks);
    const predictions = new Float64Array(program.samples);
    program.predictions(feasible, predictions);
    // The multipliers and the predictions both suggest a dual point.
    for (const point of [nu, program.dualPoint(predictions)])
      this.#bound = Math.max(this.#bound, program.dualValue(point));
    const solution = program.withBound(feasible, this.#bound);
    if (!this.#best || solution.objective < this.#best.objective) {
      this.#best = solution;
      const suggested = program.dualValue(program.dualPoint(predictions)) * program.valueScale;
      this.#own = 1 - suggested / solution.objective;
    }
    return {
      ...this.#best,
      ...copied(this.#best),
      lowerBound: Math.max(0, this.#bound) * program.valueScale,
    };
  }
}

function copied({ hidden, output }: ReluSolution) {
  return { hidden: { ...hidden, values: hidden.values.slice() }, output: output.slice() };
}

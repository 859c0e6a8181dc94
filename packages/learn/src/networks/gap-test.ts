// When a convex solution is good enough: the network's value against the bound of the dual.
import { largestMagnitude, norm } from '@infimum/linalg/numerics';
import type { ReluProgram, ReluSolution } from './convex-program.ts';
import { isSmall } from './relu-network.ts';

/** What the value and its bound may differ by for rounding alone. */
const ROUNDING = 1e-12;

/** The gap between the value and its bound, looked at ever more rarely; keeps the best network and the best bound. */
export class GapTest {
  readonly #program: ReluProgram;
  readonly #tolerance: number;
  #next = 0;
  #bound = 0;
  /** The dual point of the best bound. */
  #nu: Float64Array | undefined;
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
    const feasible = this.#program.feasible(blocks);
    this.#judge(feasible, nu);
    this.#judge(withoutTraces(feasible, this.#program.cols), nu);
    const solution = this.#best as ReluSolution;
    const bound = this.#measured();
    // Whether a gap is exactly 0 would be a matter of rounding.
    const isAsked = this.#tolerance > 0 || solution.value === 0;
    const isNear = solution.value - bound <= this.#tolerance * solution.value;
    return isAsked && isNear && this.#confirms() ? this.#found() : undefined;
  }

  /**
   * Whether the best network's own predictions suggest a dual point that proves a hundredth of the root of the gap:
   * entries of very different sizes may leave a bound that rounding has raised. Asked where the problem's metric asks.
   */
  #confirms(): boolean {
    if (this.#program.loss !== 'squared' || !isSmall(this.#program)) return true;
    return this.#own <= Math.sqrt(this.#tolerance) / 100 + ROUNDING;
  }

  /** The best of what the test has seen and of these blocks, with the best bound; not remembered, since whoever asks must not change the run. */
  best(blocks: Float64Array, nu: Float64Array): ReluSolution {
    const remembered = [this.#bound, this.#nu, this.#best, this.#own] as const;
    this.#judge(this.#program.feasible(blocks), nu);
    const found = this.#found();
    [this.#bound, this.#nu, this.#best, this.#own] = remembered;
    return found;
  }

  /** Takes note of feasible blocks, of the dual point that their predictions suggest, and of a multiplier, which is another one. */
  #judge(feasible: Float64Array, nu: Float64Array): void {
    const program = this.#program;
    const predictions = new Float64Array(program.samples);
    program.predictions(feasible, predictions);
    const own = program.dualPoint(predictions);
    const suggested = program.dualValue(own);
    this.#note(suggested, own);
    this.#note(program.dualValue(nu), nu);
    const solution = program.withBound(feasible, this.#bound);
    if (this.#best && !(solution.value < this.#best.value)) return;
    this.#best = solution;
    this.#own = solution.value > 0 ? 1 - (suggested * program.valueScale) / solution.value : 0;
  }

  #note(bound: number, nu: Float64Array): void {
    if (!(bound > this.#bound)) return;
    this.#bound = bound;
    this.#nu = nu.slice();
  }

  /** Measured, over the patterns that were used; or proved, where they are all. */
  #found(): ReluSolution {
    const best = this.#best as ReluSolution;
    const proved = this.#program.provedBound(this.#nu);
    return { ...best, ...copied(best), lowerBound: proved ?? this.#measured(), isProof: proved !== undefined };
  }

  #measured(): number {
    return Math.max(0, this.#bound) * this.#program.valueScale;
  }
}

/** Without the blocks of next to no length, which inner points leave of units that are not used. */
function withoutTraces(blocks: Float64Array, cols: number): Float64Array {
  const lengths = Float64Array.from({ length: blocks.length / cols }, (_, i) =>
    norm(blocks.subarray(i * cols, (i + 1) * cols)),
  );
  const largest = largestMagnitude(lengths);
  return blocks.map((entry, at) => (lengths[Math.floor(at / cols)] < 1e-6 * largest ? 0 : entry));
}

function copied({ hidden, output }: ReluSolution) {
  return { hidden: { ...hidden, values: hidden.values.slice() }, output: output.slice() };
}

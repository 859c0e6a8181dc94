// The stopping test of convex solutions: the network's value against the bound of the dual.
import { largestMagnitude, norm } from '@infimum/linalg/numerics';
import type { ReluProgram, ReluSolution } from './convex-program.ts';
import { isSmall } from './relu-network.ts';

/** The difference of the value and its bound that rounding alone may cause. */
const ROUNDING = 1e-12;

/** The gap between the value and its bound, computed less and less often; keeps the best network and the best bound. */
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

  /** The solution if it is proved to be good enough; computed only when due. */
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
    // An exact gap of 0 would depend on rounding.
    const isAsked = this.#tolerance > 0 || solution.value === 0;
    const isNear = solution.value - bound <= this.#tolerance * solution.value;
    return isAsked && isNear && this.#confirms() ? this.#found() : undefined;
  }

  /**
   * Whether the best network's own predictions suggest a dual point that proves a hundredth of the root of the gap:
   * with entries of very different sizes, rounding may have raised the bound. Used where the problem's metric uses it.
   */
  #confirms(): boolean {
    if (this.#program.loss !== 'squared' || !isSmall(this.#program)) return true;
    return this.#own <= Math.sqrt(this.#tolerance) / 100 + ROUNDING;
  }

  /** The best of what the test has seen and of these blocks, with the best bound; not stored, since the query must not change the run. */
  best(blocks: Float64Array, nu: Float64Array): ReluSolution {
    const remembered = [this.#bound, this.#nu, this.#best, this.#own] as const;
    this.#judge(this.#program.feasible(blocks), nu);
    const found = this.#found();
    [this.#bound, this.#nu, this.#best, this.#own] = remembered;
    return found;
  }

  /** Records feasible blocks, the dual point that their predictions suggest, and a multiplier, which is a second dual point. */
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

  /** Measured, over the patterns that were used; or proved, if these are all. */
  #found(): ReluSolution {
    const best = this.#best as ReluSolution;
    const proved = this.#program.provedBound(this.#nu);
    return { ...best, ...copied(best), lowerBound: proved ?? this.#measured(), isProof: proved !== undefined };
  }

  #measured(): number {
    return Math.max(0, this.#bound) * this.#program.valueScale;
  }
}

/** Without blocks of nearly zero length, which interior points leave for unused units. */
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

// Points with their values so far, and the choice of the best noisy point.
import type { SpacePoint } from './space.ts';

/** A point with its values so far. */
export class Known {
  readonly id: number;
  readonly point: SpacePoint;
  readonly x: ArrayLike<number>;
  /** Number of finite values. */
  count = 0;
  /** Their mean. */
  mean = 0;
  /** Sum of their squared distances from it. */
  spread = 0;
  /** Number of pending answers. */
  awaited = 0;

  constructor(id: number, point: SpacePoint, x: ArrayLike<number>) {
    this.id = id;
    this.point = point;
    this.x = x;
  }

  forget(): void {
    [this.count, this.mean, this.spread] = [0, 0, 0];
  }

  tell(value: number): void {
    if (value === Infinity) return;
    const step = value - this.mean;
    this.count++;
    this.mean += step / this.count;
    this.spread += step * (value - this.mean);
  }

  /** The mean; Infinity if every evaluation failed. */
  get value(): number {
    return this.count > 0 ? this.mean : Infinity;
  }
}

/**
 * How often the points of a generation are evaluated: more often while generations do not improve, since noise may then hide improvements.
 */
export class Repeats {
  #times = 1;
  #means: number[] = [];

  /** The points that are to be evaluated again before their values may be used. */
  lacking(generation: readonly Known[]): Known[] {
    const lack = ({ count }: Known) => (count > 0 ? Math.max(0, Math.floor(this.#times) - count) : 0);
    return generation.flatMap((known) => new Array<Known>(lack(known)).fill(known));
  }

  /**
   * Takes in the values of a generation of n. The means of max(3, n / 4) generations are compared with those of as many before: large
   * generations already average much noise. An improvement must exceed two standard errors.
   */
  see(values: Float64Array): void {
    const span = Math.max(3, Math.ceil(values.length / 4));
    const finite = values.filter(Number.isFinite);
    if (finite.length > 0) this.#means.push(meanOf(finite));
    if (this.#means.length < 2 * span) return;
    const [before, after] = [this.#means.slice(0, span), this.#means.slice(span)];
    const variance = [before, after].reduce(
      (sum, part) => sum + meanOf(part.map((e) => (e - meanOf(part)) ** 2)) / (span - 1),
      0,
    );
    const isBetter = meanOf(before) - meanOf(after) > 2 * Math.sqrt(variance);
    this.#times = isBetter ? Math.max(1, this.#times / 1.5) : Math.min(100, 1.5 * this.#times);
    this.#means = after;
  }
}

export const meanOf = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value / values.length, 0);

/** The deviation of single values: pooled over all points that have several; 0 if none has. */
export function deviationOf(all: readonly Known[]): number {
  let [sum, free] = [0, 0];
  for (const { spread, count } of all) if (count > 1) [sum, free] = [sum + spread, free + count - 1];
  return free > 0 ? Math.sqrt(sum / free) : 0;
}

/** The point of least mean plus `factor` standard errors; undefined where none has a value. */
export function leastOf(all: readonly Known[], deviation: number, factor: number): Known | undefined {
  let best: Known | undefined;
  let least = Infinity;
  for (const known of all) {
    if (known.count === 0) continue;
    const bound = known.mean + (factor * deviation) / Math.sqrt(known.count + known.awaited);
    if (bound < least) [best, least] = [known, bound];
  }
  return best;
}

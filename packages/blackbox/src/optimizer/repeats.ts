// Noisy values: how often the points of a generation are evaluated, and which of all points is best.
//
// N. Hansen, A. Niederberger, L. Guzzella, P. Koumoutsakos: A method for handling uncertainty in evolutionary optimization with an
// application to feedback control of combustion (2009): a generation's ranks under a second evaluation of some tell how much is noise.
import type { SpacePoint } from './space.ts';

/** A point with its values so far. */
export class Known {
  readonly id: number;
  readonly point: SpacePoint;
  readonly x: ArrayLike<number>;
  /** Finite values that were told. */
  count = 0;
  /** Their mean. */
  mean = 0;
  /** Sum of their squared distances from it. */
  spread = 0;
  /** Answers that are awaited. */
  awaited = 0;

  constructor(id: number, point: SpacePoint, x: ArrayLike<number>) {
    this.id = id;
    this.point = point;
    this.x = x;
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

/** How often the points of a generation are evaluated: more often while noise rules their ranks. */
export class Repeats {
  #times = 1;
  #phase: 'all' | 'some' | 'compare' = 'all';
  #before: readonly { readonly value: number; readonly count: number }[] = [];

  /** The points of a complete generation that are to be evaluated again; none when its values may be used. */
  wanted(generation: readonly Known[]): Known[] {
    const times = Math.floor(this.#times);
    const some = generation.slice(0, Math.max(2, Math.ceil(generation.length / 10))).filter(({ count }) => count > 0);
    const repeated = (known: Known, more: number) => new Array<Known>(Math.max(0, more)).fill(known);
    if (this.#phase === 'all') {
      this.#phase = 'some';
      const lacking = generation.filter(({ count }) => count > 0).flatMap((known) => repeated(known, times - known.count));
      if (lacking.length > 0) return lacking;
    }
    if (this.#phase === 'some' && generation.length >= 4) {
      this.#phase = 'compare';
      this.#before = generation.map(({ value, count }) => ({ value, count }));
      if (some.length > 0) return some.flatMap((known) => repeated(known, times));
    }
    if (this.#phase === 'compare') {
      const before = this.#before;
      const pairs = some.flatMap((known) => {
        const { value, count } = before[generation.indexOf(known)];
        const again = (known.mean * known.count - value * count) / (known.count - count);
        return known.count > count ? [{ value, again }] : [];
      });
      const change = rankChange(
        before.map(({ value }) => value),
        pairs,
      );
      this.#times = change > 0 ? Math.min(100, 1.5 * this.#times) : Math.max(1, this.#times / 1.5 ** 0.25);
    }
    this.#phase = 'all';
    return [];
  }
}

/**
 * How much more the ranks of points have changed that were evaluated again than by a fifth of what chance would do: the measure s of
 * Hansen et al. (2009), theta = 0.2. Positive where noise rules.
 */
function rankChange(before: readonly number[], pairs: readonly { readonly value: number; readonly again: number }[]): number {
  const all = [...before, ...pairs.map(({ again }) => again)];
  // Ranks among all others.
  const below = (value: number) => all.reduce((sum, other) => sum + (other < value ? 1 : 0), 0);
  const limit = (place: number) => {
    const changes = Array.from({ length: all.length - 1 }, (_, k) => Math.abs(k - place)).sort((a, b) => a - b);
    return changes[Math.floor(0.1 * (changes.length - 1))];
  };
  let sum = 0;
  for (const { value, again } of pairs) {
    const [first, second] = [below(value), below(again)];
    const change = Math.max(0, Math.abs(first - second) - 1);
    sum += 2 * change - limit(second - (again > value ? 1 : 0)) - limit(first - (value > again ? 1 : 0));
  }
  return pairs.length > 0 ? sum / pairs.length : 0;
}

/** The deviation of single values: pooled over all points that have several; 0 if none has. */
export function deviationOf(all: Iterable<Known>): number {
  let [sum, free] = [0, 0];
  for (const { spread, count } of all) if (count > 1) [sum, free] = [sum + spread, free + count - 1];
  return free > 0 ? Math.sqrt(sum / free) : 0;
}

/** The point of least mean plus `factor` standard errors; undefined where none has a value. */
export function leastOf(all: Iterable<Known>, deviation: number, factor: number): Known | undefined {
  let best: Known | undefined;
  let least = Infinity;
  for (const known of all) {
    if (known.count === 0) continue;
    const bound = known.mean + (factor * deviation) / Math.sqrt(known.count + known.awaited);
    if (bound < least) [best, least] = [known, bound];
  }
  return best;
}

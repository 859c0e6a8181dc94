// Privacy-loss distributions: the law of the loss on a grid, composed by Fourier transforms. On the grid δ is exact, between its
// points it is interpolated from above ("connect the dots"), so that every ε is an upper bound.
//
// V. Doroshenko, B. Ghazi, P. Kamath, R. Kumar, P. Manurangsi: Connect the dots: tighter discrete approximations of privacy loss
// distributions (2022).
import { inverseTransform, realTransform } from './fourier.ts';
import { logNormalCdf, normalCdf } from './normal-distribution.ts';

/** Gaussian releases on Poisson samples. */
export interface SampledGaussian {
  /** Rate of the sample; 1 for all records. */
  readonly rate: number;
  /** Deviation of the noise over the sensitivity. */
  readonly sigma: number;
  /** How many releases. */
  readonly count: number;
}

/** Masses at `(first + k) step`, and that of an infinite loss. */
interface LossGrid {
  readonly first: number;
  readonly masses: Float64Array;
  readonly infinite: number;
}

/** A grid that is composed with itself, and its masses in bins, which bound its moments. */
interface ComposedGrid {
  readonly grid: LossGrid;
  readonly count: number;
  readonly bins: Float64Array;
  /** Points in a bin. */
  readonly width: number;
}

/** The most bins of a grid. */
const MOST_BINS = 2 ** 15;

/** Masses that are thrown to infinity at each end. */
const TAIL = 1e-15;

/** The most points of all transforms together, and those that one may have whatever the others need. */
const MOST_POINTS = 2 ** 20;
const FEW_POINTS = 2 ** 16;

/** No losses are so large that they need it. */
const LONGEST_STEP = 1e100;

/** e to more than this is beyond numbers, or nearly. */
const MOST_EXPONENT = 700;

/**
 * The least ε of composed releases for a δ: the larger of the losses when a record is added and when one is removed. The grid
 * has the step that keeps the composed range within the largest transform, 2e-4 and more, and less for losses that scatter less.
 */
export function lossDistributionEpsilon(events: readonly SampledGaussian[], delta: number): number {
  const kinds = merged(events);
  const removed = epsilonOf(kinds, delta, 'removed');
  // Where all records are drawn, both losses have the same law.
  if (kinds.every(({ rate }) => rate === 1)) return removed;
  return Math.max(removed, epsilonOf(kinds, delta, 'added'));
}

/** One entry for all releases of the same rate and noise: each costs transforms of its own. */
function merged(events: readonly SampledGaussian[]): SampledGaussian[] {
  const kinds = new Map<string, SampledGaussian>();
  for (const { rate, sigma, count } of events) {
    const key = `${rate} ${sigma}`;
    kinds.set(key, { rate, sigma, count: count + (kinds.get(key)?.count ?? 0) });
  }
  return [...kinds.values()];
}

function epsilonOf(events: readonly SampledGaussian[], delta: number, side: 'removed' | 'added'): number {
  for (let step = firstStep(events); step < LONGEST_STEP; step *= 4) {
    const composed = compose(events, side, step);
    if (composed) return gridEpsilon(composed, step, delta);
  }
  // No bound was found.
  return Infinity;
}

/**
 * 2e-4, or a quarter of the deviation of a loss, q √(e^(1/σ²) - 1), in the root mean square over all releases: what is coarser than
 * that adds to the variance of their sum.
 */
function firstStep(events: readonly SampledGaussian[]): number {
  let [squares, count] = [0, 0];
  for (const event of events) {
    const deviation = Math.min(1, event.rate * Math.sqrt(Math.expm1(event.sigma ** -2)));
    squares += event.count * deviation ** 2;
    count += event.count;
  }
  return Math.max(1e-7, Math.min(2e-4, Math.sqrt(squares / count) / 4));
}

/** δ(ε) of one release. */
function releaseDelta({ rate, sigma }: SampledGaussian, epsilon: number, side: 'removed' | 'added'): number {
  const cdf = (x: number): number => normalCdf(x / sigma);
  if (epsilon > MOST_EXPONENT) {
    // e^ε alone decides; losses of a record that is added are this large only where all are drawn.
    if (side === 'added' && rate < 1) return 0;
    const x = sigma * sigma * (side === 'added' ? -epsilon : epsilon - Math.log(rate)) + 0.5;
    return side === 'added'
      ? cdf(x) - Math.exp(epsilon + logNormalCdf((x - 1) / sigma))
      : (1 - rate) * cdf(-x) + rate * cdf(1 - x) - Math.exp(epsilon + logNormalCdf(-x / sigma));
  }
  const power = Math.exp(epsilon);
  if (side === 'removed') {
    const inside = (power - (1 - rate)) / rate;
    if (!(inside > 0)) return -Math.expm1(epsilon);
    const x = sigma * sigma * Math.log(inside) + 0.5;
    return rate * cdf(1 - x) - (power - (1 - rate)) * cdf(-x);
  }
  // The loss is -ln(1 - q + q e^((2x-1)/(2σ²))) under N(0, σ²): above ε where x is small.
  const inside = (1 / power - (1 - rate)) / rate;
  if (!(inside > 0)) return 0;
  const x = sigma * sigma * Math.log(inside) + 0.5;
  const below = cdf(x);
  return below - power * ((1 - rate) * below + rate * cdf(x - 1));
}

function releaseGrid(event: SampledGaussian, side: 'removed' | 'added', step: number): LossGrid | undefined {
  const { rate, sigma } = event;
  const reach = 9 * sigma;
  const loss = (x: number): number => {
    const exponent = (2 * x - 1) / (2 * sigma * sigma);
    if (rate === 1) return exponent;
    return exponent > MOST_EXPONENT ? Math.log(rate) + exponent : Math.log(1 - rate + rate * Math.exp(exponent));
  };
  const ends = side === 'removed' ? [loss(-reach), loss(1 + reach)] : [-loss(1 + reach), -loss(-reach)];
  if (!ends.every(Number.isFinite)) return undefined;
  const first = Math.floor(ends[0] / step) - 1;
  const count = Math.ceil(ends[1] / step) + 1 - first + 1;
  if (count > MOST_POINTS) return undefined;
  const deltas = new Float64Array(count);
  for (let k = 0; k < count; k++) deltas[k] = Math.max(0, releaseDelta(event, (first + k) * step, side));
  const masses = new Float64Array(count);
  // δ is linear in e^ε between the points; its slope changes by the other law's mass.
  const slope = (k: number): number => (deltas[k - 1] - deltas[k]) / -Math.expm1(-step);
  let sum = 0;
  for (let k = 1; k < count - 1; k++) {
    masses[k] = Math.max(0, slope(k) - slope(k + 1) * Math.exp(-step));
    sum += masses[k];
  }
  const infinite = deltas[count - 1];
  masses[count - 1] = Math.max(0, slope(count - 1));
  masses[0] = Math.max(0, 1 - sum - masses[count - 1] - infinite);
  return { first, masses, infinite };
}

/** The law of the sum of all losses; undefined where the transform would be too large for the step. */
function compose(events: readonly SampledGaussian[], side: 'removed' | 'added', step: number): LossGrid | undefined {
  const grids: ComposedGrid[] = [];
  for (const event of events) {
    const grid = releaseGrid(event, side, step);
    if (!grid) return undefined;
    // Of few points each is a bin: what a bin is wider than a point counts as often as the release.
    const width = Math.ceil(grid.masses.length / MOST_BINS);
    const bins = new Float64Array(Math.ceil(grid.masses.length / width));
    for (let k = 0; k < grid.masses.length; k++) bins[Math.floor(k / width)] += grid.masses[k];
    grids.push({ grid, count: event.count, bins, width });
  }
  // One release is composed with nothing.
  if (grids.length === 1 && grids[0].count === 1) return grids[0].grid;
  const high = chernoffEnd(grids, step, 1);
  const low = -chernoffEnd(grids, step, -1);
  const first = Math.floor(low / step);
  const points = Math.ceil(high / step) - first + 2;
  let size = 2;
  while (size < points) size *= 2;
  if (size > Math.max(FEW_POINTS, MOST_POINTS / events.length)) return undefined;
  const real = new Float64Array(size / 2 + 1).fill(1);
  const imaginary = new Float64Array(size / 2 + 1);
  let [infiniteLog, offset] = [0, 0];
  for (const { grid, count } of grids) {
    const folded = new Float64Array(size);
    for (let k = 0; k < grid.masses.length; k++) folded[k & (size - 1)] += grid.masses[k];
    const { real: re, imaginary: im } = realTransform(folded);
    for (let k = 0; k < real.length; k++) {
      let [a, b] = [re[k], im[k]];
      if (count !== 1) {
        const modulus = Math.sqrt(a * a + b * b) ** count;
        // What is 0 needs no angle.
        const angle = modulus === 0 ? 0 : Math.atan2(b, a) * count;
        a = modulus * Math.cos(angle);
        b = modulus * Math.sin(angle);
      }
      const kept = real[k];
      real[k] = kept * a - imaginary[k] * b;
      imaginary[k] = kept * b + imaginary[k] * a;
    }
    infiniteLog += count * Math.log1p(-Math.min(1, grid.infinite));
    offset += count * grid.first;
  }
  const sums = inverseTransform({ real, imaginary });
  const masses = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    // The entry at `k` stands for all sums that agree with it modulo the size: the one inside the range is meant.
    const place = (((first + k - offset) % size) + size) % size;
    masses[k] = Math.max(0, sums[place]);
  }
  return { first, masses, infinite: -Math.expm1(infiniteLog) + 2 * TAIL };
}

/**
 * Where the sum of the losses, or of their negatives, has a tail of `TAIL` by the least of Chernoff's bounds: they fall and then
 * rise in t, and where hardly anything is lost they fall until the range is a few hundred points.
 */
function chernoffEnd(grids: readonly ComposedGrid[], step: number, sign: 1 | -1): number {
  let end = Infinity;
  for (let t = Math.min(0.02, 0.002 / step); t < 0.2 / step; t *= 1.3) {
    let logarithm = 0;
    for (const { grid, count, bins, width } of grids) {
      // Every mass counts as at the far end of its bin, from the farthest on: Σ bins_k r^k by Horner's rule, from the nearest.
      const far = sign > 0 ? grid.first + bins.length * width - 1 : -grid.first;
      const ratio = Math.exp(-t * width * step);
      let sum = 0;
      if (sign > 0) for (let k = 0; k < bins.length; k++) sum = sum * ratio + bins[k];
      else for (let k = bins.length - 1; k >= 0; k--) sum = sum * ratio + bins[k];
      logarithm += count * (Math.log(sum) + t * far * step);
    }
    const bound = (logarithm - Math.log(TAIL)) / t;
    // Where all terms are lost to underflow the logarithm says nothing.
    if (!(bound < end && bound > -Infinity)) break;
    end = bound;
  }
  return end;
}

/** The least ε with Σ_{l > ε} p_l (1 - e^(ε - l)) + infinite <= delta; infinite where there is none. */
function gridEpsilon({ first, masses, infinite }: LossGrid, step: number, delta: number): number {
  if (infinite > delta) return Infinity;
  let [mass, weighted] = [infinite, 0];
  for (let k = masses.length - 1; k >= 0; k--) {
    // At ε in [l_{k-1}, l_k]: δ = mass - e^(ε - l_k) weighted, with the points from k on; e^ε itself may be beyond numbers.
    const loss = (first + k) * step;
    if (loss <= 0) break;
    mass += masses[k];
    weighted = weighted * Math.exp(-step) + masses[k];
    if (mass - Math.exp(-step) * weighted > delta) return Math.max(0, loss + Math.log((mass - delta) / weighted));
  }
  return 0;
}

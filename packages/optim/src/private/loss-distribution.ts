// Privacy-loss distributions: the law of the loss on a grid, composed by Fourier transforms. Mass between two grid points is split so
// that both laws keep their masses ("connect the dots"). The new pair of laws is easier to distinguish, so every ε is an upper bound.
//
// Masses are sums of positive terms with a small relative error. Errors of transforms are relative to the largest mass, so laws are
// tilted by e^(t loss) first: the masses that determine δ, however small, are then in the middle of the tilted law. All rounding
// errors are bounded and added.
//
// V. Doroshenko, B. Ghazi, P. Kamath, R. Kumar, P. Manurangsi: Connect the dots: tighter discrete approximations of privacy loss
// distributions (2022). N. Higham: Accuracy and stability of numerical algorithms (2002), section 24.1, for the transform's error.
import { inverseTransform, realTransform } from './fourier.ts';
import { normalCdf } from './normal-distribution.ts';

/** Gaussian releases on samples. */
export interface SampledGaussian {
  /** Rate of the sample; 1 for all records. */
  readonly rate: number;
  /** Deviation of the noise over the sensitivity. */
  readonly sigma: number;
  /** How many releases. */
  readonly count: number;
  /** How samples are drawn: every record independently (`poisson`, the default), or a fixed number by the rate, without replacement. */
  readonly sampling?: 'poisson' | 'fixed';
  /** Where sums and noise are whole numbers. */
  readonly grid?: {
    /** Numbers of a release. */
    readonly dimension: number;
    /** Deviation of the noise in units. */
    readonly deviation: number;
  };
}

/** Masses at `(first + k) step`, and that of an infinite loss. */
interface LossGrid {
  readonly first: number;
  readonly masses: Float64Array;
  readonly infinite: number;
}

/** A grid that is composed with itself, and its masses in bins, which bound its moments. */
interface ComposedGrid extends LossGrid {
  readonly count: number;
  readonly bins: Float64Array;
  /** Points in a bin. */
  readonly width: number;
}

/** The sum of all losses under the tilted law: the mass at l is e^(logarithm - tilt l) times what stands here, and wrong by `error` in all. */
interface TiltedLaw extends LossGrid {
  readonly tilt: number;
  readonly logarithm: number;
  readonly error: number;
}

/** The most bins of a grid. */
const MOST_BINS = 2 ** 15;

/** Mass of a tilted law that may lie beyond its range. */
const TAIL = 1e-15;

/** Tilts that are tried. */
const MOST_TILTS = 3;

/** Points of a usual range, the most of one transform, and the most of a single release. */
const [USUAL_POINTS, MOST_POINTS, MOST_LOSSES] = [2 ** 18, 2 ** 20, 2 ** 20];

/** Half of the distance from 1 to the next number. */
const UNIT = 2 ** -53;

/** No losses are so large that they need it. */
const LONGEST_STEP = 1e100;

/** e to more than this is beyond numbers, or nearly. */
const MOST_EXPONENT = 700;

/** Next to e to this, 1 is nothing. */
const ONE_TERM = 40;

/**
 * The least ε of composed releases for a δ: the larger of the losses when a record is added and when one is removed. The grid has the
 * step that spreads the composed range over some 2^18 points, 2e-4 at most unless losses are so large that they need more.
 */
export function lossDistributionEpsilon(events: readonly SampledGaussian[], delta: number): number {
  const kinds = merged(events);
  const releases = kinds.reduce((sum, { count }) => sum + count, 0);
  // Tails beyond it have no more than a millionth of δ together.
  const reach = Math.sqrt(2 * Math.log((1e6 * releases) / delta));
  for (let step = firstStep(kinds); step < LONGEST_STEP; step *= 2) {
    const found = epsilonOf(kinds, delta, reach, step);
    if (found !== undefined) return found;
  }
  // No bound was found.
  return Infinity;
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

/** What spreads a range of 24 deviations of the sum, each loss with q √(e^(1/σ²) - 1) and 1 at most, over the usual points. */
function firstStep(events: readonly SampledGaussian[]): number {
  const variance = events.reduce(
    (sum, { rate, sigma, count }) => sum + count * Math.min(1, rate * Math.sqrt(Math.expm1(sigma ** -2))) ** 2,
    0,
  );
  return Math.max(1e-12, Math.min(2e-4, (24 * Math.sqrt(variance)) / USUAL_POINTS));
}

function epsilonOf(events: readonly SampledGaussian[], delta: number, reach: number, step: number): number | undefined {
  const pairs = [];
  for (const event of events) {
    const pair = releaseGrids(event, step, reach);
    if (!pair) return undefined;
    pairs.push(pair);
  }
  // Where all records are drawn, both losses have the same law.
  const sides = events.every(({ rate }) => rate === 1) ? ([0] as const) : ([0, 1] as const);
  let most = 0;
  for (const side of sides) {
    const grids = pairs.map((pair, e) => binned(pair[side], events[e].count));
    // Chernoff's bound on ε says how to tilt; where it is far off, what rounding adds is too much, and the ε that was found says more.
    let [least, tilt] = [Infinity, leastBound(grids, step, 1, 0, -Math.log(delta)).at];
    for (let turn = 0; turn < MOST_TILTS; turn++) {
      const law = compose(grids, step, tilt);
      if (!law) return undefined;
      const found = gridEpsilon(law, step, delta);
      if (found < least) least = found;
      const added = law.error * Math.exp(law.logarithm - law.tilt * found);
      if (!(found > 0 && found < Infinity && added > 1e-3 * delta)) break;
      tilt = tiltAt(grids, step, found);
    }
    most = Math.max(most, least);
  }
  return most;
}

/** Nodes in [-1, 1] and weights of Gauss and Legendre's rules with three and five points. */
const THREE = [
  [-Math.sqrt(3 / 5), 0, Math.sqrt(3 / 5)],
  [5 / 9, 8 / 9, 5 / 9],
] as const;
const FIVE = ((): readonly [readonly number[], readonly number[]] => {
  const [inner, outer] = [-1, 1].map((sign) => Math.sqrt(5 + sign * 2 * Math.sqrt(10 / 7)) / 3);
  const [near, far] = [1, -1].map((sign) => (322 + sign * 13 * Math.sqrt(70)) / 900);
  return [
    [-outer, -inner, 0, inner, outer],
    [far, near, 128 / 225, near, far],
  ];
})();

/**
 * The losses ln(1 - q + q e^((2x - 1)/2σ²)) of one release, x by (1 - q) N(0, σ²) + q N(1, σ²), and their negatives, x by N(0, σ²). A loss
 * l = l_k + s counts e^l φ(x) = e^(l_k) φ(x) (e^s - e^(s - h)) / (1 - e^-h), of which e^s - 1 goes to the upper point and 1 - e^(s - h) to
 * the
 * lower one; under the other law both have e^-l times their mass.
 */
function releaseGrids(
  { rate, sigma }: SampledGaussian,
  step: number,
  reach: number,
): readonly [LossGrid, LossGrid] | undefined {
  const variance = sigma * sigma;
  const [low, high] = [-reach * sigma, 1 + reach * sigma];
  const lossAt = (x: number): number => {
    const exponent = (2 * x - 1) / (2 * variance);
    if (rate === 1) return exponent;
    return exponent > MOST_EXPONENT ? Math.log(rate) + exponent : Math.log1p(rate * Math.expm1(exponent));
  };
  const placeOf = (loss: number): number => {
    const exponent = rate === 1 ? loss : loss > ONE_TERM ? loss - Math.log(rate) : Math.log1p(Math.expm1(loss) / rate);
    return Math.min(high, exponent > -Infinity ? variance * exponent + 0.5 : low);
  };
  const first = Math.floor(lossAt(low) / step);
  const count = Math.ceil(lossAt(high) / step) - first + 1;
  if (!(count < MOST_LOSSES)) return undefined;
  const masses = new Float64Array(count);
  // Within a tenth of what laws and losses change over, five points leave less than rounding; within a hundredth three do.
  const scale = Math.min(sigma, variance);
  const norm = 1 / (sigma * Math.sqrt(2 * Math.PI) * -Math.expm1(-step));
  let from = low;
  for (let k = 0; k < count - 1; k++) {
    const bottom = (first + k) * step;
    const to = k === count - 2 ? high : Math.max(from, placeOf(bottom + step));
    const parts = Math.ceil((to - from) / (0.1 * scale));
    const [nodes, weights] = to - from > 0.01 * scale ? FIVE : THREE;
    const half = (to - from) / (2 * parts);
    for (let part = 0; part < parts; part++) {
      const middle = from + (2 * part + 1) * half;
      for (let i = 0; i < nodes.length; i++) {
        const x = middle + half * nodes[i];
        const above = Math.max(0, lossAt(x) - bottom);
        // Beyond rounding no loss leaves its cell: its mass would count as at a lower one.
        if (!(above <= step * (1 + 1e-6))) return undefined;
        const mass = half * weights[i] * norm * Math.exp(bottom - (x * x) / (2 * variance));
        masses[k] -= mass * Math.expm1(above - step);
        masses[k + 1] += mass * Math.expm1(above);
      }
    }
    from = to;
  }
  // Rounding errors of losses are a few units in the last place of losses and inputs, small beside a grid step.
  const farthest = Math.max(Math.abs(first), Math.abs(first + count));
  const up = 1 + 4 * UNIT * farthest * (1 + (2 * high - 1) / (2 * variance)) + 1e-13;
  for (let k = 0; k < count; k++) masses[k] *= up;
  const cdf = (x: number): number => normalCdf(x / sigma);
  const infinite = (1 - rate) * cdf(-high) + rate * cdf(1 - high);
  const others = masses.map((_, k) => masses[count - 1 - k] * Math.exp(-(first + count - 1 - k) * step));
  // What lies beyond the ends goes to a point above its loss, or to infinity.
  masses[1] += (1 - rate) * cdf(low) + rate * cdf(low - 1);
  others[1] += cdf(-high);
  // Where all are drawn, both laws are the same.
  if (rate === 1)
    return [
      { first, masses, infinite },
      { first, masses, infinite },
    ];
  return [
    { first, masses, infinite },
    { first: 1 - first - count, masses: others, infinite: cdf(low) },
  ];
}

/** Of few points each is a bin: what a bin is wider than a point counts as often as the release. */
function binned(grid: LossGrid, count: number): ComposedGrid {
  const width = Math.ceil(grid.masses.length / MOST_BINS);
  const bins = new Float64Array(Math.ceil(grid.masses.length / width));
  for (let k = 0; k < grid.masses.length; k++) bins[Math.floor(k / width)] += grid.masses[k];
  return { ...grid, count, bins, width };
}

/** The law of the sum of all losses; undefined where the transform would be too large for the step. */
function compose(grids: readonly ComposedGrid[], step: number, tilt: number): TiltedLaw | undefined {
  const infinite = grids.reduce((sum, { count, infinite: mass }) => sum + count * mass, 0);
  // One release is composed with nothing.
  if (grids.length === 1 && grids[0].count === 1) return { ...grids[0], infinite, tilt: 0, logarithm: 0, error: 0 };
  let [logarithm, releases, squares] = [0, 0, 0];
  const tilted = grids.map(({ first, masses, count }) => {
    // The largest term is 1, so that no sum is beyond numbers.
    let most = -Infinity;
    const logs = masses.map((mass, k) => Math.log(mass) + tilt * (first + k) * step);
    for (const log of logs) most = Math.max(most, log);
    const terms = logs.map((log) => Math.exp(log - most));
    const sum = terms.reduce((total, term) => total + term, 0);
    logarithm += count * (most + Math.log(sum));
    releases += count;
    return { first, count, masses: terms.map((term) => term / sum) };
  });
  const budget = -logarithm - Math.log(TAIL);
  const [high, low] = [leastBound(grids, step, 1, tilt, budget).bound, -leastBound(grids, step, -1, tilt, budget).bound];
  const first = Math.floor(low / step);
  const points = Math.ceil(high / step) - first + 2;
  let size = 2;
  while (size < points) size *= 2;
  if (!(size <= MOST_POINTS)) return undefined;
  const real = new Float64Array(size / 2 + 1).fill(1);
  const imaginary = new Float64Array(size / 2 + 1);
  let offset = 0;
  for (const { first: start, masses, count } of tilted) {
    const folded = new Float64Array(size);
    for (let k = 0; k < masses.length; k++) folded[k & (size - 1)] += masses[k];
    squares = Math.max(
      squares,
      folded.reduce((sum, mass) => sum + mass * mass, 0),
    );
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
    offset += count * start;
  }
  const sums = inverseTransform({ real, imaginary });
  const masses = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    // The entry at `k` represents all sums that are equal modulo the size; the one inside the range is used.
    const place = (((first + k - offset) % size) + size) % size;
    masses[k] = Math.max(0, sums[place]);
  }
  // In the root of the sum of squares both transforms are wrong by 12 units for every level at most, powers by 22 units for every factor.
  // A mass at a distance y above ε counts e^(-tilt y) min(1, y): a sum of them is wrong by the root of the sum of squares of that as much.
  const weights = Math.min(size, 1 / -Math.expm1(-2 * tilt * step), 1 / (4 * tilt ** 3 * step) + 0.14 / tilt ** 2);
  const error = TAIL + Math.sqrt(weights * squares) * UNIT * releases * (12 * (Math.log2(size) + 2) + 22);
  return { first, masses, infinite, tilt, logarithm, error };
}

/** ln E e^(t loss), of all losses together: every mass counts as at the end of its bin where that is larger. */
function logMoment(grids: readonly ComposedGrid[], step: number, t: number): number {
  let logarithm = 0;
  for (const { first, count, bins, width } of grids) {
    const ratio = Math.exp(-Math.abs(t) * width * step);
    let sum = 0;
    // Σ bins_k r^k by Horner's rule, from the end that counts least.
    if (t > 0) for (let k = 0; k < bins.length; k++) sum = sum * ratio + bins[k];
    else for (let k = bins.length - 1; k >= 0; k--) sum = sum * ratio + bins[k];
    logarithm += count * (Math.log(sum) + t * (t > 0 ? first + bins.length * width - 1 : first) * step);
  }
  return logarithm;
}

/**
 * The least of Chernoff's bounds (ln E e^((tilt + sign t) loss) + budget) / t, and where it is: they fall and then rise in t, and where
 * hardly anything is lost they fall until the range is a few hundred points.
 */
function leastBound(
  grids: readonly ComposedGrid[],
  step: number,
  sign: 1 | -1,
  tilt: number,
  budget: number,
): { readonly bound: number; readonly at: number } {
  let least = { bound: Infinity, at: 0 };
  for (let t = Math.min(1e-3, 0.002 / step); t < 0.2 / step; t *= 1.2) {
    const bound = (logMoment(grids, step, tilt + sign * t) + budget) / t;
    // Where all terms are lost to underflow the logarithm says nothing.
    if (!(bound < least.bound && bound > -Infinity)) break;
    least = { bound, at: t };
  }
  return least;
}

/** The t with the least of Chernoff's bounds E e^(t (loss - ε)) on δ */
function tiltAt(grids: readonly ComposedGrid[], step: number, epsilon: number): number {
  let [least, tilt] = [Infinity, 0];
  for (let t = Math.min(1e-3, 0.002 / step); t < 0.1 / step; t *= 1.1) {
    const bound = logMoment(grids, step, t) - t * epsilon;
    if (!(bound < least)) break;
    [least, tilt] = [bound, t];
  }
  return tilt;
}

/** The least ε with Σ_{l > ε} p_l (1 - e^(ε - l)) + infinite <= delta, p_l = e^(logarithm - tilt l) masses; infinite where there is none. */
function gridEpsilon({ first, masses, infinite, tilt, logarithm, error }: TiltedLaw, step: number, delta: number): number {
  if (infinite > delta) return Infinity;
  // All is in units of e^(logarithm - tilt l_k), the weight at the last point.
  const [fall, decay] = [Math.exp(-tilt * step), Math.exp(-(tilt + 1) * step)];
  let [mass, weighted] = [0, 0];
  for (let k = masses.length - 1; k >= 0; k--) {
    const loss = (first + k) * step;
    if (loss <= 0) break;
    mass = mass * fall + masses[k];
    weighted = weighted * decay + masses[k];
    // At ε in [l_{k-1}, l_k]: δ = mass - e^(ε - l_k) weighted, with the points from k on, and what they are wrong by.
    const room = (delta - infinite) * Math.exp(tilt * loss - logarithm) - error / fall;
    if (mass - Math.exp(-step) * weighted > room) return Math.max(0, loss + Math.log((mass - room) / weighted)) * (1 + 1e-12);
  }
  return 0;
}

// One iteration of the covering direct search: a covering step, a search step, a poll. Shared by the search alone and by
// the hybrid with attacks.
//
// Restated from C. Audet, P.-Y. Bouchet, L. Bourdin: Convergence towards a local minimum by direct search methods with a
// covering step (2024), arXiv 2401.07097.
import type { OptionSpecs, OptionsOf, Random } from '@infimum/core';
import type { Asking, Evaluated, SurrogateSearch } from './network-surrogate.ts';
import { radiusOptions } from './network-surrogate.ts';

/** Settings of the search. */
export const directSearchOptions = {
  poll: { type: 'choice', choices: ['2n', 'n+1'], default: 'n+1', description: 'Poll directions' },
  covering: {
    type: 'choice',
    choices: ['random', 'dense', 'none'],
    default: 'random',
    description:
      'Covering step: a random point of the ball, the point farthest from all evaluated ones, or none (and no search step)',
  },
  ...radiusOptions,
} as const satisfies OptionSpecs;

/** The state that an iteration changes. */
export interface DirectSearchState {
  /** The point from which steps are made. */
  incumbent: Evaluated;
  /** Length of poll steps. */
  radius: number;
  /** Search steps so far. */
  searches: number;
  /** Points evaluated so far, for the dense covering. */
  readonly history: Float64Array[];
}

/** Candidates of a dense covering step, and the points that they are compared with. */
const CANDIDATES = 32;
const REMEMBERED = 1000;

/** One iteration; `withPoll` is false if only the covering step is required. */
export function* directSearchStep(
  search: SurrogateSearch,
  state: DirectSearchState,
  random: Random,
  settings: Required<OptionsOf<typeof directSearchOptions>>,
  withPoll: boolean,
): Asking<void> {
  const { covering, minRadius, maxRadius, poll } = settings;
  const first = search.instance.radius;
  if (covering !== 'none') {
    const d = covering === 'dense' ? farthest(search, state, random, first) : ballPoint(random, search.dimension, first);
    // The radius of the poll is kept after a covering success.
    if (yield* improves(search, state, d)) return;
  }
  if (!withPoll) return;
  const length = Math.min(maxRadius, first * Math.sqrt(++state.searches));
  const direction = unitDirection(random, search.dimension).map((x) => x * length);
  if (covering !== 'none' && (yield* improves(search, state, direction))) {
    state.radius = Math.min(maxRadius, 2 * state.radius);
    return;
  }
  for (const d of pollDirections(random, search.dimension, state.radius, poll)) {
    if (yield* improves(search, state, d)) {
      state.radius = Math.min(maxRadius, 2 * state.radius);
      return;
    }
  }
  state.radius = Math.max(minRadius, state.radius / 2);
}

/** Tries a step; the incumbent moves if it is better. */
function* improves(search: SurrogateSearch, state: DirectSearchState, d: Float64Array): Asking<boolean> {
  const x = search.moved(state.incumbent.x, d);
  const found = yield* search.evaluate(x);
  state.history.push(found.x);
  if (state.history.length > 2 * REMEMBERED) state.history.splice(0, REMEMBERED);
  if (!(found.value < state.incumbent.value)) return false;
  state.incumbent = found;
  return true;
}

/** A random direction of length 1 in the largest-entry norm. */
export function unitDirection(random: Random, dimension: number): Float64Array {
  const direction = random.sphere(new Float64Array(dimension));
  const largest = direction.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return direction.map((x) => x / largest);
}

/** A random point of the ball of a radius in the largest-entry norm: U^{1/n} along a random direction. */
function ballPoint(random: Random, dimension: number, radius: number): Float64Array {
  const length = radius * random.uniform() ** (1 / dimension);
  return unitDirection(random, dimension).map((x) => x * length);
}

/** The random step, of several, that ends farthest from all points evaluated so far. */
function farthest(
  { scale, dimension }: SurrogateSearch,
  { incumbent, history }: DirectSearchState,
  random: Random,
  radius: number,
): Float64Array {
  let best = new Float64Array(dimension);
  let largest = -1;
  const recent = history.slice(-REMEMBERED);
  for (let k = 0; k < CANDIDATES; k++) {
    const d = Float64Array.from({ length: dimension }, () => radius * (2 * random.uniform() - 1));
    let distance = Infinity;
    for (const point of recent) {
      let sum = 0;
      for (let j = 0; j < dimension && sum < distance; j++) {
        sum += ((point[j] - incumbent.x[j]) / scale[j] - d[j]) ** 2;
      }
      distance = Math.min(distance, sum);
    }
    if (distance > largest) {
      largest = distance;
      best = d;
    }
  }
  return best;
}

/**
 * The columns h_i of I - 2 v v' for a random unit vector v, scaled to a length in the largest-entry norm: ±h_i, or h_i and
 * minus their sum. Both span all directions positively. One at a time, in O(n) memory.
 */
export function pollDirections(random: Random, dimension: number, radius: number, poll: '2n' | 'n+1'): Generator<Float64Array> {
  return householderDirections(random.sphere(new Float64Array(dimension)), radius, poll);
}

/** As `pollDirections`, for a given v. */
export function* householderDirections(v: Float64Array, radius: number, poll: '2n' | 'n+1'): Generator<Float64Array> {
  const sized = (d: Float64Array) => {
    const largest = d.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    return d.map((x) => (x * radius) / largest);
  };
  let total = 0;
  for (let i = 0; i < v.length; i++) {
    total += v[i];
    const column = sized(v.map((x, j) => (i === j ? 1 : 0) - 2 * x * v[i]));
    yield column;
    if (poll === '2n') yield column.map((x) => -x);
  }
  if (poll === 'n+1') yield sized(v.map((x) => 2 * x * total - 1));
}

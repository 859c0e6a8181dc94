// The search for an input with unsafe outputs: the best input so far, and signed gradient steps on its worst row.
import type { Random } from '@infimum/core';
import type { ForwardMethod } from '../bounds/forward-bounds.ts';
import { finiteOr, intervalBounds, ROUNDING } from '../bounds/forward-bounds.ts';
import type { PreparedRegion } from '../bounds/region.ts';
import { contains, prepareRegion, projectInto } from '../bounds/region.ts';
import type { RowProducts } from '../bounds/row-products.ts';
import { isExact, isExactlyUnsafe } from '../networks/exact-values.ts';
import type { PreparedNetwork } from '../networks/network.ts';
import { evaluateSinglePrecision, preActivations, pullBack } from '../networks/network.ts';

/** The state of the search of one case. */
export interface PropertySearch {
  readonly network: PreparedNetwork;
  readonly products: RowProducts;
  readonly region: PreparedRegion;
  readonly rows: readonly Float64Array[];
  readonly limits: Float64Array;
  readonly method: ForwardMethod;
  readonly branching: 'auto' | 'neurons' | 'inputs' | 'none';
  /** The best input seen and its margin. */
  best: Float64Array;
  margin: number;
  /** Whether that margin is certain. */
  isWitness: boolean;
}

/** max over rows of C y - d, and its rounding error. */
function marginOf(
  { network, rows, limits }: PropertySearch,
  x: Float64Array,
  y: Float64Array,
): { value: number; error: number } {
  let value = -Infinity;
  let error = 0;
  rows.forEach((row, r) => {
    const sum = row.reduce((so, c, i) => so + c * y[i], -limits[r]);
    value = Math.max(value, Number.isNaN(sum) ? Infinity : sum);
  });
  if (!isExact(network)) {
    // Smooth activations: intervals around the one point.
    if (!(value <= 0)) return { value, error };
    const { lower, upper } = intervalBounds(network, prepareRegion({ lower: x, upper: x }));
    const [low, high] = [lower[lower.length - 1], upper[upper.length - 1]];
    rows.forEach((row, r) => {
      const spread = row.reduce((so, c, i) => so + Math.abs(c) * (high[i] - low[i]), 0);
      const size = row.reduce((so, c, i) => so + Math.abs(c * y[i]), Math.abs(limits[r]));
      error = Math.max(error, finiteOr(spread + size * (row.length + 16) * ROUNDING, Infinity));
    });
    return { value, error };
  }
  // Magnitudes of one point, as those of a region in forward-bounds.ts.
  let sizes: Float64Array = x.map(Math.abs);
  let terms = 0;
  for (const { map } of network.layers) {
    sizes = map.applyAbsolute(sizes);
    for (let i = 0; i < sizes.length; i++) sizes[i] += Math.abs(map.bias[i]) + 2 ** -1022;
    terms += map.terms + 16;
  }
  rows.forEach((row, r) => {
    const size = row.reduce((so, c, i) => so + Math.abs(c) * sizes[i], Math.abs(limits[r]));
    error = Math.max(error, size * (terms + row.length) * ROUNDING);
  });
  return { value, error };
}

/** Evaluates an input: keeps the best, and records a witness that is not due to rounding. */
export function visit(search: PropertySearch, x: Float64Array): number {
  if (!contains(search.region, x)) return Infinity;
  const values = preActivations(search.network, x);
  const { value, error } = marginOf(search, x, values[values.length - 1]);
  // Cases within rounding are decided in whole numbers, if the network has no smooth activations.
  const isWitness =
    value + error <= 0 ||
    (value <= error &&
      error < Infinity &&
      isExact(search.network) &&
      isExactlyUnsafe(search.network, x, search.rows, search.limits));
  if (value < search.margin || (isWitness && !search.isWitness)) {
    search.margin = value;
    search.best = x.slice();
    search.isWitness = isWitness;
  }
  return value;
}

/** The margin with the network evaluated in single precision. */
export function singleMargin(search: PropertySearch, x: Float64Array): number {
  const y = evaluateSinglePrecision(search.network, x);
  const { value } = marginOf(search, x, y);
  return Number.isFinite(value) ? value : Number.MAX_VALUE;
}

/** Twenty signed gradient steps on the worst row, from a random input. */
export function attack(search: PropertySearch, random: Random): void {
  const { region, network, rows, limits } = search;
  const x = region.middle.map((m, j) => m + region.halfWidth[j] * (2 * random.uniform() - 1));
  projectInto(region, x);
  for (let step = 0; step < 20 && !search.isWitness; step++) {
    visit(search, x);
    const values = preActivations(network, x);
    const y = values[values.length - 1];
    let worst = 0;
    let largest = -Infinity;
    rows.forEach((row, r) => {
      const sum = row.reduce((so, c, i) => so + c * y[i], -limits[r]);
      if (sum > largest) [largest, worst] = [sum, r];
    });
    const gradient = pullBack(network, values, rows[worst]);
    const length = step === 0 ? 2 : 0.5 * 0.85 ** step;
    for (let j = 0; j < x.length; j++) x[j] -= length * region.halfWidth[j] * Math.sign(gradient[j]);
    projectInto(region, x);
  }
  visit(search, x);
}

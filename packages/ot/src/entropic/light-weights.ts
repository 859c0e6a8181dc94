// Weights too small for a tolerance to notice: iterations leave them out, and one update fits them in the end.
//
// What they add up to is far below the tolerance, but potentials that belong to them lie far from the others', and Newton
// steps take their time to get there. Given the potentials of the others a single Sinkhorn update, sources first and then
// targets, finds theirs: every light row and column then has its weight, and the others' sums change by less than that.
import { portableExp, portableLog } from '@infimum/core';
import type { Transport } from '../transport.ts';

/** The share of the tolerance that the weights of one side may add up to, to be left out. */
const LEAST_SHARE = 1e-3;

/** Weights below this part of the mass are left out whatever the tolerance: products of three would underflow. */
const LEAST_WEIGHT = 2 ** -400;

/** Exponentials of less are zero. */
const LEAST_EXPONENT = -750;

/** The least weight that an iteration takes part in, relative to the mass. */
export function leastWeight(tolerance: number, length: number): number {
  return Math.max(LEAST_WEIGHT, (LEAST_SHARE * Math.min(1, tolerance)) / length);
}

/** A side of the problem: potentials, of the costs less the offsets, and where they belong. */
export interface FittedSide {
  /** Places of the potentials. */
  readonly places: Int32Array;
  /** Potentials in normalised units. */
  readonly potential: Float64Array;
  /** What was taken off the costs, in units of the cost. */
  readonly offsets: Float64Array;
}

/** Units of a normalised problem. */
export interface Units {
  /** What costs were divided by. */
  readonly costUnit: number;
  /** Regularisation in those units. */
  readonly epsilon: number;
  /** Total mass. */
  readonly mass: number;
}

/** One potential and the offset of its costs; `masses` get those exchanged with each place of the other side, of all `costs`. */
function fitLight(
  weight: number,
  costs: Float64Array,
  masses: Float64Array,
  { places, potential, offsets }: FittedSide,
  { costUnit, epsilon, mass }: Units,
): { readonly potential: number; readonly offset: number } {
  const count = places.length;
  let offset = Infinity;
  for (let l = 0; l < count; l++) {
    masses[l] = costs[places[l]] - offsets[l];
    if (masses[l] < offset) offset = masses[l];
  }
  let most = -Infinity;
  for (let l = 0; l < count; l++) {
    masses[l] = potential[l] - (masses[l] - offset) / costUnit;
    if (masses[l] > most) most = masses[l];
  }
  let sum = 0;
  for (let l = 0; l < count; l++) {
    const exponent = (masses[l] - most) / epsilon;
    masses[l] = exponent < LEAST_EXPONENT ? 0 : portableExp(exponent);
    sum += masses[l];
  }
  for (let l = 0; l < count; l++) masses[l] = (weight * masses[l]) / sum;
  return { potential: epsilon * (portableLog(weight) - portableLog(mass) - portableLog(sum)) - most, offset };
}

/** The places that have weight, but none of the places given. */
function lightPlaces(weights: Float64Array, fitted: Int32Array): number[] {
  const isFitted = new Set(fitted);
  return [...weights.keys()].filter((place) => weights[place] > 0 && !isFitted.has(place));
}

/** Whether any weight is positive beside those of the places. */
export function hasLight(weights: Float64Array, { length }: Int32Array): boolean {
  let count = 0;
  for (let i = 0; i < weights.length; i++) if (weights[i] > 0) count++;
  return count > length;
}

/** What is completed: potentials in units of the cost, and the plan. */
export interface CompletedPlan {
  readonly sourcePotential: Float64Array;
  readonly targetPotential: Float64Array;
  /** n x m. */
  readonly values: Float64Array;
}

/**
 * Fits all light sources to the targets that have potentials, then all light targets to all sources, and writes their potentials
 * and masses; O(nm).
 *
 * @param massShift - what is added to the potentials of sources
 * @returns what the masses add to the transport cost and to the regularised one
 */
export function completePlan(
  { a, b, cost }: Transport,
  sources: FittedSide,
  targets: FittedSide,
  units: Units,
  massShift: number,
  { sourcePotential, targetPotential, values }: CompletedPlan,
): { readonly transportCost: number; readonly regularizedCost: number } {
  const { rows, cols } = cost;
  const [lightSources, lightTargets] = [lightPlaces(a, sources.places), lightPlaces(b, targets.places)];
  const heavy = sources.places.length;
  const all = {
    places: new Int32Array(heavy + lightSources.length),
    potential: new Float64Array(heavy + lightSources.length),
    offsets: new Float64Array(heavy + lightSources.length),
  };
  for (const key of ['places', 'potential', 'offsets'] as const) all[key].set(sources[key]);
  const masses = new Float64Array(Math.max(rows, cols));
  let [transportCost, regularizedCost] = [0, 0];
  lightSources.forEach((i, k) => {
    const row = cost.values.subarray(i * cols, (i + 1) * cols);
    const light = fitLight(a[i], row, masses, targets, units);
    all.places[heavy + k] = i;
    all.potential[heavy + k] = light.potential;
    all.offsets[heavy + k] = light.offset;
    sourcePotential[i] = light.potential * units.costUnit + light.offset + massShift;
    for (let l = 0; l < targets.places.length; l++) {
      const j = targets.places[l];
      if (!(masses[l] > 0)) continue;
      values[i * cols + j] += masses[l];
      transportCost += masses[l] * row[j];
      regularizedCost += masses[l] * (sourcePotential[i] + targetPotential[j]);
    }
  });
  const column = new Float64Array(rows);
  for (const j of lightTargets) {
    for (let i = 0; i < rows; i++) column[i] = cost.values[i * cols + j];
    const light = fitLight(b[j], column, masses, all, units);
    targetPotential[j] = light.potential * units.costUnit + light.offset;
    for (let l = 0; l < all.places.length; l++) {
      const i = all.places[l];
      if (!(masses[l] > 0)) continue;
      values[i * cols + j] += masses[l];
      transportCost += masses[l] * column[i];
      regularizedCost += masses[l] * (sourcePotential[i] + targetPotential[j]);
    }
  }
  return { transportCost, regularizedCost };
}

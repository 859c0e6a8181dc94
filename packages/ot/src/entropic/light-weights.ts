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

/** A light place: its potential, with the offset of its costs, and the masses that go with it. */
interface LightPlace {
  readonly place: number;
  readonly potential: number;
  readonly offset: number;
  readonly masses: Float64Array;
}

/** One potential, and the mass exchanged with each place of the other side. */
function fitLight(
  weight: number,
  costTo: (place: number) => number,
  { places, potential, offsets }: FittedSide,
  { costUnit, epsilon, mass }: Units,
): Omit<LightPlace, 'place'> {
  // Costs, then levels, then shares, then masses.
  const masses = new Float64Array(places.length);
  let offset = Infinity;
  for (let l = 0; l < masses.length; l++) {
    masses[l] = costTo(places[l]) - offsets[l];
    if (masses[l] < offset) offset = masses[l];
  }
  let most = -Infinity;
  for (let l = 0; l < masses.length; l++) {
    masses[l] = potential[l] - (masses[l] - offset) / costUnit;
    if (masses[l] > most) most = masses[l];
  }
  let sum = 0;
  for (let l = 0; l < masses.length; l++) {
    const exponent = (masses[l] - most) / epsilon;
    masses[l] = exponent < LEAST_EXPONENT ? 0 : portableExp(exponent);
    sum += masses[l];
  }
  for (let l = 0; l < masses.length; l++) masses[l] = (weight * masses[l]) / sum;
  return {
    potential: epsilon * (portableLog(weight) - portableLog(mass) - portableLog(sum)) - most,
    offset,
    masses,
  };
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

/**
 * Fits all light sources to the targets that have potentials, then all light targets to all sources, and tells where
 * potentials and masses go; O(nm).
 *
 * @param onPotential - takes a potential in units of the cost: of a source (`true`) or a target
 * @param onMass - takes a mass of the plan, if it is not zero
 */
export function completePlan(
  { a, b, cost: { cols, values } }: Transport,
  sources: FittedSide,
  targets: FittedSide,
  units: Units,
  onPotential: (isSource: boolean, place: number, potential: number) => void,
  onMass: (source: number, target: number, mass: number) => void,
): void {
  const fitted = lightPlaces(a, sources.places).map((i): LightPlace => {
    const light = fitLight(a[i], (j) => values[i * cols + j], targets, units);
    onPotential(true, i, light.potential * units.costUnit + light.offset);
    for (let l = 0; l < light.masses.length; l++) {
      if (light.masses[l] > 0) onMass(i, targets.places[l], light.masses[l]);
    }
    return { place: i, ...light };
  });
  const all: FittedSide = {
    places: Int32Array.of(...sources.places, ...fitted.map(({ place }) => place)),
    potential: Float64Array.of(...sources.potential, ...fitted.map(({ potential }) => potential)),
    offsets: Float64Array.of(...sources.offsets, ...fitted.map(({ offset }) => offset)),
  };
  for (const j of lightPlaces(b, targets.places)) {
    const light = fitLight(b[j], (i) => values[i * cols + j], all, units);
    onPotential(false, j, light.potential * units.costUnit + light.offset);
    for (let l = 0; l < light.masses.length; l++) {
      if (light.masses[l] > 0) onMass(all.places[l], j, light.masses[l]);
    }
  }
}

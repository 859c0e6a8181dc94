// Weights that are negligible at the tolerance: iterations leave them out, and one update fits them in the end.
//
// What they add up to is far below the tolerance, but potentials that belong to them lie far from the others', and Newton
// steps reach them slowly. Given the potentials of the others a single Sinkhorn update, sources first and then
// targets, finds theirs: every light row and column then has its weight, and the others' sums change by less than that.
import { portableLog } from '@infimum/core/portable-math';
import { layout, runBlocks, scratch } from '@infimum/linalg/kernels';
import { gibbs } from '../../kernels.ts';
import type { Transport } from '../../transport.ts';

/** The share of the tolerance that the weights of one side may add up to, to be left out. */
const LEAST_SHARE = 1e-3;

/** Weights below this part of the mass are left out for every tolerance: products of three would underflow. */
const LEAST_WEIGHT = 2 ** -400;

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

/** Light lines, rows or columns, that are fitted at a time, so that little memory is taken. */
const LINES = 64;

/** The light lines of one side: where they are, their weights, and the strides of the costs along and across them. */
interface LightLines {
  readonly places: Int32Array;
  readonly weights: Float64Array;
  readonly costs: Float64Array;
  /** From a line to the next. */
  readonly across: number;
  /** From an entry of a line to the next. */
  readonly along: number;
}

/** What a block of lines gets. */
interface FittedBlock {
  /** Number of the first line. */
  readonly from: number;
  /** One past that of the last. */
  readonly to: number;
  /** Potentials, in normalised units, of the costs less the offsets. */
  readonly potentials: Float64Array;
  readonly offsets: Float64Array;
  /** Masses exchanged with each place of the other side, a line a row. */
  readonly masses: Float64Array;
}

/** Fits light lines to the potentials of the other side, block by block. */
function fitLight(
  { places: lines, weights, costs, across, along }: LightLines,
  { places, potential, offsets }: FittedSide,
  { costUnit, epsilon, mass }: Units,
  take: (block: FittedBlock) => void,
): void {
  const count = places.length;
  const most = Math.min(LINES, lines.length);
  const memory = layout({
    matrix: scratch(most * count),
    masses: scratch(most * count),
    least: most,
    none: count,
    sums: most,
    unused: count,
  });
  const { workspace, matrix, masses, least, none, sums, unused } = memory;
  const [potentials, lineOffsets] = [new Float64Array(most), new Float64Array(most)];
  try {
    for (let from = 0; from < lines.length; from += most) {
      const to = Math.min(lines.length, from + most);
      for (let line = from; line < to; line++) {
        const row = matrix.subarray((line - from) * count, (line - from + 1) * count);
        const start = lines[line] * across;
        let offset = Infinity;
        for (let l = 0; l < count; l++) {
          row[l] = costs[start + places[l] * along] - offsets[l];
          if (row[l] < offset) offset = row[l];
        }
        let lowest = Infinity;
        for (let l = 0; l < count; l++) {
          row[l] = (row[l] - offset) / costUnit - potential[l];
          if (row[l] < lowest) lowest = row[l];
        }
        least[line - from] = lowest;
        lineOffsets[line - from] = offset;
      }
      // The largest mass of a line is one before it gets its weight: nothing underflows that matters.
      const all = { cols: count, cost: matrix, x: least, y: none, scale: 1 / epsilon, plan: masses };
      const blocks = { items: to - from, block: to - from };
      runBlocks(workspace, gibbs, blocks, { ...all, rowSums: sums, columnSums: unused });
      for (let line = from; line < to; line++) {
        const k = line - from;
        const weight = weights[lines[line]];
        potentials[k] = epsilon * (portableLog(weight) - portableLog(mass) - portableLog(sums[k])) + least[k];
        for (let l = k * count; l < (k + 1) * count; l++) masses[l] = (weight * masses[l]) / sums[k];
      }
      take({ from, to, potentials, offsets: lineOffsets, masses });
    }
  } finally {
    workspace.release();
  }
}

/** The places that have weight, but none of the places given, which rise. */
function lightPlaces(weights: Float64Array, fitted: Int32Array): Int32Array {
  const light = new Int32Array(weights.length);
  let count = 0;
  for (let place = 0, k = 0; place < weights.length; place++) {
    if (fitted[k] === place) k++;
    else if (weights[place] > 0) light[count++] = place;
  }
  return light.slice(0, count);
}

/** Whether any weight is positive beside those of the places. */
export function hasLight(weights: Float64Array, { length }: Int32Array): boolean {
  let count = 0;
  for (let i = 0; i < weights.length; i++) if (weights[i] > 0) count++;
  return count > length;
}

/** What is completed: potentials in units of the cost, the plan and its sums. */
export interface CompletedPlan {
  readonly sourcePotential: Float64Array;
  readonly targetPotential: Float64Array;
  /** n x m, where the plan is wanted. */
  readonly values?: Float64Array | undefined;
  readonly rowSums: Float64Array;
  readonly columnSums: Float64Array;
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
  { sourcePotential, targetPotential, values, rowSums, columnSums }: CompletedPlan,
): { readonly transportCost: number; readonly regularizedCost: number } {
  const { cols, values: costs } = cost;
  const [lightSources, lightTargets] = [lightPlaces(a, sources.places), lightPlaces(b, targets.places)];
  const all = {
    places: Int32Array.from([...sources.places, ...lightSources]),
    potential: extended(sources.potential, lightSources.length),
    offsets: extended(sources.offsets, lightSources.length),
  };
  const added = { transportCost: 0, regularizedCost: 0 };
  const addMasses = (i: number, places: Int32Array, masses: Float64Array, stride: number) => {
    const [at, potential] = [i * cols, sourcePotential[i]];
    let [sum, spent, regularized] = [0, 0, 0];
    for (let l = 0; l < places.length; l++) {
      const mass = masses[l * stride];
      if (!(mass > 0)) continue;
      const j = places[l];
      if (values) values[at + j] += mass;
      columnSums[j] += mass;
      sum += mass;
      spent += mass * costs[at + j];
      regularized += mass * (potential + targetPotential[j]);
    }
    rowSums[i] += sum;
    added.transportCost += spent;
    added.regularizedCost += regularized;
  };
  const heavy = sources.places.length;
  const rows = { places: lightSources, weights: a, costs, across: cols, along: 1 };
  fitLight(rows, targets, units, ({ from, to, potentials, offsets, masses }) => {
    for (let k = from; k < to; k++) {
      const i = lightSources[k];
      all.potential[heavy + k] = potentials[k - from];
      all.offsets[heavy + k] = offsets[k - from];
      sourcePotential[i] = potentials[k - from] * units.costUnit + offsets[k - from] + massShift;
      const line = (k - from) * targets.places.length;
      addMasses(i, targets.places, masses.subarray(line, line + targets.places.length), 1);
    }
  });
  const columns = { places: lightTargets, weights: b, costs, across: 1, along: cols };
  fitLight(columns, all, units, ({ from, to, potentials, offsets, masses }) => {
    for (let k = from; k < to; k++) {
      targetPotential[lightTargets[k]] = potentials[k - from] * units.costUnit + offsets[k - from];
    }
    const count = all.places.length;
    for (let l = 0; l < count; l++) {
      addMasses(all.places[l], lightTargets.subarray(from, to), masses.subarray(l), count);
    }
  });
  return added;
}

/** The numbers with room for more behind them. */
function extended(values: Float64Array, more: number): Float64Array {
  const longer = new Float64Array(values.length + more);
  longer.set(values);
  return longer;
}

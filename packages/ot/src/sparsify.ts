// Sparsification of a plan: keep its large entries, count exactly what is dropped.
import type { BipartiteGraph } from './laplacian-elimination.ts';

/** Which entries to keep: all but a given mass, or a given number of the largest. */
export type SparsifyRule = { readonly droppedMass: number } | { readonly count: number };

/** The kept entries of a plan and the mass that was dropped from every row and column. */
export interface SparsePlan extends BipartiteGraph {
  /** Mass dropped from every row. */
  readonly droppedFromRows: Float64Array;
  /** Mass dropped from every column. */
  readonly droppedFromColumns: Float64Array;
}

// Entries are counted in bins of a quarter octave, from 2^10 down to the smallest number.
const BINS_PER_OCTAVE = 4;
const TOP_OCTAVE = 10;
const BINS = BINS_PER_OCTAVE * (TOP_OCTAVE + 1074) + 1;

/**
 * Keeps the entries that are at least as large as a threshold, chosen by the rule; O(rows * cols).
 *
 * By mass, the threshold is a bin's edge: less than `droppedMass` is dropped. By count, it is the `count`-largest
 * entry itself, and entries equal to it are kept too.
 */
export function sparsify(plan: Float64Array, rows: number, cols: number, rule: SparsifyRule): SparsePlan {
  const threshold = 'count' in rule ? largest(plan, rule.count) : thresholdOfMass(plan, rule.droppedMass);
  const rowPointers = new Int32Array(rows + 1);
  const droppedFromRows = new Float64Array(rows);
  const droppedFromColumns = new Float64Array(cols);
  let kept = 0;
  for (let i = 0, k = 0; i < rows; i++) {
    let dropped = 0;
    for (let j = 0; j < cols; j++, k++) {
      const mass = plan[k];
      if (mass >= threshold) kept++;
      else if (mass > 0) {
        dropped += mass;
        droppedFromColumns[j] += mass;
      }
    }
    droppedFromRows[i] = dropped;
    rowPointers[i + 1] = kept;
  }
  const columnIndices = new Int32Array(kept);
  const values = new Float64Array(kept);
  for (let i = 0, k = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++, k++) {
      if (plan[k] >= threshold) {
        columnIndices[at] = j;
        values[at++] = plan[k];
      }
    }
  }
  return { rows, cols, rowPointers, columnIndices, values, droppedFromRows, droppedFromColumns };
}

/**
 * How much of a plan lies outside its `ceil(density * entries)` largest entries, in the l1 norm: the epsilon of
 * "(density, epsilon)-sparse" in Sinkhorn-Newton-Sparse (arXiv 2401.12253).
 *
 * @param plan - non-negative entries in any order
 * @param density - share of the entries to keep, between 0 and 1
 *
 * @example
 * ```ts
 * import { sparsityProfile } from '@infimum/ot';
 *
 * console.log(sparsityProfile(Float64Array.of(0.5, 0.25, 0.125, 0.125), 0.5)); // 0.25
 * ```
 */
export function sparsityProfile(plan: Float64Array, density: number): number {
  const sorted = plan.toSorted();
  let outside = 0;
  for (let k = 0; k < plan.length - Math.ceil(density * plan.length); k++) outside += sorted[k];
  return outside;
}

function binOf(mass: number): number {
  const bin = Math.floor(BINS_PER_OCTAVE * (TOP_OCTAVE - Math.log2(mass)));
  return Math.max(0, Math.min(BINS - 1, bin));
}

/** Lower edge of a bin. */
function edgeOf(bin: number): number {
  return 2 ** (TOP_OCTAVE - (bin + 1) / BINS_PER_OCTAVE);
}

/** The smallest bin edge below which the mass is at most `droppedMass`. */
function thresholdOfMass(plan: Float64Array, droppedMass: number): number {
  const masses = new Float64Array(BINS);
  for (const mass of plan) if (mass > 0) masses[binOf(mass)] += mass;
  let bin = BINS - 1;
  let dropped = 0;
  while (bin > 0 && dropped + masses[bin] <= droppedMass) dropped += masses[bin--];
  return edgeOf(bin);
}

/** The `count`-largest entry, or the smallest positive number if there are not so many positive entries. */
function largest(plan: Float64Array, count: number): number {
  const counts = new Int32Array(BINS);
  for (const mass of plan) if (mass > 0) counts[binOf(mass)]++;
  let bin = 0;
  let above = 0;
  while (bin < BINS && above + counts[bin] < count) above += counts[bin++];
  if (bin === BINS) return Number.MIN_VALUE;
  const inBin = plan.filter((mass) => mass > 0 && binOf(mass) === bin).sort();
  return inBin[inBin.length - (count - above)];
}

// Sparsification of a plan: keep its large entries, count exactly what is dropped.
import { checkNonNegative, checkNumber, checkVector } from '@infimum/core';
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

// Entries are counted in bins by the first 13 bits of the number below its sign, the exponent and two more: four bins
// an octave, in the order of the numbers.
export const BINS = 1 << 13;
const BIN_SHIFT = 18;

/**
 * Keeps the entries that are at least as large as a threshold, chosen by the rule; O(rows * cols).
 *
 * By mass, the threshold is a bin's edge: less than `droppedMass` is dropped. By count, it is the `count`-largest
 * entry itself, and entries equal to it are kept too.
 */
export function sparsify(plan: Float64Array, rows: number, cols: number, rule: SparsifyRule): SparsePlan {
  const threshold = 'count' in rule ? countThreshold(plan, rule.count) : massThreshold(binsOf(plan), rule.droppedMass);
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
 * @throws {InvalidInputError} naming `plan` or `density`
 *
 * @example
 * ```ts
 * import { sparsityProfile } from '@infimum/ot/entropic';
 *
 * console.log(sparsityProfile(Float64Array.of(0.5, 0.25, 0.125, 0.125), 0.5)); // 0.25
 * ```
 */
export function sparsityProfile(plan: Float64Array, density: number): number {
  checkVector(plan, 'plan');
  checkNonNegative(plan, 'plan');
  checkNumber(density, 'density', { min: 0, max: 1 });
  const sorted = plan.toSorted();
  let outside = 0;
  for (let k = 0; k < plan.length - Math.ceil(density * plan.length); k++) outside += sorted[k];
  return outside;
}

/** The upper half of every number's bits, at odd positions (memory is little-endian wherever WebAssembly runs). */
function halvesOf(plan: Float64Array): Int32Array {
  return new Int32Array(plan.buffer, plan.byteOffset, 2 * plan.length);
}

/** The smallest number of a bin. */
function edgeOf(bin: number): number {
  return new Float64Array(Int32Array.of(0, bin << BIN_SHIFT).buffer)[0];
}

/** The mass in every bin. */
function binsOf(plan: Float64Array): Float64Array {
  const halves = halvesOf(plan);
  const masses = new Float64Array(BINS);
  for (let k = 0; k < plan.length; k++) masses[halves[2 * k + 1] >>> BIN_SHIFT] += plan[k];
  return masses;
}

/** The smallest bin edge below which the mass is at most `droppedMass`, of the masses of all bins. */
export function massThreshold(masses: Float64Array, droppedMass: number): number {
  let bin = 0;
  let dropped = 0;
  while (bin < BINS - 1 && dropped + masses[bin] <= droppedMass) dropped += masses[bin++];
  return edgeOf(bin) || Number.MIN_VALUE;
}

/** The `count`-largest entry, or the smallest positive number if there are not so many positive entries. */
export function countThreshold(plan: Float64Array, count: number): number {
  const halves = halvesOf(plan);
  const counts = new Int32Array(BINS);
  for (let k = 0; k < plan.length; k++) counts[halves[2 * k + 1] >>> BIN_SHIFT]++;
  let bin = BINS - 1;
  let above = 0;
  while (bin > 0 && above + counts[bin] < count) above += counts[bin--];
  const inBin = plan.filter((_, k) => halves[2 * k + 1] >>> BIN_SHIFT === bin).sort();
  return inBin[inBin.length - (count - above)] || Number.MIN_VALUE;
}

// 3SUM counting by hashing into a grid of Exact Triangle instances: the paper's route.
import type { Random } from '@infimum/core';
import { modulo, multiplyModulo } from '../transforms/modular-arithmetic.ts';
import { primeFrom } from '../transforms/primes.ts';
import type { TriangleTargets } from './exact-triangle.ts';
import { countTargets, triangleSamples } from './exact-triangle.ts';
import type { ThreeSumCounts, ThreeSumOperations, ThreeSumSets } from './three-sum-solution.ts';

/** Hash functions that are tried before many layers are accepted. */
const MOST_DRAWS = 16;

/** How closely solutions are counted. */
export interface TriangleParameters {
  readonly kappa: number;
  readonly kappaInner: number | undefined;
  readonly delta: number;
}

/** Counts the sums of every pair of layers in every row of b's grid. */
export function countByTriangles(
  { a, b, c }: ThreeSumSets,
  { kappa, kappaInner, delta }: TriangleParameters,
  random: Random,
  operations: ThreeSumOperations,
): ThreeSumCounts {
  const side = Math.ceil(Math.sqrt(Math.max(a.length, b.length)));
  const { hash, layersOfA, layersOfB } = spread(a, b, side * side, random);
  const layerPairs = layersOfA.length * layersOfB.length;
  const inner = kappaInner ?? 4 * kappa * layerPairs;
  const pairs = Math.max(side * (2 * side - 1), 4 * c.length);
  const samples = triangleSamples(side, pairs, inner, delta / (layerPairs * side));
  const counts = new Float64Array(c.length);
  for (let y1 = 0; y1 < side; y1++) {
    const targets = targetsOfRow(c, hash, side, y1);
    if (targets.index.length === 0) continue;
    const found = new Float64Array(targets.index.length);
    for (const cellsOfB of layersOfB) {
      const right = shiftedRows(cellsOfB, side, y1);
      if (!right) continue;
      for (const cellsOfA of layersOfA) {
        operations.instances++;
        const left = { rows: side, cols: side, values: cellsOfA };
        countTargets(left, right, targets, found, { order: random.sample(side, samples), operations });
      }
    }
    for (let t = 0; t < found.length; t++) counts[targets.index[t]] += found[t];
  }
  return { counts, layerPairs, operations };
}

/**
 * Draws a hash function until no cell holds more than log2(cells) + 1 values of a set: progressions sometimes fall into
 * very few cells, at the cost of many layers. Repeated members may leave no choice, hence a limit of draws.
 */
function spread(a: Float64Array, b: Float64Array, cells: number, random: Random) {
  for (let draw = 1; ; draw++) {
    const hash = almostLinearHash(cells, random);
    const layersOfA = layers(a, hash, cells);
    const layersOfB = layers(b, hash, cells);
    const deepest = Math.max(layersOfA.length, layersOfB.length);
    if (deepest <= Math.log2(cells) + 1 || draw === MOST_DRAWS) return { hash, layersOfA, layersOfB };
  }
}

/** h(v) = ⌊((v mod Π)·w mod Π)·M/Π⌋, so that h(a + b) ∈ h(a) + h(b) + {0, 1} modulo M. */
function almostLinearHash(cells: number, random: Random): (value: number) => number {
  const prime = primeFrom(2 ** 30);
  const factor = 1 + random.integer(prime - 1);
  return (value) => Math.floor((multiplyModulo(modulo(value, prime), factor, prime) * cells) / prime);
}

/** Deals the values out: the u-th value of every cell goes to layer u. Empty cells are NaN. */
function layers(values: Float64Array, hash: (value: number) => number, cells: number): Float64Array[] {
  const occupied = new Int32Array(cells);
  const all: Float64Array[] = [];
  for (const value of values) {
    const cell = hash(value);
    const layer = occupied[cell]++;
    if (layer === all.length) all.push(new Float64Array(cells).fill(NaN));
    all[layer][cell] = value;
  }
  return all;
}

/** B'[x2, z2] = the value in cell (y1, z2 − x2), or undefined if that row of the grid is empty. */
function shiftedRows(cells: Float64Array, side: number, y1: number) {
  const row = cells.subarray(y1 * side, (y1 + 1) * side);
  if (row.every(Number.isNaN)) return undefined;
  const cols = 2 * side - 1;
  const values = new Float64Array(side * cols).fill(NaN);
  for (let x2 = 0; x2 < side; x2++) values.set(row, x2 * cols + x2);
  return { rows: side, cols, values };
}

/** Where the sums can stand when b lies in row y1: (x1 + y1, z2) is the cell of c, or the one before it. */
function targetsOfRow(
  c: Float64Array,
  hash: (value: number) => number,
  side: number,
  y1: number,
): TriangleTargets & { readonly index: Int32Array } {
  const most = 4 * c.length;
  const row = new Int32Array(most);
  const col = new Int32Array(most);
  const value = new Float64Array(most);
  const index = new Int32Array(most);
  let count = 0;
  const add = (t: number, x1: number, z2: number): void => {
    row[count] = x1;
    col[count] = z2;
    value[count] = c[t];
    index[count++] = t;
  };
  for (let t = 0; t < c.length; t++) {
    for (const carry of [0, 1]) {
      const cell = modulo(hash(c[t]) - carry, side * side);
      const low = cell % side;
      const high = (cell - low) / side;
      add(t, modulo(high - y1, side), low);
      // Inner indices x2 + y2 ≥ side have carried into the row.
      if (low + side <= 2 * side - 2) add(t, modulo(high - 1 - y1, side), low + side);
    }
  }
  return {
    row: row.subarray(0, count),
    col: col.subarray(0, count),
    value: value.subarray(0, count),
    index: index.subarray(0, count),
  };
}

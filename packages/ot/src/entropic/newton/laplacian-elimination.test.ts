import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BipartiteGraph } from './laplacian-elimination.ts';
import { solveLaplacian } from './laplacian-elimination.ts';

/** A graph from a dense table of weights; zeros are no edges. */
function graphOf(weights: readonly (readonly number[])[]): BipartiteGraph {
  const rowPointers = [0];
  const columnIndices: number[] = [];
  const values: number[] = [];
  for (const row of weights) {
    row.forEach((weight, j) => {
      if (weight === 0) return;
      columnIndices.push(j);
      values.push(weight);
    });
    rowPointers.push(values.length);
  }
  return {
    rows: weights.length,
    cols: weights[0].length,
    rowPointers: Int32Array.from(rowPointers),
    columnIndices: Int32Array.from(columnIndices),
    values: Float64Array.from(values),
  };
}

/** (L + E) u, from the definition. */
function apply(weights: readonly (readonly number[])[], excess: readonly number[], u: Float64Array): number[] {
  const rows = weights.length;
  const out = excess.map((e, k) => e * u[k]);
  weights.forEach((row, i) => {
    row.forEach((weight, j) => {
      out[i] += weight * (u[i] - u[rows + j]);
      out[rows + j] += weight * (u[rows + j] - u[i]);
    });
  });
  return out;
}

const weightTables = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 100 }))
  .chain(([rows, cols, density]) =>
    fc.array(
      fc.array(
        fc
          .tuple(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0.01, max: 1, noNaN: true }))
          .map(([draw, weight]) => (draw <= density ? weight : 0)),
        { minLength: cols, maxLength: cols },
      ),
      { minLength: rows, maxLength: rows },
    ),
  );

describe('solveLaplacian', () => {
  it('solves (L + E) u = h on graphs of every density', () => {
    fc.assert(
      fc.property(weightTables, (weights) => {
        const size = weights.length + weights[0].length;
        const excess = Array.from({ length: size }, (_, k) => 0.1 + (k % 7) / 10);
        const h = Float64Array.from({ length: size }, (_, k) => Math.sin(k + 1));
        const u = h.slice();
        solveLaplacian(graphOf(weights), Float64Array.from(excess), u);
        const again = apply(weights, excess, u);
        for (let k = 0; k < size; k++) expect(again[k]).toBeCloseTo(h[k], 10);
      }),
    );
  });

  it('keeps relative accuracy where the graph nearly falls apart', () => {
    // Two pairs, each bound by 1, held together by 1e-30 and grounded by 1e-40: u is 1e40 / 4 up to 1e-10 relative.
    const weights = [
      [1, 1e-30],
      [0, 1],
    ];
    const excess = Float64Array.of(1e-40, 0, 0, 0);
    const u = Float64Array.of(0, 0, 0, 1);
    solveLaplacian(graphOf(weights), excess, u);
    // All of the unit that enters at the last node leaves at the first: u_0 = 1 / 1e-40.
    expect(u[0] / 1e40).toBeCloseTo(1, 12);
    // Between the pairs the potential falls by 1 / 1e-30, far below the rounding of 1e40.
    expect(u[3] / u[0]).toBeCloseTo(1, 9);
  });

  it('eliminates a path of 20 000 nodes, which a dense elimination could not hold', () => {
    const n = 10_000;
    const rowPointers = Int32Array.from({ length: n + 1 }, (_, i) => Math.min(2 * i, 2 * n - 1));
    const columnIndices = Int32Array.from({ length: 2 * n - 1 }, (_, k) => Math.ceil(k / 2));
    const graph = { rows: n, cols: n, rowPointers, columnIndices, values: new Float64Array(2 * n - 1).fill(1) };
    const excess = new Float64Array(2 * n).fill(1);
    const h = new Float64Array(2 * n).fill(3);
    solveLaplacian(graph, excess, h);
    // L annihilates constants and E is the identity, so u = h is constant.
    for (const value of h) expect(Math.abs(value - 3)).toBeLessThan(1e-12);
  });
});

// Model problems of numerical linear algebra, and real ones from data in this package.
import { Random } from '@infimum/core';
import type { CsrMatrix } from '../matrices.ts';
import { CsrBuilder } from '../sparse/csr-builder.ts';

/** A tall sparse matrix with a few normal entries in each row, and every column at least once. */
export function sparseDesign(rows: number, cols: number, entriesPerRow: number, seed: number): CsrMatrix {
  const random = new Random(seed);
  const builder = new CsrBuilder(rows, cols);
  for (let i = 0; i < rows; i++) {
    const chosen = new Set(random.sample(cols, Math.min(cols, entriesPerRow)));
    chosen.add(i % cols);
    for (const j of [...chosen].sort((x, y) => x - y)) builder.push(j, random.normal());
    builder.endRow();
  }
  return builder.matrix();
}

/**
 * I + strength L for the Laplacian L of a graph whose links count in both directions, over its mean degree: symmetric
 * positive definite. Its solution is the right-hand side smoothed over the graph: |x - b|² + strength x'Lx is least.
 */
export function smoothingSystem(graph: CsrMatrix, strength: number): CsrMatrix {
  const { rows: size, rowPointers, columnIndices, values } = graph;
  const neighbors = Array.from({ length: size }, () => new Map<number, number>());
  let total = 0;
  for (let i = 0; i < size; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      const j = columnIndices[k];
      if (i === j) continue;
      neighbors[i].set(j, (neighbors[i].get(j) ?? 0) + values[k]);
      neighbors[j].set(i, (neighbors[j].get(i) ?? 0) + values[k]);
      total += 2 * values[k];
    }
  }
  const factor = total === 0 ? 0 : (strength * size) / total;
  const builder = new CsrBuilder(size, size);
  for (const [i, row] of neighbors.entries()) {
    let degree = 0;
    for (const weight of row.values()) degree += weight;
    const entries = new Map(Array.from(row, ([j, weight]) => [j, -factor * weight] as const));
    entries.set(i, 1 + factor * degree);
    for (const [j, value] of [...entries].sort(([x], [y]) => x - y)) builder.push(j, value);
    builder.endRow();
  }
  return builder.matrix();
}

/**
 * I - damping P', whose solution for b = (1 - damping) / n is the PageRank of a graph: P has the weights of the links,
 * divided by their sum over a page. Pages without links lead everywhere.
 */
export function pageRankSystem(graph: CsrMatrix, damping: number): { a: CsrMatrix; b: Float64Array } {
  const { rows: size, rowPointers, columnIndices, values } = graph;
  const columns = Array.from({ length: size }, () => new Map<number, number>());
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) sum += values[k];
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      columns[columnIndices[k]].set(i, (-damping * values[k]) / sum);
    }
    if (sum === 0) for (const column of columns) column.set(i, -damping / size);
  }
  const builder = new CsrBuilder(size, size);
  for (const [j, column] of columns.entries()) {
    column.set(j, 1 + (column.get(j) ?? 0));
    for (const [i, value] of [...column].sort(([x], [y]) => x - y)) builder.push(i, value);
    builder.endRow();
  }
  return { a: builder.matrix(), b: new Float64Array(size).fill((1 - damping) / size) };
}

// Model problems of numerical linear algebra, and real ones made of data that this package has.
import { Random } from '@infimum/core';
import { CsrBuilder } from './csr-builder.ts';
import type { CsrMatrix } from './csr-matrix.ts';

/** The five-point Laplacian of a grid of side x side inner points: 4 on the diagonal, -1 for each neighbour. */
export function fivePointLaplacian(side: number): CsrMatrix {
  return stencil(side, { centre: 4, west: -1, east: -1, north: -1, south: -1 });
}

/** Diffusion and a wind from the west, upwind differences: the further from symmetric, the stronger the wind. */
export function convectionDiffusion(side: number, wind: number): CsrMatrix {
  const flow = wind / (side + 1);
  return stencil(side, { centre: 4 + flow, west: -1 - flow, east: -1, north: -1, south: -1 });
}

/** The Laplacian less a multiple of the identity, with eigenvalues on both sides of zero. */
export function helmholtz(side: number, shift: number): CsrMatrix {
  return stencil(side, { centre: 4 - shift, west: -1, east: -1, north: -1, south: -1 });
}

interface Stencil {
  readonly centre: number;
  readonly west: number;
  readonly east: number;
  readonly north: number;
  readonly south: number;
}

function stencil(side: number, { centre, west, east, north, south }: Stencil): CsrMatrix {
  const size = side * side;
  const builder = new CsrBuilder(size, size);
  for (let i = 0; i < size; i++) {
    const column = i % side;
    if (i >= side) builder.push(i - side, north);
    if (column > 0) builder.push(i - 1, west);
    builder.push(i, centre);
    if (column < side - 1) builder.push(i + 1, east);
    if (i + side < size) builder.push(i + side, south);
    builder.endRow();
  }
  return builder.matrix();
}

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

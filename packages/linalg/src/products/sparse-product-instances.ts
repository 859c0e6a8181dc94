// Pairs of sparse matrices: model matrices from applications of sparse products.
import { Random } from '@infimum/core';
import type { CsrMatrix } from '../matrices.ts';
import { CsrBuilder } from '../sparse/csr-builder.ts';
import { csrFromTriplets } from '../sparse/csr-matrix.ts';
import { transposed } from '../sparse/csr-transpose.ts';
import { fivePointLaplacian } from '../sparse/grid-stencils.ts';
import { SEMIRINGS } from './semiring.ts';
import { gustavsonEngine } from './spgemm-gustavson.ts';

/** A band of entries around the diagonal with normal random values. */
export function banded(size: number, halfWidth: number, seed: number): CsrMatrix {
  const random = new Random(seed);
  const builder = new CsrBuilder(size, size);
  for (let i = 0; i < size; i++) {
    const last = Math.min(size - 1, i + halfWidth);
    for (let j = Math.max(0, i - halfWidth); j <= last; j++) builder.push(j, random.normal());
    builder.endRow();
  }
  return builder.matrix();
}

/**
 * A graph of communities as Markov clustering has it: loops added, columns scaled to sum 1. Its square is the
 * expansion step.
 */
export function markovChain(communities: number, members: number, degree: number, seed: number): CsrMatrix {
  const random = new Random(seed);
  const size = communities * members;
  const neighbors = Array.from({ length: size }, (_, i) => new Set([i]));
  for (let edge = 0; edge < (size * degree) / 2; edge++) {
    const i = random.integer(size);
    const within = random.uniform() < 0.9;
    const j = within ? i - (i % members) + random.integer(members) : random.integer(size);
    neighbors[i].add(j);
    neighbors[j].add(i);
  }
  const builder = new CsrBuilder(size, size);
  for (const row of neighbors) {
    for (const j of Int32Array.from(row).sort()) builder.push(j, 1 / neighbors[j].size);
    builder.endRow();
  }
  return builder.matrix();
}

/**
 * Restriction and A times prolongation of smoothed aggregation on the Laplacian of a grid; their product is the
 * Galerkin operator R A P of the coarse grid. Aggregates are blocks of 3 x 3 points, smoothed by one damped Jacobi
 * step with factor 2/3.
 */
export function galerkin(side: number): { a: CsrMatrix; b: CsrMatrix } {
  const laplacian = fivePointLaplacian(side);
  const coarse = Math.ceil(side / 3);
  const size = side * side;
  const aggregate = (i: number) => Math.floor(Math.floor(i / side) / 3) * coarse + Math.floor((i % side) / 3);
  const rowIndices: number[] = [];
  const columnIndices: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < size; i++) {
    for (let k = laplacian.rowPointers[i]; k < laplacian.rowPointers[i + 1]; k++) {
      const j = laplacian.columnIndices[k];
      rowIndices.push(i);
      columnIndices.push(aggregate(j));
      values.push((i === j ? 1 : 0) - (2 / 3) * (laplacian.values[k] / 4));
    }
  }
  const prolongation = csrFromTriplets({ rows: size, cols: coarse * coarse, rowIndices, columnIndices, values });
  return { a: transposed(prolongation), b: plainProduct(laplacian, prolongation) };
}

function plainProduct(a: CsrMatrix, b: CsrMatrix): CsrMatrix {
  const engine = gustavsonEngine(a, b, SEMIRINGS['plus-times'], true);
  while (engine.advance());
  return engine.solution().matrix;
}

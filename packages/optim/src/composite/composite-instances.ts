// Instances of composite minimisation: the benchmark problems of the paper on block coordinate descent, and lasso problems.
//
// J. Nutini, I. Laradji, M. Schmidt: Let's make block coordinate descent converge faster (arXiv 1712.08859).
import { Random } from '@infimum/core';
import { portableCosine, portableLog, portableSine } from '@infimum/core/portable-math';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { csrFromTriplets } from '@infimum/linalg';
import type { Propagation } from '../losses/label-propagation.ts';
import { labelPropagation } from '../losses/label-propagation.ts';
import { multiplyRows, twoWayMatrix } from '../losses/two-way-matrix.ts';

/** A linear model with its data. */
export interface LinearData<Design> {
  readonly design: Design;
  /** Numbers, labels or classes. */
  readonly targets: Float64Array;
}

/** Sizes of a design. */
export interface DesignSizes {
  readonly rows: number;
  readonly cols: number;
}

/**
 * Problem A: entries N(0, 1) + 1, columns times 10 N(0, 1), each entry kept with probability 10 log(m) / m; a tenth of the
 * weights N(0, 1), the others zero; noise N(0, 1).
 */
export function sparseRegression({ rows, cols }: DesignSizes, seed: number): LinearData<CsrMatrix> {
  const random = new Random(seed);
  const design = sparseDesign({ rows, cols }, random);
  const targets = new Float64Array(rows);
  const weights = new Float64Array(cols);
  for (let j = 0; j < cols; j++) {
    const weight = random.normal();
    if (random.uniform() < 0.1) weights[j] = weight;
  }
  multiplyRows(twoWayMatrix(design, 'design'), weights, targets);
  for (let i = 0; i < rows; i++) targets[i] += random.normal();
  return { design, targets };
}

/** Problem B: the design of A, the signs of its targets without noise, each flipped with probability 0.1. */
export function sparseClassification(sizes: DesignSizes, seed: number): LinearData<CsrMatrix> {
  const random = new Random(seed);
  const design = sparseDesign(sizes, random);
  const weights = new Float64Array(sizes.cols);
  for (let j = 0; j < sizes.cols; j++) {
    const weight = random.normal();
    if (random.uniform() < 0.1) weights[j] = weight;
  }
  const targets = new Float64Array(sizes.rows);
  multiplyRows(twoWayMatrix(design, 'design'), weights, targets);
  for (let i = 0; i < sizes.rows; i++) {
    const sign = targets[i] < 0 ? -1 : 1;
    targets[i] = random.uniform() < 0.1 ? -sign : sign;
  }
  return { design, targets };
}

function sparseDesign({ rows, cols }: DesignSizes, random: Random): CsrMatrix {
  const kept = Math.min(1, (10 * portableLog(rows)) / rows || 1);
  const scales = random.normals(new Float64Array(cols));
  const [rowIndices, columnIndices, values]: number[][] = [[], [], []];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      if (random.uniform() >= kept) continue;
      rowIndices.push(i);
      columnIndices.push(j);
      values.push((random.normal() + 1) * 10 * scales[j]);
    }
  }
  return csrFromTriplets({ rows, cols, rowIndices, columnIndices, values });
}

/** Problem C: a dense design and weights N(0, 1), each sample in the class of the largest score with noise N(0, 1). */
export function manyClasses(
  { rows, cols, classes }: DesignSizes & { readonly classes: number },
  seed: number,
): LinearData<DenseMatrix> {
  const random = new Random(seed);
  const values = random.normals(new Float64Array(rows * cols));
  const weights = random.normals(new Float64Array(cols * classes));
  const targets = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let best = -Infinity;
    for (let c = 0; c < classes; c++) {
      let score = random.normal();
      for (let f = 0; f < cols; f++) score += values[i * cols + f] * weights[f * classes + c];
      if (score > best) [best, targets[i]] = [score, c];
    }
  }
  return { design: { rows, cols, values }, targets };
}

/** A dense design N(0, 1), so many weights N(0, 1), noise N(0, 1). */
export function denseRegression(
  { rows, cols, nonzeros }: DesignSizes & { readonly nonzeros: number },
  seed: number,
): LinearData<DenseMatrix> {
  const random = new Random(seed);
  const values = random.normals(new Float64Array(rows * cols));
  const support = random.sample(cols, Math.min(nonzeros, cols));
  const weights = random.normals(new Float64Array(support.length));
  const targets = random.normals(new Float64Array(rows));
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < support.length; k++) targets[i] += weights[k] * values[i * cols + support[k]];
  return { design: { rows, cols, values }, targets };
}

/** The edges of a lattice, all of one weight: node c rows + r is in row r and column c. */
export function latticeEdges({ rows, cols }: DesignSizes, weight: number): CsrMatrix {
  const [rowIndices, columnIndices]: number[][] = [[], []];
  const connect = (i: number, j: number) => {
    rowIndices.push(i, j);
    columnIndices.push(j, i);
  };
  for (let c = 0; c < cols; c++) {
    for (let r = 0; r < rows; r++) {
      const node = c * rows + r;
      if (r + 1 < rows) connect(node, node + 1);
      if (c + 1 < cols) connect(node, node + rows);
    }
  }
  const size = rows * cols;
  return csrFromTriplets({
    rows: size,
    cols: size,
    rowIndices,
    columnIndices,
    values: new Float64Array(rowIndices.length).fill(weight),
  });
}

/** Problem D: a square lattice with edges of weight 1e5 and so many random nodes with labels 10 N(0, 1). */
export function latticePropagation(side: number, labeled: number, seed: number): Propagation {
  return labelPropagation(latticeEdges({ rows: side, cols: side }, 1e5), latticeLabels(side, labeled, seed));
}

/** The labels there, NaN for nodes without one. */
export function latticeLabels(side: number, labeled: number, seed: number): Float64Array {
  const random = new Random(seed);
  const labels = new Float64Array(side * side).fill(Number.NaN);
  for (const node of random.sample(labels.length, Math.min(labeled, labels.length - 1))) labels[node] = 10 * random.normal();
  return labels;
}

/** Problem E: two half moons with noise of variance 0.04, the graph of 5 nearest neighbours, labels 1 and -1. */
export function moonsPropagation(points: number, labeled: number, seed: number): Propagation {
  const random = new Random(seed);
  const [xs, ys] = [new Float64Array(points), new Float64Array(points)];
  const isUpper = (i: number) => i < points / 2;
  for (let i = 0; i < points; i++) {
    const turn = random.uniform() / 2;
    const [x, y] = [portableCosine(turn), portableSine(turn)];
    xs[i] = (isUpper(i) ? x : 1 - x) + 0.2 * random.normal();
    ys[i] = (isUpper(i) ? y : 0.5 - y) + 0.2 * random.normal();
  }
  const labels = new Float64Array(points).fill(Number.NaN);
  for (const i of random.sample(points, Math.min(labeled, points - 1))) labels[i] = isUpper(i) ? 1 : -1;
  return labelPropagation(nearestNeighbors(xs, ys, 5), labels);
}

/** Edges of weight 1 between points of which one is among the nearest neighbours of the other. */
function nearestNeighbors(xs: Float64Array, ys: Float64Array, count: number): CsrMatrix {
  const points = xs.length;
  const edges = new Set<number>();
  const distances = new Float64Array(points);
  const order = Array.from({ length: points }, (_, i) => i);
  for (let i = 0; i < points; i++) {
    for (let j = 0; j < points; j++) distances[j] = (xs[i] - xs[j]) ** 2 + (ys[i] - ys[j]) ** 2;
    distances[i] = Infinity;
    const nearest: number[] = [];
    for (const j of order) {
      let at = nearest.length;
      while (at > 0 && distances[j] < distances[nearest[at - 1]]) at--;
      if (at >= count) continue;
      nearest.splice(at, 0, j);
      nearest.length = Math.min(nearest.length, count);
    }
    for (const j of nearest) edges.add(Math.min(i, j) * points + Math.max(i, j));
  }
  const pairs = [...edges].map((edge) => [Math.floor(edge / points), edge % points]);
  return csrFromTriplets({
    rows: points,
    cols: points,
    rowIndices: pairs.flat(),
    columnIndices: pairs.flatMap(([i, j]) => [j, i]),
    values: new Float64Array(2 * pairs.length).fill(1),
  });
}

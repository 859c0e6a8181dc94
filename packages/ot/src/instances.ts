// Synthetic transport problems with reproducible numbers: all are drawn from one small published generator.
import { portableCosine, portableExp, portableLog, portableSine } from '@infimum/core/portable-math';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { DenseMatrix } from '@infimum/linalg';
import { costMatrix, gridPoints } from './cost-matrix.ts';
import type { Transport } from './transport.ts';
import { total } from './transport.ts';

/** Random assignment: n x n costs uniform in [0, 1), row by row; uniform weights. */
export function randomAssignment(n: number, seed: number): Transport {
  const random = mulberry32(seed);
  const values = Float64Array.from({ length: n * n }, random);
  return { a: uniform(n), b: uniform(n), cost: { rows: n, cols: n, values } };
}

/** Costs on a grid: half the squared Euclidean distance, or half the Manhattan distance; 1 at most. */
export type GridCost = 'l2' | 'l1';

/**
 * Two images of three Gaussians each on a grid over the unit square.
 *
 * A Gaussian has its centre in [0.2, 0.8]^2 and its width in [0.05, 0.15]; an image is the sum divided by its
 * maximum, plus 0.01, normalised.
 *
 * @param side - pixels along an edge
 */
export function gridMixtures(side: number, seed: number, cost: GridCost): Transport {
  const random = mulberry32(seed);
  const points = gridPoints(side);
  const a = gaussianMixture(points, random);
  const b = gaussianMixture(points, random);
  const distances = costMatrix(points, points, cost === 'l2' ? 'squared-euclidean' : 'manhattan');
  return { a, b, cost: scaled(distances, 1 / 2) };
}

function gaussianMixture(points: DenseMatrix, random: () => number): Float64Array {
  const density = new Float64Array(points.rows);
  for (let component = 0; component < 3; component++) {
    const center = { rows: 1, cols: 2, values: Float64Array.of(0.2 + 0.6 * random(), 0.2 + 0.6 * random()) };
    const width = 0.05 + 0.1 * random();
    const squared = costMatrix(points, center).values;
    for (let i = 0; i < density.length; i++) density[i] += portableExp(-squared[i] / (2 * width * width));
  }
  const highest = largest(density);
  return normalized(density.map((value) => value / highest + 0.01));
}

/** Points of two normal distributions in the plane. */
export interface CloudPair {
  /** n points of N((0, 0), I). */
  readonly x: DenseMatrix;
  /** n points of N((1, 1), I). */
  readonly y: DenseMatrix;
}

/** The points of `gaussianClouds`, by the Box-Muller transform, two numbers a point. */
export function gaussianCloudPoints(n: number, seed: number): CloudPair {
  const random = mulberry32(seed);
  return { x: normalPoints(n, 0, random), y: normalPoints(n, 1, random) };
}

/** Two normal point clouds of n points: squared Euclidean cost divided by its maximum, uniform weights. */
export function gaussianClouds(n: number, seed: number): Transport {
  const { x, y } = gaussianCloudPoints(n, seed);
  const cost = costMatrix(x, y);
  return { a: uniform(n), b: uniform(n), cost: scaled(cost, 1 / largest(cost.values)) };
}

function normalPoints(n: number, mean: number, random: () => number): DenseMatrix {
  const values = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    const radius = Math.sqrt(-2 * portableLog(1 - random()));
    const turns = random();
    values[2 * i] = mean + radius * portableCosine(turns);
    values[2 * i + 1] = mean + radius * portableSine(turns);
  }
  return { rows: n, cols: 2, values };
}

/** Options of `randomPoints`. */
export interface RandomPointsOptions {
  /** Probability that a weight is zero, from 0 (default) to 1; one on each side is always positive. */
  readonly zeroShare?: number;
}

/** n sources and m targets uniform in the unit cube, squared Euclidean cost, random weights. */
export function randomPoints(
  n: number,
  m: number,
  dimension: number,
  seed: number,
  { zeroShare = 0 }: RandomPointsOptions = {},
): Transport {
  const random = mulberry32(seed);
  const cube = (rows: number) => ({ rows, cols: dimension, values: Float64Array.from({ length: rows * dimension }, random) });
  const x = cube(n);
  const y = cube(m);
  return { a: randomWeights(n, zeroShare, random), b: randomWeights(m, zeroShare, random), cost: costMatrix(x, y) };
}

function randomWeights(length: number, zeroShare: number, random: () => number): Float64Array {
  const weights = Float64Array.from({ length }, () => (random() < zeroShare ? 0 : 1 - random()));
  if (total(weights) === 0) weights[Math.floor(length * random())] = 1;
  return normalized(weights);
}

function uniform(length: number): Float64Array {
  return new Float64Array(length).fill(1 / length);
}

function normalized(weights: Float64Array): Float64Array {
  const mass = total(weights);
  return weights.map((weight) => weight / mass);
}

function scaled({ rows, cols, values }: DenseMatrix, factor: number): DenseMatrix {
  return { rows, cols, values: values.map((value) => value * factor) };
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

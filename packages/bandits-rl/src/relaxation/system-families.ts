// Sequences of systems: shifted Laplacians, the heat equation, ridge regressions.
import { Random } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { csrFromDense, optimalRelaxation } from '@infimum/linalg';
import { drawGamma } from '@infimum/linalg/numerics';
import type { RelaxationInstance } from './system-sequence.ts';

/** The five-point Laplacian of a grid of inner points: 4 on the diagonal, -1 for each neighbour. */
export function gridLaplacian(side: number): CsrMatrix {
  const size = side * side;
  const rowPointers = new Int32Array(size + 1);
  const columns: number[] = [];
  const values: number[] = [];
  const push = (column: number, value: number) => {
    columns.push(column);
    values.push(value);
  };
  for (let i = 0; i < size; i++) {
    const column = i % side;
    if (i >= side) push(i - side, -1);
    if (column > 0) push(i - 1, -1);
    push(i, 4);
    if (column < side - 1) push(i + 1, -1);
    if (i + side < size) push(i + side, -1);
    rowPointers[i + 1] = columns.length;
  }
  return { rows: size, cols: size, rowPointers, columnIndices: Int32Array.from(columns), values: Float64Array.from(values) };
}

/** The Laplacian of a square plus random multiples of the identity. */
export function shiftedLaplacians(side: number, steps: number, variance: 'high' | 'low', seed: number): RelaxationInstance {
  const random = new Random(seed);
  const [a, b] = variance === 'high' ? [0.5, 1.5] : [2, 6];
  const lowest = -0.15;
  // The smallest eigenvalue of the grid bounds how far a shift may go below zero.
  const floor = -0.9 * (4 - 4 * Math.cos(Math.PI / (side + 1)));
  const shifts = Float64Array.from({ length: steps }, () => Math.max(floor, lowest + 0.6 * drawBeta(random, a, b)));
  const size = side * side;
  const sources = { rows: steps, cols: size, values: new Float64Array(steps * size) };
  for (let t = 0; t < steps; t++) sources.values.set(truncatedNormals(random, size), t * size);
  return {
    base: gridLaplacian(side),
    identity: shifts,
    scale: new Float64Array(steps).fill(1),
    sources,
    contexts: shifts.slice(),
    method: 'sor',
    warmStart: false,
    tolerance: 1e-8,
  };
}

/** Normal numbers, drawn again until their norm is at most √n. */
function truncatedNormals(random: Random, size: number): Float64Array {
  for (let attempt = 0; ; attempt++) {
    const x = random.normals(new Float64Array(size));
    if (attempt > 100 || x.reduce((sum, value) => sum + value * value, 0) <= size) return x;
  }
}

/** A Beta number from two of Gamma. */
function drawBeta(random: Random, a: number, b: number): number {
  const [x, y] = [drawGamma(random, a), drawGamma(random, b)];
  return x + y > 0 ? x / (x + y) : a / (a + b);
}

/** exp(1 - 1/(1 - min(1, |x - c|²/r²))): smooth, one at the centre, zero beyond the radius. */
function bump(x: number, y: number, cx: number, cy: number, radius: number): number {
  const share = Math.min(1, ((x - cx) ** 2 + (y - cy) ** 2) / (radius * radius));
  return share < 1 ? Math.exp(1 - 1 / (1 - share)) : 0;
}

/** Crank-Nicolson steps of the heat equation of the paper's experiment. */
export function heatEquation(side: number, steps: number, span: number): RelaxationInstance {
  const inner = side - 1;
  const size = inner * inner;
  const dt = span / steps;
  const kappa = (t: number) => Math.max(0.1 * Math.sin(2 * Math.PI * t), -10 * Math.sin(2 * Math.PI * t));
  // I - ½ κ dt Δ_h with Δ_h = -grid / h².
  const weight = Float64Array.from({ length: steps }, (_, t) => 0.5 * kappa((t + 0.5) * dt) * dt * side * side);
  const field = (cx: number, cy: number, radius: number, factor: number, out: Float64Array) => {
    for (let i = 0; i < size; i++) {
      const [x, y] = [(Math.floor(i / inner) + 1) / side, ((i % inner) + 1) / side];
      out[i] = factor * bump(x, y, cx, cy, radius);
    }
    return out;
  };
  const sources = { rows: steps, cols: size, values: new Float64Array(steps * size) };
  for (let t = 0; t < steps; t++) {
    const angle = 16 * Math.PI * (t + 0.5) * dt;
    const row = sources.values.subarray(t * size, (t + 1) * size);
    field(0.5 + Math.cos(angle) / 4, 0.5 + Math.sin(angle) / 4, 1 / 8, 32 * dt, row);
  }
  return {
    base: gridLaplacian(inner),
    identity: new Float64Array(steps).fill(1),
    scale: weight,
    previousIdentity: new Float64Array(steps).fill(1),
    previousScale: weight.map((value) => -value),
    sources,
    contexts: Float64Array.from({ length: steps }, (_, t) => kappa(t * dt)),
    method: 'ssor-cg',
    warmStart: true,
    tolerance: 1e-8,
    initial: field(0.5, 0.5, 1 / 4, 1, new Float64Array(size)),
  };
}

/** Normal equations with a ridge that changes. */
export function ridgePath(features: DenseMatrix, labels: ArrayLike<number>, steps: number, seed: number): RelaxationInstance {
  const { rows, cols } = features;
  const random = new Random(seed);
  const data = Float64Array.from(features.values);
  for (let j = 0; j < cols; j++) {
    let [mean, square] = [0, 0];
    for (let i = 0; i < rows; i++) mean += data[i * cols + j] / rows;
    for (let i = 0; i < rows; i++) square += (data[i * cols + j] - mean) ** 2 / rows;
    for (let i = 0; i < rows; i++) data[i * cols + j] = (data[i * cols + j] - mean) / (Math.sqrt(square) || 1);
  }
  const gram = new Float64Array(cols * cols);
  const right = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      right[j] += (data[i * cols + j] * (labels[i] - 0.5)) / rows;
      for (let k = 0; k < cols; k++) gram[j * cols + k] += (data[i * cols + j] * data[i * cols + k]) / rows;
    }
  }
  const powers = random.uniforms(new Float64Array(steps)).map((u) => 3 * u - 2);
  return {
    base: csrFromDense({ rows: cols, cols, values: gram }),
    identity: powers.map((power) => 10 ** power),
    scale: new Float64Array(steps).fill(1),
    sources: { rows: 1, cols, values: right },
    contexts: powers,
    method: 'sor',
    warmStart: false,
    tolerance: 1e-8,
  };
}

/** Young's factor for the five-point Laplacian of a side plus a shift. */
export function bestShiftedRelaxation(side: number, shift: number): number {
  return optimalRelaxation(Math.min(1 - 1e-12, (4 * Math.cos(Math.PI / (side + 1))) / (4 + shift)));
}

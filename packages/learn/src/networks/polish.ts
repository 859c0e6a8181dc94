// The last digits of a convex solution: Newton's method on the blocks that are not zero, along the faces that they lie on.
import { norm, smallCholesky, solveSmallCholesky } from '@infimum/linalg/numerics';
import { isZeroBlock, type ReluProgram } from './convex-program.ts';

/** A block that is not zero: the space of the face of its cone on which it lies. */
interface Face {
  readonly block: number;
  /** Orthonormal directions, one after the other. */
  readonly basis: Float64Array;
  readonly dimension: number;
  /** Where its variables begin. */
  readonly at: number;
}

/** Rows beyond which the Newton system costs more than the method that it helps. */
const MOST_VARIABLES = 400;

/**
 * Minimises the program over the faces on which blocks lie: blocks that are zero stay so, rows at which a unit is nearly zero
 * stay exactly zero. Near the optimum this is Newton's method on a smooth convex function; the result is a suggestion that is
 * judged like any other.
 *
 * @param blocks - feasible blocks
 * @returns the moved blocks, or undefined for the hinge, which is not smooth, and where it leads nowhere
 */
export function polish(program: ReluProgram, blocks: Float64Array): Float64Array | undefined {
  if (program.loss === 'hinge') return undefined;
  const faces = facesOf(program, blocks);
  const size = faces.reduce((sum, { dimension }) => sum + dimension, 0);
  if (size === 0 || size > MOST_VARIABLES) return undefined;
  const map = mapOf(program, faces, size);
  const u = blocks.slice();
  let value = program.value(u);
  for (let step = 0; step < 30; step++) {
    const { gradient, hessian } = derivatives(program, faces, map, u, size);
    const direction = gradient.map((slope) => -slope);
    let trace = 0;
    for (let i = 0; i < size; i++) trace += hessian[i * size + i];
    if (!smallCholesky(hessian, size, (1e-12 * trace) / size)) return undefined;
    solveSmallCholesky(hessian, size, direction);
    let decrease = 0;
    for (let i = 0; i < size; i++) decrease -= gradient[i] * direction[i];
    if (!(decrease > 1e-16 * value)) break;
    let length = 1;
    const next = u.slice();
    for (let halving = 0; ; halving++, length /= 2) {
      if (halving === 40) return u;
      move(program, faces, u, direction, length, next);
      const candidate = program.value(next);
      if (!(candidate <= value - 1e-4 * length * decrease)) continue;
      value = candidate;
      u.set(next);
      break;
    }
  }
  return u;
}

function facesOf(program: ReluProgram, blocks: Float64Array): Face[] {
  const { rows, cols, count, x } = program;
  const faces: Face[] = [];
  let at = 0;
  const heights = new Float64Array(rows);
  let largest = 0;
  for (let i = 0; i < 2 * count; i++)
    largest = Math.max(largest, norm(blocks.subarray(i * cols, (i + 1) * cols)));
  for (let block = 0; block < 2 * count; block++) {
    const v = blocks.subarray(block * cols, (block + 1) * cols);
    const size = norm(v);
    if (isZeroBlock(blocks, block * cols, cols) || size < 1e-6 * largest) {
      v.fill(0);
      continue;
    }
    program.heights(blocks, block * cols, heights);
    const normals: Float64Array[] = [];
    for (let k = 0; k < rows; k++) {
      const row = x.slice(k * cols, (k + 1) * cols);
      if (Math.abs(heights[k]) <= 1e-6 * norm(row) * size) reduce(row, normals);
    }
    const axes: Float64Array[] = [];
    for (let j = 0; j < cols; j++) {
      const axis = new Float64Array(cols);
      axis[j] = 1;
      reduce(axis, normals, axes);
    }
    const basis = new Float64Array(axes.length * cols);
    axes.forEach((axis, a) => {
      basis.set(axis, a * cols);
    });
    faces.push({ block, basis, dimension: axes.length, at });
    at += axes.length;
  }
  return faces;
}

/** Adds the part of a vector that is orthogonal to all given ones, at length 1, to the last list, if there is any. */
function reduce(vector: Float64Array, ...lists: Float64Array[][]): void {
  const before = norm(vector);
  for (let turn = 0; turn < 2; turn++) {
    for (const list of lists) {
      for (const other of list) {
        let part = 0;
        for (let j = 0; j < vector.length; j++) part += vector[j] * other[j];
        for (let j = 0; j < vector.length; j++) vector[j] -= part * other[j];
      }
    }
  }
  const size = norm(vector);
  if (size > 1e-8 * before && size > 0) lists[lists.length - 1].push(vector.map((value) => value / size));
}

/** The predictions of the faces' variables: a column for each, n numbers. */
function mapOf(program: ReluProgram, faces: readonly Face[], size: number): Float64Array {
  const { rows, cols, count, samples } = program;
  const map = new Float64Array(size * samples);
  const heights = new Float64Array(rows);
  for (const { block, basis, dimension, at } of faces) {
    for (let a = 0; a < dimension; a++) {
      program.heights(basis, a * cols, heights);
      const column = map.subarray((at + a) * samples, (at + a + 1) * samples);
      program.addMeans(block % count, block < count ? 1 : -1, heights, column);
    }
  }
  return map;
}

function derivatives(
  program: ReluProgram,
  faces: readonly Face[],
  map: Float64Array,
  u: Float64Array,
  size: number,
): { gradient: Float64Array; hessian: Float64Array } {
  const { samples, cols, beta, loss, y } = program;
  const predictions = new Float64Array(samples);
  program.predictions(u, predictions);
  const nu = program.dualPoint(predictions);
  const curvature = Float64Array.from(predictions, (f, k) => {
    if (loss === 'squared') return 1;
    const s = 1 / (1 + Math.exp(2 * y[k] * f));
    return 4 * s * (1 - s);
  });
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < samples; k++) gradient[i] -= map[i * samples + k] * nu[k];
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < samples; k++) sum += map[i * samples + k] * curvature[k] * map[j * samples + k];
      hessian[i * size + j] = sum;
      hessian[j * size + i] = sum;
    }
  }
  for (const { block, basis, dimension, at } of faces) {
    const v = u.subarray(block * cols, (block + 1) * cols);
    const length = norm(v) || Number.MIN_VALUE;
    const along = Float64Array.from({ length: dimension }, (_, a) => {
      let part = 0;
      for (let j = 0; j < cols; j++) part += basis[a * cols + j] * v[j];
      return part / length;
    });
    for (let a = 0; a < dimension; a++) {
      gradient[at + a] += beta * along[a];
      for (let b = 0; b < dimension; b++) {
        hessian[(at + a) * size + at + b] += (beta / length) * ((a === b ? 1 : 0) - along[a] * along[b]);
      }
    }
  }
  return { gradient, hessian };
}

/** out <- u + length * direction, in the blocks' own coordinates. */
function move(
  { cols }: ReluProgram,
  faces: readonly Face[],
  u: Float64Array,
  direction: Float64Array,
  length: number,
  out: Float64Array,
): void {
  out.set(u);
  for (const { block, basis, dimension, at } of faces) {
    for (let a = 0; a < dimension; a++) {
      for (let j = 0; j < cols; j++)
        out[block * cols + j] += length * direction[at + a] * basis[a * cols + j];
    }
  }
}

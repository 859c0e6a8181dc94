// The last digits of a convex solution: Newton's method on the blocks that are not zero, along the faces that they lie on.
import { norm, smallCholesky, solveSmallCholesky } from '@infimum/linalg/numerics';
import type { ReluProgram } from './convex-program.ts';
import { isZeroBlock } from './convex-program.ts';

/** A block that is not zero: the space of the face of its cone on which it lies. */
interface Face {
  readonly block: number;
  /** Orthonormal directions, one after the other. */
  readonly basis: Float64Array;
  readonly dimension: number;
  /** Where its variables begin. */
  readonly at: number;
}

/** Variables beyond which Newton's method costs more than the method that it helps; also four a sample, which are never needed. */
const MOST_VARIABLES = 150;

/** Newton's method along faces, at most so many times, each from the nearest point of the cones to where the last one led. */
const MOST_TURNS = 6;

/** Steps of Newton's method, of which each block may take one to end. */
const MOST_STEPS = 60;

/** Halvings of a step beyond which it leads nowhere. */
const MOST_HALVINGS = 12;

/**
 * Minimises the program over the faces on which blocks lie: blocks that are zero stay so, rows at which a unit is nearly zero
 * stay exactly zero; a step ends where a block has lost its length, and rows that were crossed become walls. Near the optimum this is Newton's method on a smooth convex function; the result is a suggestion that is judged like
 * any other.
 *
 * @param blocks - feasible blocks; those that are next to nothing become zero
 * @returns feasible blocks of a smaller value, or undefined for the hinge, which is not smooth, and where it leads nowhere
 */
export function polish(program: ReluProgram, blocks: Float64Array): Float64Array | undefined {
  if (program.loss === 'hinge') return undefined;
  let best: Float64Array | undefined;
  let value = program.value(blocks);
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const moved = alongFaces(program, best ?? blocks);
    if (!moved) break;
    const feasible = program.feasible(moved);
    const next = program.value(feasible);
    if (!(next < value)) break;
    best = feasible;
    value = next;
  }
  return best;
}

/** Newton's method on the faces, without the cones' other walls; undefined where nothing falls. */
function alongFaces(program: ReluProgram, blocks: Float64Array): Float64Array | undefined {
  const { cols } = program;
  let system = systemOf(program, facesOf(program, blocks));
  if (!system) return undefined;
  const u = blocks.slice();
  const next = u.slice();
  let value = program.value(u, blocksOf(system.faces));
  let hasMoved = false;
  for (let step = 0; step < MOST_STEPS; step++) {
    const { faces, size } = system;
    const { gradient, hessian } = derivatives(program, system, u);
    const direction = gradient.map((slope) => -slope);
    let trace = 0;
    for (let i = 0; i < size; i++) trace += hessian[i * size + i];
    if (!smallCholesky(hessian, size, (1e-12 * trace) / size)) break;
    solveSmallCholesky(hessian, size, direction);
    let decrease = 0;
    for (let i = 0; i < size; i++) decrease -= gradient[i] * direction[i];
    if (!(decrease > 1e-16 * value)) break;
    // Many blocks do what few can: along their ties the function is flat but for the penalty, and steps end where a block does.
    move(program, faces, u, direction, 1, next);
    const { block, length: reach } = firstEnd(program, faces, u, next);
    if (block >= 0) {
      move(program, faces, u, direction, reach, next);
      next.fill(0, block * cols, (block + 1) * cols);
      const candidate = program.value(next, blocksOf(faces));
      if (candidate <= value) {
        value = candidate;
        u.set(next);
        hasMoved = true;
        if (faces.length === 1) break;
        system = without(system, block);
        continue;
      }
    }
    let length = reach;
    for (let halving = 0; halving <= MOST_HALVINGS; halving++, length /= 2) {
      move(program, faces, u, direction, length, next);
      const candidate = program.value(next, blocksOf(faces));
      if (candidate <= value - 1e-4 * length * decrease) {
        value = candidate;
        break;
      }
      if (halving === MOST_HALVINGS) return hasMoved ? u : undefined;
    }
    u.set(next);
    hasMoved = true;
  }
  return hasMoved ? u : undefined;
}

const blocksOf = (faces: readonly Face[]) => faces.map(({ block }) => block);

/** The faces' variables and what does not change with them. */
interface FaceSystem {
  readonly faces: readonly Face[];
  readonly size: number;
  /** The predictions of the variables: a row for each, n numbers. */
  readonly map: Float64Array;
  /** For the squared loss, whose curvature is 1, the products of these rows. */
  readonly gram: Float64Array | undefined;
}

/** Undefined where there is nothing to move, or too much. */
function systemOf(program: ReluProgram, faces: readonly Face[]): FaceSystem | undefined {
  const size = faces.reduce((sum, { dimension }) => sum + dimension, 0);
  if (size === 0 || size > Math.min(MOST_VARIABLES, 4 * program.samples)) return undefined;
  const map = mapOf(program, faces, size);
  const gram = program.loss === 'squared' ? new Float64Array(size * size) : undefined;
  if (gram) addProducts(map, undefined, size, gram);
  return { faces, size, map, gram };
}

/** Without one of its blocks. */
function without({ faces, size, map, gram }: FaceSystem, block: number): FaceSystem {
  const kept: number[] = [];
  const rest: Face[] = [];
  for (const face of faces) {
    if (face.block === block) continue;
    rest.push({ ...face, at: kept.length });
    for (let a = 0; a < face.dimension; a++) kept.push(face.at + a);
  }
  const samples = map.length / size;
  const rows = new Float64Array(kept.length * samples);
  kept.forEach((from, to) => {
    rows.set(map.subarray(from * samples, (from + 1) * samples), to * samples);
  });
  const products = gram && new Float64Array(kept.length ** 2);
  if (gram && products) {
    for (let i = 0; i < kept.length; i++)
      for (let j = 0; j <= i; j++) products[i * kept.length + j] = gram[kept[i] * size + kept[j]];
  }
  return { faces: rest, size: kept.length, map: rows, gram: products };
}

/** The lower triangle of out <- out + map diag(weights) map'. */
function addProducts(map: Float64Array, weights: Float64Array | undefined, size: number, out: Float64Array): void {
  const samples = map.length / size;
  const weighted = new Float64Array(samples);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < samples; k++) weighted[k] = map[i * samples + k] * (weights ? weights[k] : 1);
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < samples; k++) sum += weighted[k] * map[j * samples + k];
      out[i * size + j] += sum;
    }
  }
}

/** The block that is the first to lose its length along a step from one point to another, and the share of the step until there. */
function firstEnd({ cols }: ReluProgram, faces: readonly Face[], from: Float64Array, to: Float64Array) {
  let [block, length] = [-1, 1];
  for (const face of faces) {
    let [square, product] = [0, 0];
    for (let j = face.block * cols; j < (face.block + 1) * cols; j++) {
      square += from[j] * from[j];
      product += from[j] * to[j];
    }
    const share = square / (square - product);
    if (product <= 0 && share <= length) [block, length] = [face.block, share];
  }
  return { block, length };
}

function facesOf(program: ReluProgram, blocks: Float64Array): Face[] {
  const { rows, cols, count, x } = program;
  const faces: Face[] = [];
  let at = 0;
  const heights = new Float64Array(rows);
  let largest = 0;
  for (let i = 0; i < 2 * count; i++) largest = Math.max(largest, norm(blocks.subarray(i * cols, (i + 1) * cols)));
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

/** The gradient, and the lower triangle of the second derivatives. */
function derivatives(
  program: ReluProgram,
  { faces, size, map, gram }: FaceSystem,
  u: Float64Array,
): { gradient: Float64Array; hessian: Float64Array } {
  const { samples, cols, beta, y } = program;
  const predictions = new Float64Array(samples);
  program.predictions(u, predictions, blocksOf(faces));
  const nu = program.dualPoint(predictions);
  const gradient = new Float64Array(size);
  for (let i = 0; i < size; i++) for (let k = 0; k < samples; k++) gradient[i] -= map[i * samples + k] * nu[k];
  const hessian = gram ? gram.slice() : new Float64Array(size * size);
  if (!gram) {
    const curvature = predictions.map((f, k) => {
      const s = 1 / (1 + Math.exp(2 * y[k] * f));
      return 4 * s * (1 - s);
    });
    addProducts(map, curvature, size, hessian);
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
      for (let b = 0; b <= a; b++) {
        hessian[(at + a) * size + at + b] += (beta / length) * ((a === b ? 1 : 0) - along[a] * along[b]);
      }
    }
  }
  return { gradient, hessian };
}

/** out <- u + length * direction in the blocks of faces, in their own coordinates. */
function move(
  { cols }: ReluProgram,
  faces: readonly Face[],
  u: Float64Array,
  direction: Float64Array,
  length: number,
  out: Float64Array,
): void {
  for (const { block, basis, dimension, at } of faces) {
    for (let j = block * cols; j < (block + 1) * cols; j++) out[j] = u[j];
    for (let a = 0; a < dimension; a++) {
      for (let j = 0; j < cols; j++) out[block * cols + j] += length * direction[at + a] * basis[a * cols + j];
    }
  }
}

// The minimiser of a small quadratic with l1 and bounds: coordinate descent finds the face, and one solve the point on it.
import type { SeparableTerm } from '../../losses/separable-term.ts';
import { GrowingArray, solveSymmetric } from '../state/small-dense.ts';
import type { Comparison } from './anderson-extrapolation.ts';
import { Extrapolation } from './anderson-extrapolation.ts';

const MOST_SWEEPS = 2000;
const PRECISION = 1e-14;

/** Multiplications that a factorisation does in the time of one in a sweep, times the 3 of n³ / 3. */
const SOLVE_SPEED = 12;

/**
 * Replaces the point by the minimiser u of slope.(u - x) + (u - x)'H(u - x)/2 + g(u), x the point that is given, and
 * `slope`, of the size of the point, by the slope of the quadratic there.
 */
export type ModelSolver = (hessian: Float64Array, size: number, slope: Float64Array, point: Float64Array) => void;

/** A solver for one g; its arrays are reused. */
export function createModelSolver(term: SeparableTerm): ModelSolver {
  const [faceRoom, reducedRoom, factorRoom, stepRoom] = [
    new GrowingArray(),
    new GrowingArray(),
    new GrowingArray(),
    new GrowingArray(),
  ];
  let free = new Int32Array(0);
  let pattern = new Int8Array(0);
  const extrapolation = new Extrapolation();
  const model: { slope: Float64Array; point: Float64Array } = { slope: new Float64Array(0), point: new Float64Array(0) };

  /** -1, 0 or 1 for the side of zero that a free coordinate is on; 2 and 3 for those at a kink. */
  const sideOf = (x: number) => {
    const kink = term.kink(x);
    if (!Number.isNaN(kink)) return kink === 0 ? 2 : 3;
    return term.l1 > 0 ? Math.sign(x) : 0;
  };

  /** Notes the face that the point is on; whether it is the one that was noted before. */
  const isSameFace = (point: Float64Array, size: number) => {
    let same = true;
    for (let i = 0; i < size; i++) {
      const side = sideOf(point[i]);
      if (pattern[i] !== side) same = false;
      pattern[i] = side;
    }
    return same;
  };

  /** Lists the free coordinates of the face. */
  const noteFree = (size: number): number => {
    let count = 0;
    for (let i = 0; i < size; i++) if (pattern[i] < 2) free[count++] = i;
    return count;
  };

  /** Goes to the minimiser on the face, if it is one of the whole model. */
  const polish = (hessian: Float64Array, size: number, slope: Float64Array, point: Float64Array, count: number): boolean => {
    const reduced = reducedRoom.of(count * count);
    const step = stepRoom.of(count);
    for (let a = 0; a < count; a++) {
      step[a] = -(slope[free[a]] + term.l1 * pattern[free[a]]);
      for (let b = 0; b < count; b++) reduced[a * count + b] = hessian[free[a] * size + free[b]];
    }
    solveSymmetric(reduced, factorRoom.of(count * count), count, step);
    for (let a = 0; a < count; a++) if (sideOf(point[free[a]] + step[a]) !== pattern[free[a]]) return false;
    const moved = faceRoom.of(size);
    let scale = term.l1;
    for (let i = 0; i < size; i++) {
      let sum = slope[i];
      scale = Math.max(scale, Math.abs(slope[i]));
      for (let a = 0; a < count; a++) sum += hessian[i * size + free[a]] * step[a];
      moved[i] = sum;
    }
    // Free slopes are zero but for rounding; at kinks the slope must be within the subgradients.
    for (let i = 0; i < size; i++) {
      const off = pattern[i] < 2 ? Math.abs(moved[i] + term.l1 * pattern[i]) : -term.margin(point[i], moved[i]);
      if (off > 1e-11 * scale) return false;
    }
    for (let a = 0; a < count; a++) point[free[a]] += step[a];
    for (let i = 0; i < size; i++) slope[i] = moved[i];
    return true;
  };

  const isBetter: Comparison = (active, combined, combinedSlope) => {
    let change = 0;
    for (let k = 0; k < active.length; k++) {
      const i = active[k];
      if (sideOf(combined[k]) !== pattern[i]) return false;
      const mean = (model.slope[i] + combinedSlope[i]) / 2 + term.l1 * pattern[i];
      change += mean * (combined[k] - model.point[i]);
    }
    return change < 0;
  };

  return (hessian, size, slope, point) => {
    if (free.length < size) {
      free = new Int32Array(size);
      pattern = new Int8Array(size);
    }
    pattern.fill(4);
    model.slope = slope;
    model.point = point;
    const image = slope.subarray(0, size);
    let [tried, sweepWork, solveWork] = [false, 0, 0];
    for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      if (sweepOnce(term, hessian, size, slope, point) <= PRECISION) return;
      if (!isSameFace(point, size)) {
        tried = false;
        extrapolation.begin();
        continue;
      }
      const count = noteFree(size);
      sweepWork += count * size;
      // Faces that are not the last one must not cost more solves than sweeps.
      if (!tried && solveWork <= sweepWork) {
        if (polish(hessian, size, slope, point, count)) return;
        solveWork += count ** 3 / SOLVE_SPEED;
        tried = true;
      }
      extrapolation.follow(point, image, free.subarray(0, count), isBetter);
    }
  };
}

/** One pass of coordinate descent over the block; the largest change of a slope relative to the largest slope. */
function sweepOnce(term: SeparableTerm, hessian: Float64Array, size: number, slope: Float64Array, point: Float64Array): number {
  let [largest, scale] = [0, Number.MIN_VALUE];
  for (let i = 0; i < size; i++) {
    const curvature = hessian[i * size + i];
    if (!(curvature > 0)) continue;
    const next = term.prox(point[i] - slope[i] / curvature, 1 / curvature);
    const d = next - point[i];
    scale = Math.max(scale, Math.abs(curvature * next), Math.abs(slope[i]));
    if (d === 0) continue;
    largest = Math.max(largest, Math.abs(curvature * d));
    point[i] = next;
    for (let j = 0; j < size; j++) slope[j] += d * hessian[i * size + j];
  }
  return largest / scale;
}

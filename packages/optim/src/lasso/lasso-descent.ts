// Coordinate descent for the lasso on few columns, with Anderson extrapolation, until the dual gap on them is small.
//
// Q. Bertrand, M. Massias: Anderson acceleration of coordinate descent (arXiv 2011.10065).
import { GrowingArray } from '../blocks/state/small-dense.ts';
import type { Comparison } from '../blocks/updates/anderson-extrapolation.ts';
import { Extrapolation } from '../blocks/updates/anderson-extrapolation.ts';
import type { CompactColumns, RestrictedLasso } from './lasso-columns.ts';
import { createFaceSteps } from './lasso-face.ts';

/** Passes over the columns that are not zero between two over all of them: enough for two extrapolations. */
const ACTIVE_SWEEPS = 12;

/** Rounds after which Newton steps on the face join in. */
const EASY_ROUNDS = 6;

/** Rounds without a smaller gap after which all that is left is rounding. */
const PATIENCE = 20;

/** Rounds at most. */
const MOST_ROUNDS = 10_000;

/** A solver of restricted problems; its arrays are reused. */
export function createLassoDescent(): (columns: CompactColumns, problem: RestrictedLasso) => void {
  const correlationRoom = new GrowingArray();
  const extrapolation = new Extrapolation();
  const stepOnFace = createFaceSteps();
  let active = new Int32Array(0);

  /** Sets a coordinate to its best value; twice what F falls by at least. */
  const improve = (columns: CompactColumns, { point, l1 }: RestrictedLasso, b: number): number => {
    const square = columns.squares[b];
    if (!(square > 0)) return 0;
    const aim = square * point[b] + columns.correlation(b);
    const next = (aim > l1 ? aim - l1 : aim < -l1 ? aim + l1 : 0) / square;
    const d = next - point[b];
    if (d === 0) return 0;
    point[b] = next;
    columns.change(b, d);
    return square * d * d;
  };

  /** Lists the coordinates that are not zero. */
  const listActive = (size: number, point: Float64Array): Int32Array => {
    let count = 0;
    for (let b = 0; b < size; b++) if (point[b] !== 0) active[count++] = b;
    return active.subarray(0, count);
  };

  const sweepActive = (columns: CompactColumns, problem: RestrictedLasso) => {
    const { point } = problem;
    const list = listActive(columns.size, point);
    extrapolation.begin();
    for (let sweep = 0; sweep < ACTIVE_SWEEPS; sweep++) {
      let fall = 0;
      for (let k = 0; k < list.length; k++) fall += improve(columns, problem, list[k]);
      if (fall === 0) return;
      extrapolation.follow(point, columns.residual, list, isBetter(columns, problem));
    }
  };

  return (columns, problem) => {
    if (active.length < columns.size) active = new Int32Array(columns.size);
    const correlations = correlationRoom.of(columns.size);
    let [least, idle] = [Infinity, 0];
    for (let round = 0; round < MOST_ROUNDS && idle < PATIENCE; round++) {
      for (let b = 0; b < columns.size; b++) improve(columns, problem, b);
      sweepActive(columns, problem);
      if (round >= EASY_ROUNDS) stepOnFace(columns, problem, listActive(columns.size, problem.point));
      renew(columns, problem);
      columns.correlations(correlations);
      const gap = gapOf(columns, problem, correlations);
      if (gap <= problem.goal) return;
      idle = gap < least ? 0 : idle + 1;
      least = Math.min(least, gap);
    }
  };
}

/** Whether |r|² / 2 + l1 |x|_1 is less for the combined residual and the combined coordinates. */
function isBetter({ residual }: CompactColumns, { point, l1 }: RestrictedLasso): Comparison {
  return (active, combined, combinedResidual) => {
    let change = 0;
    for (let i = 0; i < residual.length; i++)
      change += (combinedResidual[i] - residual[i]) * (combinedResidual[i] + residual[i]);
    for (let k = 0; k < active.length; k++) change += 2 * l1 * (Math.abs(combined[k]) - Math.abs(point[active[k]]));
    return change < 0;
  };
}

/** Computes the residual anew, against drift. */
function renew(columns: CompactColumns, { point, targets }: RestrictedLasso): void {
  columns.residual.set(targets);
  for (let b = 0; b < columns.size; b++) if (point[b] !== 0) columns.change(b, point[b]);
}

/** The dual gap on the columns, with the residual as dual point, scaled until it is feasible. */
function gapOf(
  { size, residual }: CompactColumns,
  { point, targets, l1 }: RestrictedLasso,
  correlations: Float64Array,
): number {
  let [most, norm] = [l1, 0];
  for (let b = 0; b < size; b++) {
    most = Math.max(most, Math.abs(correlations[b]));
    norm += Math.abs(point[b]);
  }
  let [squared, inner] = [0, 0];
  for (let i = 0; i < residual.length; i++) {
    squared += residual[i] * residual[i];
    inner += residual[i] * targets[i];
  }
  const factor = l1 / most;
  return squared / 2 + l1 * norm - factor * inner + (factor * factor * squared) / 2;
}

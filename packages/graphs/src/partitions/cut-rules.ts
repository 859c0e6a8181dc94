// The rules by which a convex polygon is cut: greedy, widest, canonical, random.
//
// Fat polygonal partitions with applications to visualization and embeddings (2010), arXiv 1009.1866.
import type { Random } from '@infimum/core';
import type { PolygonCutter } from './polygon-cutter.ts';

/** Names of the rules. */
export type CutRule = 'greedy' | 'widest' | 'canonical' | 'canonical-random' | 'random';

/** A chosen cut: direction, and whether the first part lies below the line. */
export interface ChosenCut {
  readonly theta: number;
  readonly isFirstBelow: boolean;
}

/** Directions nearer than this are one; shorter edges than this part of the diameter, which is 1, have none. */
const SAME = 1e-9;
const SHORT = 1e-10;

/** Directions of the edges in [0, π), sorted and merged. */
export function edgeDirections({ size, xs, ys }: PolygonCutter): number[] {
  const directions: number[] = [];
  for (let i = 0; i < size; i++) {
    const j = i + 1 === size ? 0 : i + 1;
    const [x, y] = [xs[j] - xs[i], ys[j] - ys[i]];
    if (x * x + y * y < SHORT * SHORT) continue;
    let angle = Math.atan2(y, x);
    if (angle < 0) angle += Math.PI;
    if (angle > Math.PI - SAME) angle -= Math.PI;
    directions.push(angle);
  }
  directions.sort((a, b) => a - b);
  const merged: number[] = [];
  for (const angle of directions) if (merged.length === 0 || angle - merged[merged.length - 1] > SAME) merged.push(angle);
  return merged;
}

/** The middle of the largest gap between directions; of equal gaps the one that starts first, the one around π last. */
export function widestDirection(directions: readonly number[]): number {
  let [best, widest] = [0, -1];
  for (let i = 0; i < directions.length; i++) {
    const end = i + 1 < directions.length ? directions[i + 1] : directions[0] + Math.PI;
    const gap = end - directions[i];
    if (gap > widest + SAME) [best, widest] = [directions[i] + gap / 2, gap];
  }
  return best >= Math.PI ? best - Math.PI : best;
}

/** The first angle i π/2^j, or with `random` a uniform one of them, that is π/2^j away from all edges, for the smallest possible j. */
export function canonicalDirection(directions: readonly number[], random?: Random): number {
  for (let j = 1; j < 40; j++) {
    const unit = Math.PI / 2 ** j;
    const valid: number[] = [];
    for (let i = 0; i < 2 ** j; i++) {
      const angle = i * unit;
      const isApart = directions.every((direction) => {
        const distance = Math.abs(angle - direction);
        return Math.min(distance, Math.PI - distance) >= unit - 1e-5;
      });
      if (!isApart) continue;
      if (!random) return angle;
      valid.push(angle);
    }
    if (random && valid.length > 0) return valid[random.integer(valid.length)];
    // Beyond this the directions are not from a grid, and the other rule is equally good.
    if (2 ** j > 4096) break;
  }
  return widestDirection(directions);
}

/** Golden-section steps of the greedy rule's refinement. */
const REFINEMENTS = 10;
const GOLDEN = 0.6180339887498949;

/**
 * The line that leaves the least aspect: equally spaced angles, each with either part below, the widest direction and the
 * perpendicular of the diameter; then a golden section around the best.
 */
export function greedyCut(cutter: PolygonCutter, share: number, rest: number, angles: number): ChosenCut {
  cutter.measure();
  let best = Infinity;
  let theta = 0;
  let isFirstBelow = true;
  const consider = (angle: number) => {
    const first = cutter.aspectAt(angle, share, rest);
    if (first < best) [best, theta, isFirstBelow] = [first, angle, true];
    const second = cutter.aspectAt(angle, rest, share);
    if (second < best) [best, theta, isFirstBelow] = [second, angle, false];
  };
  for (let i = 0; i < angles; i++) consider((i * Math.PI) / angles);
  consider(widestDirection(edgeDirections(cutter)));
  consider(acrossDiameter(cutter));
  const [below, above] = isFirstBelow ? [share, rest] : [rest, share];
  let [low, high] = [theta - Math.PI / angles, theta + Math.PI / angles];
  let [a, b] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [atA, atB] = [cutter.aspectAt(a, below, above), cutter.aspectAt(b, below, above)];
  for (let step = 0; step < REFINEMENTS; step++) {
    if (atA < atB) {
      [high, b, atB] = [b, a, atA];
      a = high - GOLDEN * (high - low);
      atA = cutter.aspectAt(a, below, above);
    } else {
      [low, a, atA] = [a, b, atB];
      b = low + GOLDEN * (high - low);
      atB = cutter.aspectAt(b, below, above);
    }
    const [least, angle] = atA < atB ? [atA, a] : [atB, b];
    if (least < best) [best, theta] = [least, angle];
  }
  return { theta, isFirstBelow };
}

/** The direction perpendicular to the longest diagonal. */
function acrossDiameter({ size, xs, ys }: PolygonCutter): number {
  let [most, angle] = [-1, 0];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const [x, y] = [xs[i] - xs[j], ys[i] - ys[j]];
      if (x * x + y * y > most) [most, angle] = [x * x + y * y, Math.atan2(x, -y)];
    }
  }
  return angle < 0 ? angle + Math.PI : angle;
}

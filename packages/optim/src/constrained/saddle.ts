// Whether a stationary point is a saddle: curvature of the Lagrangian along directions that the constraints leave free.
import { Random } from '@infimum/core';
import { dot, norm } from '@infimum/linalg/numerics';
import type { ConstrainedProgram } from './constrained-program.ts';

/** Directions that are tried; a variable, where a run has not moved: starts are at saddles more often than ends. */
const DIRECTIONS = 3;
const DIRECTIONS_AT_START = 30;

/** Length of a trial over that of x, at which second differences are right to half of the digits. */
const NEARBY = 1e-4;

/** Second differences must be this many times larger than rounding. */
const SURE = 1e3;

/** Constraints nearer to a bound than this, in scale, are active. */
const ACTIVE = 1e-6;

/** What is known of the point. */
interface Stationary {
  readonly x: Float64Array;
  readonly multipliers: Float64Array;
}

/**
 * A point beside a saddle from which f falls, or undefined where none of a few directions, drawn in the tangent space of what is active,
 * has negative curvature. One value of f and g a direction, two where f does not rise.
 */
export function besideSaddle(
  program: ConstrainedProgram,
  { x, multipliers }: Stationary,
  isStart: boolean,
): Float64Array | undefined {
  const { variables: n, constraints: m, lower, upper } = program;
  const g = new Float64Array(m);
  let size = 0; // of the terms of the Lagrangian
  const lagrangian = (at: Float64Array): number => {
    let sum = program.value(at);
    size = Math.max(size, Math.abs(sum));
    program.values(at, g);
    for (let j = 0; j < m; j++) {
      sum += multipliers[j] * g[j];
      size = Math.max(size, Math.abs(multipliers[j] * g[j]));
    }
    return sum;
  };
  const here = lagrangian(x);
  const normals = activeNormals(program, x, g);
  const random = new Random(1);
  const scale = Math.max(1e-3, norm(x));
  const free = n - normals.length;
  const directions = free > 1 && isStart ? DIRECTIONS_AT_START * free : Math.min(DIRECTIONS, free);
  for (let k = 0; k < directions; k++) {
    const d = random.normals(new Float64Array(n));
    for (let i = 0; i < n; i++) if (nearBound(x[i], lower[i], upper[i])) d[i] = 0;
    for (const normal of normals) {
      const share = dot(normal, d);
      for (let i = 0; i < n; i++) d[i] -= share * normal[i];
    }
    const length = norm(d);
    if (length < 1e-6) return undefined;
    let reach = Infinity; // to the nearest bound
    for (let i = 0; i < n; i++) {
      d[i] /= length;
      const room = Math.min(x[i] - lower[i], upper[i] - x[i]);
      if (d[i] !== 0) reach = Math.min(reach, room / Math.abs(d[i]));
    }
    const step = Math.min(NEARBY * scale, reach);
    if (!(step > 1e-2 * NEARBY * scale)) continue;
    const along = (move: number) => lagrangian(x.map((value, i) => value + move * d[i]));
    const ahead = along(step);
    // What is flat to first order and rises on one side rises on the other.
    if (ahead - here > SURE * Number.EPSILON * size) continue;
    const behind = along(-step);
    const second = ahead - here + (behind - here);
    if (!(second < -SURE * Number.EPSILON * size)) continue;
    const way = Math.min(100 * step, reach) * (ahead < behind ? 1 : -1);
    return x.map((value, i) => Math.min(Math.max(value + way * d[i], lower[i]), upper[i]));
  }
  return undefined;
}

function nearBound(value: number, least: number, most: number): boolean {
  const near = ACTIVE * Math.max(1, Math.abs(value));
  return value - least <= near || most - value <= near;
}

/** Orthonormal gradients of the constraints that are active, variables at bounds left out. */
function activeNormals(program: ConstrainedProgram, x: Float64Array, g: Float64Array): Float64Array[] {
  const { variables: n, constraints: m, low, high, lower, upper } = program;
  if (!g.some((value, j) => nearBound(value, low[j], high[j]))) return [];
  const jacobian = new Float64Array(m * n);
  program.jacobian(x, jacobian);
  const normals: Float64Array[] = [];
  for (let j = 0; j < m; j++) {
    if (!nearBound(g[j], low[j], high[j])) continue;
    const normal = jacobian.slice(j * n, (j + 1) * n);
    for (let i = 0; i < n; i++) if (nearBound(x[i], lower[i], upper[i])) normal[i] = 0;
    const before = norm(normal);
    for (const other of normals) {
      const share = dot(other, normal);
      for (let i = 0; i < n; i++) normal[i] -= share * other[i];
    }
    const length = norm(normal);
    if (!(length > 1e-8 * before)) continue;
    normals.push(normal.map((value) => value / length));
  }
  return normals;
}

// The best halfspace through the origin in the plane, by a sweep over all angles.
import type { OptionSpecs } from '@infimum/core';
import { converged, defineSolver, fault } from '@infimum/core';
import type { HalfspaceInstance } from './halfspace-samples.ts';
import { plainLearner } from './halfspace-samples.ts';
import { testableHalfspaceProblem } from './testable-halfspace-problem.ts';

const bestHalfspaceOptions = {} as const satisfies OptionSpecs;

/**
 * The halfspace of the least error among all through the origin, for points in the plane: angles at which points change sides
 * are sorted, and the error is carried along. Exact. O(n log n).
 */
export const bestHalfspace = /* @__PURE__ */ plainLearner(bestHalfspaceOptions, function* (learner) {
  const { sample } = learner;
  if (sample.dimension !== 2) {
    throw fault(`has ${sample.dimension} columns: halfspaces are rotated only in the plane`, 'points', 'unsupported');
  }
  yield learner.iterate();
  const { count, points, labels } = sample;
  // w at angle a errs on a point at angle t where cos(a - t) has the wrong sign: it changes at t ± pi/2.
  const places: { readonly angle: number; readonly change: number }[] = [];
  let errors = 0;
  for (let i = 0; i < count; i++) {
    const [x, y] = [points[2 * i], points[2 * i + 1]];
    if (x === 0 && y === 0) continue;
    const angle = Math.atan2(y, x);
    // At angle -pi + 0: is the point on the positive side?
    const isPositive = Math.cos(-Math.PI - angle) > 0;
    if ((isPositive ? 1 : -1) !== labels[i]) errors++;
    places.push({ angle: wrapped(angle - Math.PI / 2), change: labels[i] > 0 ? -1 : 1 });
    places.push({ angle: wrapped(angle + Math.PI / 2), change: labels[i] > 0 ? 1 : -1 });
  }
  places.sort((a, b) => a.angle - b.angle);
  let best = errors;
  let at = places.length > 0 ? (-Math.PI + places[0].angle) / 2 : 0;
  for (let k = 0; k < places.length; k++) {
    errors += places[k].change;
    const next = places[k + 1]?.angle ?? Math.PI;
    if (errors >= best || !(next > places[k].angle)) continue;
    best = errors;
    at = (places[k].angle + next) / 2;
  }
  learner.take(Float64Array.of(Math.cos(at), Math.sin(at)));
  yield learner.iterate();
  return converged(learner.solution(), 'all halfspaces were visited');
});

/** An angle in (-pi, pi]. */
function wrapped(angle: number): number {
  if (angle > Math.PI) return angle - 2 * Math.PI;
  return angle <= -Math.PI ? angle + 2 * Math.PI : angle;
}

export const bestHalfspaceSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/best-halfspace',
  title: 'The best halfspace in the plane',
  summary: 'Rotates a halfspace through the full circle: exact, in two dimensions only.',
  problem: testableHalfspaceProblem,
  role: 'baseline',
  paper: { title: 'The Densest Hemisphere Problem', year: 1978 },
  cost: 'O(n \\log n)',
  declines: ({ points }: HalfspaceInstance) => (points.cols === 2 ? undefined : 'halfspaces are turned in the plane only'),
  ...bestHalfspace,
});

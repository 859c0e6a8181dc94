// The best halfspace through the origin in the plane, by turning it once around.
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, defineSolver, InvalidInputError, resolveOptions, runWith } from '@infimum/core';
import type { HalfspaceInstance, HalfspaceIterate, HalfspaceSolution } from './halfspace-samples.ts';
import { checkHalfspaceInstance, errorOf, plainSolution, wholeSample } from './halfspace-samples.ts';
import { testableHalfspaceProblem } from './testable-halfspace-problem.ts';

const bestHalfspaceOptions = {} as const satisfies OptionSpecs;

/** Options of `bestHalfspace`. */
export type BestHalfspaceOptions = OptionsOf<typeof bestHalfspaceOptions> & RunOptions<HalfspaceIterate>;

/**
 * The halfspace of the least error among all through the origin, for points in the plane: angles at which points change sides
 * are sorted, and the error is carried along. Exact. O(n log n).
 *
 * @param instance - points and labels
 * @throws {InvalidInputError} for points and labels that do not fit, and for options out of range
 *
 * @example
 * ```ts
 * import { Random } from '@infimum/core';
 * import { bestHalfspace } from '@infimum/verify';
 *
 * const values = new Random(1).normals(new Float64Array(2000));
 * const labels = Int8Array.from({ length: 1000 }, (_, i) => (values[2 * i] >= 0 ? 1 : -1));
 * const { error } = bestHalfspace({ points: { rows: 1000, cols: 2, values }, labels, noise: 'massart', eta: 0 });
 * console.log(error < 0.05); // true
 * ```
 */
export function bestHalfspace(
  instance: HalfspaceInstance,
  options: BestHalfspaceOptions = {},
): Outcome<HalfspaceSolution, HalfspaceIterate> {
  return runWith(bestHalfspaceOptions, options, bestHalfspaceSteps(instance, options));
}

/** The steps of `bestHalfspace`. */
function* bestHalfspaceSteps(
  instance: HalfspaceInstance,
  options: BestHalfspaceOptions = {},
): Steps<HalfspaceSolution, HalfspaceIterate> {
  resolveOptions(bestHalfspaceOptions, options);
  checkHalfspaceInstance(instance);
  const sample = wholeSample(instance);
  if (sample.dimension !== 2) {
    throw new InvalidInputError(`has ${sample.dimension} columns: halfspaces are turned in the plane only`, {
      argument: 'points',
      code: 'unsupported',
    });
  }
  const w = Float64Array.of(1, 0);
  let error = errorOf(sample, w);
  let iteration = 0;
  const iterate = (): HalfspaceIterate => ({
    iteration: iteration++,
    width: 0,
    error,
    solution: () => plainSolution(sample, w),
  });
  yield iterate();
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
  w[0] = Math.cos(at);
  w[1] = Math.sin(at);
  error = errorOf(sample, w);
  yield iterate();
  return converged(plainSolution(sample, w), 'all halfspaces were passed');
}

/** An angle in (-pi, pi]. */
function wrapped(angle: number): number {
  if (angle > Math.PI) return angle - 2 * Math.PI;
  return angle <= -Math.PI ? angle + 2 * Math.PI : angle;
}

export const bestHalfspaceSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/best-halfspace',
  title: 'The best halfspace in the plane',
  summary: 'Turns a halfspace once around: exact, in two dimensions only.',
  problem: testableHalfspaceProblem,
  role: 'baseline',
  paper: { title: 'The Densest Hemisphere Problem', year: 1978 },
  cost: 'O(n \\log n)',
  options: bestHalfspaceOptions,
  declines: ({ points }) => (points.cols === 2 ? undefined : 'halfspaces are turned in the plane only'),
  steps: bestHalfspaceSteps,
});

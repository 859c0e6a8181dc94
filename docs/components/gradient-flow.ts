// Points that run down the gradient of the Sinkhorn divergence from a target.
import type { DenseMatrix } from '@infimum/linalg';
import { sinkhornDivergence } from '@infimum/ot';

/** How a cloud flows. */
export interface FlowOptions {
  /** Regularisation, in squared units of length. */
  readonly epsilon: number;
  /** Share of the way to its goal that a lone point goes in a step, from 0 to 1. */
  readonly step: number;
}

/** The positions of the cloud. */
export interface FlowState {
  readonly iteration: number;
  readonly points: DenseMatrix;
  readonly divergence: number;
}

const TOLERANCE = 1e-5;
/** The flow has arrived at this share of the divergence that it started with. */
const ARRIVED = 1e-3;
const MAX_STEPS = 120;

/**
 * The explicit Euler method for x_i' = -n grad_i S(x, y): x_i - step n / 2 grad_i S, as |x - y|^2 has the gradient
 * 2 (x - y).
 */
export function* gradientFlow(
  start: DenseMatrix,
  target: DenseMatrix,
  { epsilon, step }: FlowOptions,
): Generator<FlowState, void> {
  let points = start;
  let first = 0;
  for (let iteration = 0; iteration <= MAX_STEPS; iteration++) {
    const { divergence, locations } = sinkhornDivergence(points, target, { epsilon, tolerance: TOLERANCE });
    if (iteration === 0) first = divergence;
    yield { iteration, points, divergence };
    if (divergence <= ARRIVED * first) return;
    const rate = (step * points.rows) / 2;
    const values = points.values.map((value, k) => value - rate * locations.x.values[k]);
    points = { ...points, values };
  }
}

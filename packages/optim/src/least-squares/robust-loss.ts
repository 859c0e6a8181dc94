// Robust losses, which give large residuals less weight than their squares.
//
// B. Triggs, P. McLauchlan, R. Hartley, A. Fitzgibbon: Bundle adjustment (2000), section 4.3.

/** rho, with z for the square of a residual over the scale: z, 2 (sqrt(1 + z) - 1), z or 2 sqrt z - 1, log(1 + z), atan z. */
export type RobustLoss = 'linear' | 'soft-l1' | 'huber' | 'cauchy' | 'arctan';

/** rho and its two derivatives. */
type Rho = (z: number) => readonly [value: number, first: number, second: number];

const LOSSES: Readonly<Record<RobustLoss, Rho>> = {
  linear: (z) => [z, 1, 0],
  'soft-l1': (z) => {
    const root = Math.sqrt(1 + z);
    return [(2 * z) / (1 + root), 1 / root, -0.5 / (root * (1 + z))];
  },
  huber: (z) => {
    if (z <= 1) return [z, 1, 0];
    const root = Math.sqrt(z);
    return [2 * root - 1, 1 / root, -0.5 / (root * z)];
  },
  cauchy: (z) => [Math.log1p(z), 1 / (1 + z), -1 / (1 + z) ** 2],
  arctan: (z) => [Math.atan(z), 1 / (1 + z * z), (-2 * z) / (1 + z * z) ** 2],
};

/** (1/2) sum_i scale² rho((f_i / scale)²) */
export function robustCost(loss: RobustLoss, scale: number, residuals: Float64Array): number {
  let sum = 0;
  if (loss === 'linear') {
    for (let i = 0; i < residuals.length; i++) sum += residuals[i] * residuals[i];
    return sum / 2;
  }
  for (let i = 0; i < residuals.length; i++) sum += LOSSES[loss]((residuals[i] / scale) ** 2)[0];
  return (scale * scale * sum) / 2;
}

/** Rows have at least this share of their weight in the model, so that far residuals do not leave it without curvature. */
const LEAST_CURVATURE = 1e-2;

/**
 * Scales residuals and rows of the Jacobian in place, so that J'f is the gradient of the cost and J'J a positive semidefinite
 * model of its Hessian: rows by sqrt(rho' + 2 z rho''), where that is not small beside rho'.
 */
export function scaleByLoss(loss: RobustLoss, scale: number, residuals: Float64Array, jacobian: Float64Array): void {
  scaleRows(loss, scale, residuals, jacobian, (z, first, second) =>
    Math.max(first + 2 * z * second, LEAST_CURVATURE * first, Number.MIN_VALUE),
  );
}

/** Scales both in place by sqrt(rho'): J'f is the gradient of the cost, and residuals count as much as they do in it. */
export function weighByLoss(loss: RobustLoss, scale: number, residuals: Float64Array, jacobian: Float64Array): void {
  scaleRows(loss, scale, residuals, jacobian, (_, first) => Math.max(first, Number.MIN_VALUE));
}

function scaleRows(
  loss: RobustLoss,
  scale: number,
  residuals: Float64Array,
  jacobian: Float64Array,
  curvature: (z: number, first: number, second: number) => number,
): void {
  if (loss === 'linear') return;
  const n = jacobian.length / residuals.length;
  for (let i = 0; i < residuals.length; i++) {
    const z = (residuals[i] / scale) ** 2;
    const [, first, second] = LOSSES[loss](z);
    const root = Math.sqrt(curvature(z, first, second));
    residuals[i] *= first / root;
    for (let j = 0; j < n; j++) jacobian[i * n + j] *= root;
  }
}

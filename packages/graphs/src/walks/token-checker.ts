// The distance of a token's iterate from the minimizer, by the length of the gradient and the curvature of the ridge.
import type { Verdict } from '@infimum/core/certificate';
import type { DenseMatrix } from '@infimum/linalg';
import type { Interval } from '@infimum/rigor';
import { add, divide, exp, interval, multiply, negate, square, squareRoot, subtract } from '@infimum/rigor';
import type { Graph } from '../graph/graph.ts';

/** Rows of data that lie at the nodes of a graph, and a loss of them. */
export interface TokenData {
  /** Connected; the token walks along its edges. */
  readonly graph: Graph;
  /** The weight of each node, of sum 1. */
  readonly target: Float64Array;
  /** `mean`: F(θ, i) = |θ − z_i|²/2. `logistic`: mean of log(1 + exp(−c zθ)) over the rows at i, plus κ|θ|²/2. */
  readonly loss: 'mean' | 'logistic';
  /** z, a row a datum; the rows r with `r % nodes === i` lie at node i. At least one a node. */
  readonly data: DenseMatrix;
  /** c of each row, −1 or 1, for `logistic`; empty for `mean`. */
  readonly labels: Float64Array;
  /** κ, the weight of |θ|²/2, for `logistic`. */
  readonly ridge: number;
}

const zero = /* @__PURE__ */ interval(0);
const one = /* @__PURE__ */ interval(1);
const isZero = ({ lower, upper }: Interval) => lower === 0 && upper === 0;

/**
 * Proves |θ - θ*| <= |∇F(θ)| / (κ Σ μ), κ = 1 for means, and encloses the residual: |∇F(θ)| over the μ-mean length of the nodes' gradients
 * at 0. It needs no witness, and throws nothing.
 */
export function check(instance: TokenData, { x }: { readonly x: Float64Array }, _witness: unknown): Verdict {
  const { loss, ridge, target, data } = instance;
  if (!(x instanceof Float64Array && x.length === data.cols && x.every(Number.isFinite)))
    return { proved: false, reason: 'the iterate is not a point' };
  const origin = new Float64Array(data.cols);
  let sum: Interval[] = Array.from(origin, () => zero);
  let [scale, mass] = [zero, zero];
  for (const [node, share] of target.entries()) {
    const weight = interval(share);
    const gradient = gradientAt(instance, x, node);
    sum = sum.map((entry, j) => add(entry, multiply(weight, gradient[j])));
    scale = add(scale, multiply(weight, lengthOf(gradientAt(instance, origin, node))));
    mass = add(mass, weight);
  }
  const size = lengthOf(sum);
  const curvature = loss === 'mean' ? mass : multiply(mass, interval(ridge));
  const distance = divide(size, curvature).upper;
  const residual = scale.upper === 0 ? size : divide(size, scale);
  if (!(distance < Infinity && residual.upper < Infinity))
    return { proved: false, reason: 'the gradient is beyond the range of doubles' };
  return {
    proved: true,
    figures: {
      distance: { lower: 0, upper: distance },
      residual: { lower: Math.max(0, residual.lower), upper: residual.upper },
    },
  };
}

function lengthOf(vector: readonly Interval[]): Interval {
  const { lower, upper } = vector
    .filter((entry) => !isZero(entry))
    .map(square)
    .reduce(add, zero);
  return squareRoot(interval(Math.max(0, lower), upper));
}

/** The gradient of F(., node), of the rows r with r = node modulo the number of nodes. */
function gradientAt({ graph, loss, data, labels, ridge }: TokenData, theta: Float64Array, node: number): Interval[] {
  const { rows, cols, values } = data;
  let sum: Interval[] = Array.from({ length: cols }, () => zero);
  let count = 0;
  for (let r = node; r < rows; r += graph.nodes, count++) {
    const row = Array.from(values.subarray(r * cols, (r + 1) * cols), (value) => interval(value));
    if (loss === 'mean') {
      sum = sum.map((entry, j) => subtract(entry, row[j]));
      continue;
    }
    const margin = row.reduce((all, entry, j) => add(all, multiply(entry, interval(theta[j]))), zero);
    const chance = divide(one, add(one, exp(labels[r] > 0 ? margin : negate(margin))));
    const pull = labels[r] > 0 ? chance : negate(chance);
    sum = sum.map((entry, j) => subtract(entry, multiply(pull, row[j])));
  }
  const factor = interval(loss === 'mean' ? 1 : ridge);
  const mean = (entry: Interval) => (isZero(entry) ? zero : divide(entry, interval(count)));
  return sum.map((entry, j) => add(mean(entry), multiply(factor, interval(theta[j]))));
}

// Strongly convex functions with known constants and minimisers, for tests of methods that promise something on them.
import type { Objective } from '@infimum/core';
import { Random } from '@infimum/core';
import { cholesky, solveCholesky } from '@infimum/linalg';
import { lbfgs } from '../line-search/lbfgs.ts';
import { heavyBallCounterexample } from '../objectives/heavy-ball-counterexample.ts';
import { logisticLoss } from '../objectives/logistic-loss.ts';
import { quadraticForm } from '../objectives/quadratic-form.ts';

/** A function, what is known of it, and where to start. */
export interface KnownFunction {
  readonly name: string;
  readonly objective: Objective;
  readonly initial: Float64Array;
  readonly lipschitz: number;
  readonly strongConvexity: number;
  readonly minimizer: Float64Array;
  readonly minimum: number;
}

/** The rows of a random orthogonal matrix: the Gram-Schmidt method, twice. */
export function randomRotation(size: number, random: Random): Float64Array[] {
  const rows: Float64Array[] = [];
  while (rows.length < size) {
    const row = random.normals(new Float64Array(size));
    for (let pass = 0; pass < 2; pass++) {
      for (const other of rows) {
        const share = row.reduce((sum, value, j) => sum + value * other[j], 0);
        for (let j = 0; j < size; j++) row[j] -= share * other[j];
      }
      const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
      for (let j = 0; j < size; j++) row[j] /= length;
    }
    rows.push(row);
  }
  return rows;
}

/** A quadratic with the eigenvalues mu, L and `size - 2` between them, its axes and its minimiser at random. */
export function randomQuadratic(seed: number, { size = 6, strongConvexity = 1, lipschitz = 100 } = {}): KnownFunction {
  const random = new Random(seed);
  const eigenvalues = random
    .uniforms(new Float64Array(size))
    .map((share) => strongConvexity + share * (lipschitz - strongConvexity));
  eigenvalues.set([strongConvexity, lipschitz]);
  const axes = randomRotation(size, random);
  const values = new Float64Array(size * size);
  axes.forEach((axis, k) => {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) values[i * size + j] += eigenvalues[k] * axis[i] * axis[j];
    }
  });
  const minimizer = random.normals(new Float64Array(size));
  const b = minimizer.map((_, i) => minimizer.reduce((sum, value, j) => sum + values[i * size + j] * value, 0));
  const objective = quadraticForm({ rows: size, cols: size, values }, b);
  return {
    name: `quadratic ${seed}`,
    objective,
    initial: random.normals(new Float64Array(size)),
    lipschitz,
    strongConvexity,
    minimizer,
    minimum: objective.value(minimizer),
  };
}

/** log sum_i exp(a_i . x - b_i) + (mu / 2) |x|², whose gradient is Lipschitz with max |a_i|² + mu. */
function logSumExp(seed: number): KnownFunction {
  const [rows, size, strongConvexity] = [8, 3, 0.1];
  const random = new Random(seed);
  const a = random.normals(new Float64Array(rows * size));
  const b = random.normals(new Float64Array(rows));
  const weights = new Float64Array(rows);
  const fill = (x: Float64Array) => {
    let largest = -Infinity;
    for (let i = 0; i < rows; i++) {
      weights[i] = -b[i];
      for (let j = 0; j < size; j++) weights[i] += a[i * size + j] * x[j];
      largest = Math.max(largest, weights[i]);
    }
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      weights[i] = Math.exp(weights[i] - largest);
      sum += weights[i];
    }
    for (let i = 0; i < rows; i++) weights[i] /= sum;
    return largest + Math.log(sum);
  };
  const objective: Objective = {
    dimension: size,
    value: (x) => fill(x) + (strongConvexity / 2) * x.reduce((sum, value) => sum + value * value, 0),
    gradient: (x, out) => {
      fill(x);
      for (let j = 0; j < size; j++) {
        out[j] = strongConvexity * x[j];
        for (let i = 0; i < rows; i++) out[j] += weights[i] * a[i * size + j];
      }
    },
  };
  const squares = Array.from(weights, (_, i) =>
    a.subarray(i * size, (i + 1) * size).reduce((sum, value) => sum + value * value, 0),
  );
  const lipschitz = Math.max(...squares) + strongConvexity;
  return known(`log-sum-exp ${seed}`, objective, random.normals(new Float64Array(size)), lipschitz, strongConvexity);
}

/** Logistic regression on random data. */
function logistic(seed: number): KnownFunction {
  const [rows, size, ridge] = [20, 4, 0.01];
  const random = new Random(seed);
  const values = random.normals(new Float64Array(rows * size));
  const labels = random.normals(new Float64Array(rows)).map((value) => (value > 0 ? 1 : -1));
  // The trace bounds the largest eigenvalue.
  const lipschitz = values.reduce((sum, value) => sum + value * value, 0) / (4 * rows) + ridge;
  const objective = logisticLoss({ rows, cols: size, values }, labels, { ridge });
  return known(`logistic ${seed}`, objective, random.normals(new Float64Array(size)), lipschitz, ridge);
}

/** The function on which heavy ball fails. */
export const counterexample: KnownFunction = {
  name: 'counterexample',
  objective: heavyBallCounterexample(),
  initial: Float64Array.of(3.3),
  lipschitz: 25,
  strongConvexity: 1,
  minimizer: Float64Array.of(0),
  minimum: 0,
};

/** Some of each kind. */
export const knownFunctions: readonly KnownFunction[] = [
  ...[1, 2, 3].map((seed) => randomQuadratic(seed)),
  ...[4, 5].map(logSumExp),
  ...[6, 7].map(logistic),
  counterexample,
];

function known(
  name: string,
  objective: Objective,
  initial: Float64Array,
  lipschitz: number,
  strongConvexity: number,
): KnownFunction {
  const { x } = lbfgs(objective, initial, { tolerance: 1e-10 });
  for (let pass = 0; pass < 3; pass++) newtonStep(objective, x);
  return { name, objective, initial, lipschitz, strongConvexity, minimizer: x, minimum: objective.value(x) };
}

/** Gradients tell the minimiser to rounding, values only to its root. The Hessian is one of differences. */
function newtonStep(objective: Objective, x: Float64Array): void {
  const size = x.length;
  const hessian = new Float64Array(size * size);
  const [above, below, gradient] = [0, 1, 2].map(() => new Float64Array(size));
  for (let j = 0; j < size; j++) {
    const step = 1e-5;
    const moved = x.slice();
    moved[j] = x[j] + step;
    objective.gradient(moved, above);
    moved[j] = x[j] - step;
    objective.gradient(moved, below);
    for (let i = 0; i < size; i++) hessian[i * size + j] = (above[i] - below[i]) / (2 * step);
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) hessian[i * size + j] = hessian[j * size + i];
  }
  objective.gradient(x, gradient);
  const step = solveCholesky(cholesky({ rows: size, cols: size, values: hessian }), gradient);
  for (let i = 0; i < size; i++) x[i] -= step[i];
}

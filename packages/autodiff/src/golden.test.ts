// Every operation against JAX in double precision: outputs, gradients, Hessian products, Jacobians and their products, to
// 1e-12. The values are made by scripts/golden.py.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Tensor } from './index.ts';
import * as ad from './index.ts';
import { constant, variable } from './index.ts';

interface Plain {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

interface Golden {
  readonly inputs: readonly Plain[];
  readonly output: Plain;
  readonly weights: Plain;
  readonly directions: readonly Plain[];
  readonly gradients: readonly Plain[];
  readonly products: readonly Plain[];
  readonly directional: Plain;
  readonly jacobian?: Plain;
}

const golden: Record<string, Golden> = JSON.parse(readFileSync(new URL('./fixtures/golden.json', import.meta.url), 'utf8'));

const { mul, sin, exp, square, transpose, matmul } = ad;

const operations: Record<string, (...x: Tensor[]) => Tensor> = {
  add: ad.add,
  sub: ad.sub,
  mul,
  div: ad.div,
  neg: ad.neg,
  square,
  pow: (x) => ad.pow(x, 3),
  powFraction: (x) => ad.pow(x, -0.7),
  sqrt: ad.sqrt,
  exp,
  log: ad.log,
  tanh: ad.tanh,
  sigmoid: ad.sigmoid,
  softplus: ad.softplus,
  sin,
  cos: ad.cos,
  erf: ad.erf,
  erfc: ad.erfc,
  gelu: ad.gelu,
  relu: ad.relu,
  leakyRelu: (x) => ad.leakyRelu(x, 0.2),
  abs: ad.abs,
  maximum: ad.maximum,
  minimum: ad.minimum,
  clamp: (x) => ad.clamp(x, -0.5, 0.75),
  where: (x, y) => ad.where(ad.greater(x, 0), mul(square(x), y), sin(y)),
  sum: (x) => ad.sum(square(x), [0, 2]),
  mean: (x) => ad.mean(ad.pow(x, 3), [1, -1]),
  max: (x) => square(ad.max(x, [0, 2])),
  maxTies: (x) => square(ad.max(x, 1)),
  min: (x) => square(ad.min(x, 1)),
  logSumExp: (x) => ad.logSumExp(x),
  logSumExpAxis: (x) => ad.logSumExp(x, 1),
  softmax: (x) => ad.softmax(x),
  softmaxAxis: (x) => ad.softmax(x, 0),
  logSoftmax: (x) => ad.logSoftmax(x),
  logSoftmaxAxis: (x) => ad.logSoftmax(x, 1),
  categorical: (x) => ad.categoricalLogProbability(x, constant([2, 0, 2])),
  concatenate: (x, y) => ad.concatenate([x, square(y), sin(x)], 1),
  stack: (x, y) => ad.stack([mul(x, y), exp(y)], 1),
  narrow: (x) => mul(ad.narrow(x, 1, 1, 2), ad.narrow(x, 1, 0, 2)),
  permute: (x) => ad.permute(square(x), [2, 0, 1]),
  transpose: (x) => transpose(square(x)),
  broadcastTo: (x) => ad.broadcastTo(square(x), [3, 2, 4]),
  gather: (x) => ad.gather(square(x), constant([2, 0, 2, 1], [2, 2]), 1),
  takeAlong: (x) => ad.takeAlong(sin(x), constant([2, 0, 0, 1, 1, 2], [2, 3])),
  matmul,
  matmulVector: matmul,
  vectorMatmul: matmul,
  matmulStacks: matmul,
  matmulShared: matmul,
  matmulTransposed: (a, b) => matmul(transpose(a), transpose(b)),
  matmulStackVector: matmul,
  vectorMatmulStack: matmul,
  convolution: (x, k) => ad.convolution(x, k),
  convolutionStrided: (x, k) => ad.convolution(x, k, { stride: [2, 1], padding: [1, 2] }),
  maxPool: (x) => square(ad.maxPool(x, 2)),
  averagePool: (x) => square(ad.averagePool(x, [3, 2], { stride: [2, 1] })),
  solve: ad.solve,
  solveVector: ad.solve,
  solveStack: ad.solve,
  cholesky: ad.cholesky,
  choleskyStack: ad.cholesky,
  logDeterminant: ad.logDeterminant,
  logDeterminantStack: ad.logDeterminant,
  inverse: ad.inverse,
  solveTriangular: (a, b) => ad.solveTriangular(a, b),
  solveTriangularTransposed: (a, b) => ad.solveTriangular(a, b, true),
  repeat: (x) => ad.repeat(x, 5, (s) => ad.add(sin(s), mul(0.5, mul(s, x)))),
  scan: (a, rows) => ad.scan(constant([0, 0]), rows, (s, row) => ad.tanh(ad.add(matmul(a, s), row))),
  network: (x, w, v) =>
    ad.add(ad.logSumExp(matmul(ad.tanh(matmul(x, w)), v)), ad.reshape(ad.narrow(ad.gelu(matmul(x, w)), 1, 0, 1), [4])),
  reshape: (x) => ad.reshape(square(x), [2, 6]),
  slice: (x) => square(ad.slice(x, 2, 4)),
  take: (x) => ad.take(square(x), constant([7, 0, 7, 11, 3, 0], [2, 3])),
  scatter: (x) => ad.scatter(square(x), constant([4, 0, 4, 2]), [2, 3]),
  inner: ad.inner,
  diagonal: (x) => ad.diagonal(square(x)),
  detach: (x) => mul(ad.detach(x), sin(x)),
  sign: (x) => mul(ad.sign(x), square(x)),
  comparisons: (x, y) =>
    ad.add(ad.add(mul(ad.greater(x, y), x), mul(ad.less(x, y), square(y))), mul(ad.equal(x, y), mul(x, square(y)))),
  sqrtFar: ad.sqrt,
  divFar: ad.div,
  logFar: ad.log,
  powFar: (x) => ad.pow(x, 3),
  absFar: ad.abs,
};

/** What is exported and no operation, and operations that stand under another name. */
const OTHERS = [
  // Of operations that users bring; `computed` is tested with programs.
  ...['apply', 'computed'],
  ...['variable', 'constant', 'compile', 'compileParts', 'parameters', 'fromFunction', 'differentiable'],
  ...['differentiableMap', 'finiteSum', 'supervised', 'implicitDerivatives'],
  // The products and Jacobians that every case asks for; `mixedProduct` has a test of its own.
  ...['gradients', 'vectorJacobian', 'jacobianVector', 'jacobian', 'mixedProduct'],
  ...['categoricalLogProbability', 'greater', 'less', 'equal'],
];

it('covers every operation of the script', () => {
  expect(Object.keys(operations)).toEqual(Object.keys(golden));
  expect(Object.keys(ad).filter((name) => !OTHERS.includes(name) && !(name in operations))).toEqual([]);
});

/** Asserts that numbers agree to 1e-12 of theirs, or of 1 where they are smaller. */
function expectClose(found: ArrayLike<number>, { values }: Plain, what: string): void {
  expect(found.length).toBe(values.length);
  values.forEach((value, k) => {
    if (!(Math.abs(found[k] - value) <= 1e-12 * Math.max(1, Math.abs(value)))) {
      expect.fail(`${what}[${k}] is ${found[k]}, must be ${value}`);
    }
  });
}

describe.each(Object.keys(operations))('%s', (name) => {
  const { inputs, output, weights, directions, gradients, products, directional, jacobian } = golden[name];
  const variables = inputs.map(({ shape }) => variable(...shape));
  const y = operations[name](...variables);
  const values = inputs.map((input) => Float64Array.from(input.values));
  const w = constant(weights.values, weights.shape);
  const v = directions.map((each) => constant(each.values, each.shape));

  it('has the values, derivatives and products of JAX', () => {
    expect(y.shape).toEqual(output.shape);
    const rows = ad.vectorJacobian(y, variables, w);
    const slope = ad.sum(mul(y, w));
    expect(variables.map((x) => x.shape)).toEqual(rows.map((row) => row.shape));
    const change = ad.jacobianVector(y, variables, v);
    const along = rows.map((row, k) => ad.inner(row, v[k])).reduce((total, each) => ad.add(total, each));
    const second = ad.gradients(along, variables);
    const program = ad.compile([y, change, ...rows, ...ad.gradients(slope, variables), ...second], variables);
    const [value, moved, ...rest] = program.run(values);
    expectClose(value, output, 'output');
    expectClose(moved, directional, 'directional');
    const n = variables.length;
    for (let k = 0; k < n; k++) {
      expectClose(rest[k], gradients[k], `gradients[${k}]`);
      expectClose(rest[n + k], gradients[k], `gradients[${k}]`);
      expectClose(rest[2 * n + k], products[k], `products[${k}]`);
    }
    program.release();
  });

  it.runIf(jacobian)('has the rows of the Jacobian of JAX', () => {
    const program = ad.compile([ad.jacobian(y, variables[0])], variables);
    expectClose(program.run(values)[0], jacobian as Plain, 'jacobian');
    program.release();
  });
});

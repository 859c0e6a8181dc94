// Expressions against differences of their values, and against plain loops.
import { gradientError, hessianVectorError, Random } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tensor } from './index.ts';
import {
  abs,
  add,
  broadcastTo,
  compile,
  compileParts,
  constant,
  cos,
  differentiable,
  div,
  exp,
  fromFunction,
  gradients,
  inner,
  jacobianVector,
  log,
  logSumExp,
  matmul,
  mean,
  mul,
  neg,
  parameters,
  pow,
  relu,
  reshape,
  sigmoid,
  sin,
  slice,
  softmax,
  softplus,
  sqrt,
  square,
  sub,
  sum,
  take,
  tanh,
  transpose,
  variable,
} from './index.ts';

/** The single output of an expression of one variable. */
function valuesOf(f: (x: Tensor) => Tensor, ...entries: number[]): number[] {
  const x = variable(entries.length);
  return Array.from(compile([f(x)], [x]).run([Float64Array.from(entries)])[0]);
}

const functions: Record<string, [of: (x: Tensor) => Tensor, plain: (x: number) => number]> = {
  exp: [exp, Math.exp],
  log: [(x) => log(add(square(x), 0.5)), (x) => Math.log(x * x + 0.5)],
  sqrt: [(x) => sqrt(add(square(x), 1)), (x) => Math.hypot(x, 1)],
  tanh: [tanh, Math.tanh],
  sigmoid: [sigmoid, (x) => 1 / (1 + Math.exp(-x))],
  softplus: [softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))],
  sin: [sin, Math.sin],
  cos: [cos, Math.cos],
  neg: [neg, (x) => -x],
  square: [square, (x) => x * x],
  cube: [(x) => pow(x, 3), (x) => x ** 3],
  'reciprocal power': [(x) => pow(add(square(x), 1), -0.5), (x) => (x * x + 1) ** -0.5],
  quotient: [(x) => div(x, add(2, square(x))), (x) => x / (2 + x * x)],
  difference: [(x) => sub(1, mul(3, x)), (x) => 1 - 3 * x],
  relu: [(x) => relu(x), (x) => Math.max(0, x)],
  abs: [abs, Math.abs],
};

describe.each(Object.entries(functions))('%s', (_, [of, plain]) => {
  const numbers = fc.double({ min: -4, max: 4, noNaN: true });

  it('has the values of the plain function', () => {
    fc.assert(
      fc.property(fc.array(numbers, { minLength: 1, maxLength: 7 }), (x) => {
        valuesOf(of, ...x).forEach((value, k) => {
          expect(Math.abs(value - plain(x[k]))).toBeLessThan(4e-15 * Math.max(1, Math.abs(plain(x[k]))));
        });
      }),
      { numRuns: 50 },
    );
  });

  it('has derivatives of first and second order', () => {
    const f = differentiable(3, (x) => sum(mul(constant([1, 2, -1]), of(x))));
    fc.assert(
      fc.property(fc.array(numbers, { minLength: 3, maxLength: 3 }), (entries) => {
        // Kinks are at 0.
        const x = Float64Array.from(entries, (value) => (Math.abs(value) < 0.01 ? 0.5 : value));
        expect(gradientError(f, x)).toBeLessThan(1e-8);
        expect(hessianVectorError(f, x, Float64Array.of(1, -2, 0.5))).toBeLessThan(1e-8);
      }),
      { numRuns: 30 },
    );
  });
});

describe('functions at the ends of their ranges', () => {
  it('neither overflow nor cancel', () => {
    expect(valuesOf(softplus, -800, -40, 0, 40, 800)).toEqual([0, Math.exp(-40), Math.LN2, 40, 800]);
    expect(valuesOf(sigmoid, -800, 0, 800)).toEqual([0, 0.5, 1]);
    for (const x of [1e-300, 1e-8, 0.01, 0.0499, 0.0501, 1, 20, 800]) {
      const [up, down] = valuesOf(tanh, x, -x);
      expect(Math.abs(up - Math.tanh(x))).toBeLessThanOrEqual(4e-16 * Math.tanh(x));
      expect(down).toBe(-up);
    }
  });

  it('takes logarithms of sums of huge and tiny exponentials', () => {
    const rows = valuesOf((x) => logSumExp(reshape(x, [2, 2])), 1000, 1000, -1000, -1001);
    expect(rows[0]).toBeCloseTo(1000 + Math.LN2, 12);
    expect(rows[1]).toBeCloseTo(-1000 + Math.log1p(Math.exp(-1)), 12);
    expect(valuesOf((x) => sum(softmax(reshape(x, [1, 3]))), 1, 2, 1000)[0]).toBeCloseTo(1, 14);
  });
});

describe('shapes', () => {
  it('stretch and add up again', () => {
    const x = variable(2, 1);
    const stretched = broadcastTo(x, [3, 2, 2]);
    const [gradient] = gradients(
      inner(
        stretched,
        constant(
          Float64Array.from({ length: 12 }, (_, k) => k),
          [3, 2, 2],
        ),
      ),
      [x],
    );
    const [out, slope] = compile([stretched, gradient], [x]).run([Float64Array.of(5, 7)]);
    expect(Array.from(out)).toEqual([5, 5, 7, 7, 5, 5, 7, 7, 5, 5, 7, 7]);
    // Entries 0, 1, 4, 5, 8, 9 come from the first.
    expect(Array.from(slope)).toEqual([27, 39]);
  });

  it('are refused when they do not fit', () => {
    const [x, y] = [variable(2, 3), variable(2)];
    const argument = (name: string) => expect.objectContaining({ argument: name });
    expect(() => add(x, y)).toThrow(argument('b'));
    expect(() => matmul(x, y)).toThrow(/2 x 3 and 2/);
    expect(() => reshape(x, [4])).toThrow(argument('shape'));
    expect(() => transpose(y)).toThrow(argument('x'));
    expect(() => slice(y, 1, 2)).toThrow(argument('start'));
    expect(() => sum(x, 2)).toThrow(argument('axis'));
    expect(() => constant([1, 2], [3])).toThrow(argument('values'));
    expect(() => variable(2, 0)).toThrow(argument('shape'));
    expect(() => gradients(x, [x])).toThrow(argument('value'));
    expect(() => compile([sum(x)], [])).toThrow(argument('variables'));
    expect(() => compile([sum(y)], [y]).run([])).toThrow(argument('values'));
    expect(() => compile([sum(y)], [y]).run([new Float64Array(3)])).toThrow(argument('values[0]'));
    expect(() => differentiable(2, (v) => v)).toThrow(argument('f'));
    expect(() => parameters({ a: [2, -1] })).toThrow(argument('shapes.a'));
  });

  it('sums and means along axes', () => {
    const [x] = [variable(2, 3)];
    const outputs = [sum(x), sum(x, 0), sum(x, 1), sum(x, -1), mean(x), mean(x, 0)];
    const results = compile(outputs, [x]).run([Float64Array.of(1, 2, 3, 4, 5, 6)]);
    expect(results.map((result) => Array.from(result))).toEqual([[21], [5, 7, 9], [6, 15], [6, 15], [3.5], [2.5, 3.5, 4.5]]);
  });
});

describe('products of matrices', () => {
  it.each([
    [3, 4, 5],
    [1, 7, 1],
    [2, 1, 6],
  ])('%i x %i times %i, in all ways of transposing', (n, m, k) => {
    const random = new Random(7);
    const [a, b] = [random.normals(new Float64Array(n * m)), random.normals(new Float64Array(m * k))];
    const transposed = (values: Float64Array, rows: number, cols: number) =>
      Float64Array.from({ length: rows * cols }, (_, e) => values[(e % rows) * cols + Math.floor(e / rows)]);
    const expected = Float64Array.from({ length: n * k }, (_, e) => {
      let entry = 0;
      for (let l = 0; l < m; l++) entry += a[Math.floor(e / k) * m + l] * b[l * k + (e % k)];
      return entry;
    });
    for (const left of [false, true]) {
      for (const right of [false, true]) {
        const x = left ? variable(m, n) : variable(n, m);
        const y = right ? variable(k, m) : variable(m, k);
        const product = matmul(left ? transpose(x) : x, right ? transpose(y) : y);
        const values = [left ? transposed(a, n, m) : a, right ? transposed(b, m, k) : b];
        compile([product], [x, y])
          .run(values)[0]
          .forEach((entry, e) => {
            expect(entry).toBeCloseTo(expected[e], 12);
          });
        const both = differentiable(n * m + m * k, (v) => {
          const [p, q] = [reshape(slice(v, 0, n * m), x.shape), reshape(slice(v, n * m, m * k), y.shape)];
          return sum(sin(matmul(left ? transpose(p) : p, right ? transpose(q) : q)));
        });
        const at = Float64Array.of(...values[0], ...values[1]);
        expect(gradientError(both, at)).toBeLessThan(1e-7);
        expect(hessianVectorError(both, at, random.normals(new Float64Array(at.length)))).toBeLessThan(1e-7);
      }
    }
  });

  it('are made one by one in stacks, in all ways of transposing', () => {
    const random = new Random(8);
    const [count, n, m, k] = [3, 2, 4, 5];
    for (const left of [false, true]) {
      for (const right of [false, true]) {
        const [x, y] = [variable(count, ...(left ? [m, n] : [n, m])), variable(count, ...(right ? [k, m] : [m, k]))];
        const product = (a: Tensor, b: Tensor) => matmul(left ? transpose(a) : a, right ? transpose(b) : b);
        const values = [x, y].map(({ shape }) => random.normals(new Float64Array(shape[0] * shape[1] * shape[2])));
        const stacked = compile([product(x, y)], [x, y]).run(values)[0];
        for (let i = 0; i < count; i++) {
          const [a, b] = [variable(...x.shape.slice(1)), variable(...y.shape.slice(1))];
          const parts = [values[0].subarray(i * n * m, (i + 1) * n * m), values[1].subarray(i * m * k, (i + 1) * m * k)];
          const single = compile([product(a, b)], [a, b]).run(parts)[0];
          expect(stacked.subarray(i * n * k, (i + 1) * n * k)).toEqual(single);
        }
        const both = differentiable(count * (n * m + m * k), (v) => {
          const [p, q] = [slice(v, 0, count * n * m), slice(v, count * n * m, count * m * k)];
          return sum(sin(product(reshape(p, x.shape), reshape(q, y.shape))));
        });
        const at = Float64Array.of(...values[0], ...values[1]);
        expect(gradientError(both, at)).toBeLessThan(1e-7);
        expect(hessianVectorError(both, at, random.normals(new Float64Array(at.length)))).toBeLessThan(1e-7);
      }
    }
  });

  it('refuse stacks of unequal numbers, but transpose each', () => {
    const x = variable(2, 2, 3);
    expect(() => matmul(x, variable(3, 3, 2))).toThrow(expect.objectContaining({ argument: 'b' }));
    expect(() => matmul(x, variable(2, 2))).toThrow(expect.objectContaining({ argument: 'b' }));
    const values = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    const turned = compile([transpose(x)], [x]).run([values])[0];
    expect(turned.join(' ')).toBe('1 4 2 5 3 6 7 10 8 11 9 12');
  });

  it('take vectors on either side', () => {
    const [a, x] = [variable(2, 3), variable(3)];
    const program = compile([matmul(a, x), matmul(x, transpose(a)), matmul(x, x)], [a, x]);
    const results = program.run([Float64Array.of(1, 2, 3, 4, 5, 6), Float64Array.of(1, 0, -1)]);
    expect(results.map((result) => Array.from(result))).toEqual([[-2, -2], [-2, -2], [2]]);
  });
});

describe('picking', () => {
  it('has derivatives, of repeated places too', () => {
    const places = constant([3, 0, 0, -1, 2, 3], [2, 3]);
    const f = differentiable(4, (x) => sum(exp(take(mul(x, x), places))));
    const at = Float64Array.of(0.5, -1, 0.3, 0.7);
    expect(f.value(at)).toBeCloseTo(2 * Math.exp(0.49) + 2 * Math.exp(0.25) + 1 + Math.exp(0.09), 12);
    expect(gradientError(f, at)).toBeLessThan(1e-8);
    expect(hessianVectorError(f, at, Float64Array.of(1, 2, 3, 4))).toBeLessThan(1e-8);
  });
});

describe('higher orders', () => {
  it('differentiate a gradient three times more', () => {
    const x = variable();
    let f = mul(exp(mul(2, x)), sin(x));
    for (let k = 0; k < 4; k++) [f] = gradients(f, [x]);
    // The fourth derivative of the imaginary part of exp((2 + i) x).
    const [re, im] = [-7, 24]; // (2 + i)^4
    const at = 0.3;
    const expected = Math.exp(2 * at) * (re * Math.sin(at) + im * Math.cos(at));
    expect(compile([f], [x]).run([Float64Array.of(at)])[0][0]).toBeCloseTo(expected, 10);
  });

  it('change to first order as the Jacobian says', () => {
    const [x, v] = [variable(3), variable(3)];
    const output = softmax(reshape(mul(x, x), [1, 3]));
    const program = compile([jacobianVector(output, [x], [v]), output], [x, v]);
    const [at, along] = [Float64Array.of(0.2, -0.4, 0.9), Float64Array.of(1, 2, -1)];
    const jacobian = Array.from(program.run([at, along])[0]);
    const moved = (h: number) => Array.from(program.run([at.map((value, k) => value + h * along[k]), along])[1]);
    const [up, down] = [moved(1e-5), moved(-1e-5)];
    jacobian.forEach((value, k) => {
      expect(value).toBeCloseTo((up[k] - down[k]) / 2e-5, 8);
    });
  });

  it('give a Hessian that is symmetric and made of its products', () => {
    const f = differentiable(3, (x) => sum(exp(matmul(constant([1, 2, 3, 0, -1, 1], [2, 3]), x))));
    const at = Float64Array.of(0.1, 0.2, -0.3);
    const hessian = new Float64Array(9);
    f.hessian(at, hessian);
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) expect(hessian[3 * i + j]).toBeCloseTo(hessian[3 * j + i], 12);
    const product = new Float64Array(3);
    f.hessianVector(at, Float64Array.of(1, 2, 3), product);
    product.forEach((value, i) => {
      expect(value).toBeCloseTo(hessian[3 * i] + 2 * hessian[3 * i + 1] + 3 * hessian[3 * i + 2], 10);
    });
  });
});

describe('programs', () => {
  it('do not depend on what ran before, and hold common parts once', () => {
    const x = variable(4);
    const shared = exp(x);
    const deep = Array.from({ length: 30 }).reduce<Tensor>((y) => add(mul(y, 0.5), shared), shared);
    const program = compile([sum(deep), deep], [x]);
    const first = program.run([Float64Array.of(0, 1, 2, 3)]).map((result) => result.slice());
    program.run([Float64Array.of(9, 9, 9, 9)]);
    expect(program.run([Float64Array.of(0, 1, 2, 3)]).map((result) => result.slice())).toEqual(first);
  });

  it('take deep expressions without recursion', () => {
    const x = variable();
    let y: Tensor = x;
    for (let k = 0; k < 20_000; k++) y = add(y, 1e-3);
    const [gradient] = gradients(y, [x]);
    const [value, slope] = compile([y, gradient], [x]).run([Float64Array.of(1)]);
    expect(value[0]).toBeCloseTo(21, 6);
    expect(slope[0]).toBe(1);
  });

  it('go on with a second part as often as one likes', () => {
    const [x, v] = [variable(3), variable(3)];
    const value = sum(exp(mul(x, x)));
    const [gradient] = gradients(value, [x]);
    const [product] = gradients(inner(gradient, v), [x]);
    const parted = compileParts({ outputs: [value], variables: [x] }, { outputs: [product], variables: [v] });
    const whole = compile([product], [x, v]);
    for (const at of [Float64Array.of(0.1, -1, 0.5), Float64Array.of(1, 0, -0.3)]) {
      expect(parted.run([at])[0][0]).toBe(compile([value], [x]).run([at])[0][0]);
      for (const along of [Float64Array.of(1, 2, 3), Float64Array.of(-1, 0, 1), Float64Array.of(1, 2, 3)]) {
        expect(parted.proceed([along])[0].slice()).toEqual(whole.run([at, along])[0].slice());
      }
    }
    const early = { outputs: [product], variables: [x] };
    expect(() => compileParts(early, { outputs: [], variables: [v] })).toThrow(
      expect.objectContaining({ argument: 'variables' }),
    );
  });

  it('give zeros for what does not matter', () => {
    const [x, y] = [variable(2), variable(3)];
    const [ofX, ofY] = gradients(sum(square(x)), [x, y]);
    const results = compile([ofX, ofY], [x, y]).run([Float64Array.of(1, 2), new Float64Array(3)]);
    expect(results.map((result) => Array.from(result))).toEqual([
      [2, 4],
      [0, 0, 0],
    ]);
  });
});

describe('plain functions', () => {
  it('get gradients and products by differences', () => {
    const exact = differentiable(3, (x) => sum(exp(mul(x, x))));
    const plain = fromFunction(3, (x) => x.reduce((total, value) => total + Math.exp(value * value), 0));
    const [at, along] = [Float64Array.of(0.3, -0.5, 0.8), Float64Array.of(1, 2, -1)];
    const [a, b] = [new Float64Array(3), new Float64Array(3)];
    exact.gradient(at, a);
    plain.gradient(at, b);
    a.forEach((value, i) => {
      expect(b[i]).toBeCloseTo(value, 8);
    });
    exact.hessianVector(at, along, a);
    plain.hessianVector(at, along, b);
    a.forEach((value, i) => {
      expect(b[i]).toBeCloseTo(value, 4);
    });
    plain.hessianVector(at, new Float64Array(3), b);
    expect(Array.from(b)).toEqual([0, 0, 0]);
  });
});

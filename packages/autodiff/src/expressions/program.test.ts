// Programs: memory that is shared and handed on, layouts that grow with what they hold.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import type { Operation, Tensor } from '../index.ts';
import {
  add,
  apply,
  compile,
  computed,
  constant,
  convolution,
  differentiable,
  differentiableMap,
  finiteSum,
  gradients,
  jacobian,
  matmul,
  mixedProduct,
  mul,
  repeat,
  sin,
  slice,
  square,
  sum,
  supervised,
  variable,
} from '../index.ts';
import { tensorOf } from './tensor.ts';

describe('operations of users', () => {
  const twice: Operation = {
    name: 'twice',
    prepare: (_, { inputs: [x], out }) => {
      return () => {
        for (let k = 0; k < out.length; k++) out[k] = 2 * x[k];
      };
    },
    pullback: (_, gradient) => [apply(twice, [gradient], gradient.shape)],
  };

  it('compute and pass gradients', () => {
    const x = variable(2);
    const [slope] = gradients(sum(square(apply(twice, [x], [2]))), [x]);
    expect(Array.from(compile([slope], [x]).run([Float64Array.of(1, 3)])[0])).toEqual([8, 24]);
  });

  it.each([
    ['operation', () => apply(null as never, [variable()], [])],
    ['operation.name', () => apply({ ...twice, name: 1 as never }, [variable()], [])],
    ['operation.prepare', () => apply({ ...twice, prepare: undefined as never }, [variable()], [])],
    ['operation.viewFrom', () => apply({ ...twice, viewFrom: 1 }, [variable(2)], [2])],
    ['inputs[0]', () => apply(twice, [{ shape: [], operation: twice, inputs: [] }], [])],
    ['shape', () => apply(twice, [variable()], [0.5])],
  ])('are refused where %s is none', (argument, call) => {
    expect(call).toThrow(argument);
  });
});

describe('numbers that other code computes', () => {
  const [x, y] = [variable(2), variable(3)];
  const product = computed([x, y], ([p, q], [r, s, t]) => [
    p * q * (r + s * t),
    [q * (r + s * t), p * (r + s * t)],
    [p * q, p * q * t, p * q * s],
  ]);
  const [u, v] = [
    [0.3, 2],
    [1, -2, 0.7],
  ].map((values) => Float64Array.from(values));

  it('pass gradients as the same expression does', () => {
    const [[p, q], [r, s, t]] = [[slice(x, 0, 1), slice(x, 1, 1)], [0, 1, 2].map((k) => slice(y, k, 1))];
    const written = sum(mul(mul(p, q), add(r, mul(s, t))));
    const [mine, plain] = [product, written].map((node) => {
      const loss = add(square(node), sin(mul(node, slice(x, 0, 1))));
      return compile(gradients(sum(loss), [x, y]), [x, y])
        .run([u, v])
        .map((values) => Array.from(values));
    });
    for (const k of [0, 1]) for (const [i, value] of mine[k].entries()) expect(value).toBeCloseTo(plain[k][i], 12);
  });

  it('refuse second derivatives and gradients of another length', () => {
    const [slope] = gradients(product, [x]);
    expect(() => gradients(sum(slope), [x])).toThrow('evaluate: computes no second derivatives');
    const short = compile([computed([x], () => [1, [2]])], [x]);
    expect(() => short.run([u])).toThrow('evaluate()[1]: has 1 entries, not 2');
  });
});

describe('layouts', () => {
  it('are linear in depth: a Hessian product of 10 000 sines', () => {
    const [x, v] = [variable(2), variable(2)];
    let y: Tensor = x;
    for (let k = 0; k < 10_000; k++) y = sin(y);
    const program = compile(mixedProduct(sum(y), [x], x, v), [x, v]);
    const [product] = program.run([Float64Array.of(1, 2), Float64Array.of(1, 0)]);
    // y' = prod cos(y_k), y'' = -y' sum_k tan(y_k) prod_(j < k) cos(y_j).
    let [at, slope, bend] = [1, 1, 0];
    for (let k = 0; k < 10_000; k++) {
      bend = Math.cos(at) * bend - Math.sin(at) * slope * slope;
      slope *= Math.cos(at);
      at = Math.sin(at);
    }
    expect(Math.abs(product[0] - bend)).toBeLessThan(1e-9 * Math.abs(bend));
    expect(Math.abs(product[1])).toBe(0);
    program.release();
  });

  it('give equal constants one room, and read pieces where they lie', () => {
    const offsets = new Set<number>();
    const spy: Operation = {
      name: 'spy',
      prepare: (_, { inputs }) => {
        for (const { byteOffset } of inputs) offsets.add(byteOffset);
        return () => {};
      },
      pullback: () => [],
    };
    const table = constant([1, 2, 3]);
    const x = variable(6);
    const inputs = [
      table,
      tensorOf(table.shape, table.operation, [], table.constant),
      slice(x, 3, 3),
      slice(x, 3, 3),
      constant([7], [3]),
      constant([7], [3]),
    ];
    compile([tensorOf([1], spy, inputs)], [x]).release();
    expect(offsets.size).toBe(3);
  });

  it('keep what a variable had where a run does not give it', () => {
    const [x, y] = [variable(2), variable(2)];
    const program = compile([add(x, y)], [x, y]);
    program.run([Float64Array.of(1, 2), Float64Array.of(10, 20)]);
    expect(Array.from(program.run([undefined, Float64Array.of(5, 5)])[0])).toEqual([6, 7]);
  });
});

describe('what was released', () => {
  it('cannot be used', () => {
    const x = variable(2);
    const program = compile([square(x)], [x]);
    program.run([new Float64Array(2)]);
    program.release();
    program.release();
    expect(() => program.run([new Float64Array(2)])).toThrow('released');

    const f = differentiable(2, (y) => sum(square(y)));
    const map = differentiableMap(2, square);
    const table = { rows: 3, cols: 2, values: new Float64Array(6) };
    const mean = finiteSum({ dimension: 2, tables: [table], losses: (y, a) => square(matmul(a, y)) });
    const model = supervised({
      dimension: 2,
      inputs: table,
      targets: table,
      model: (y, a) => mul(a, y),
      losses: (outputs, targets) => sum(mul(outputs, targets), 1),
    });
    const [point, out] = [new Float64Array(2), new Float64Array(4)];
    f.gradient(point, out.subarray(0, 2));
    mean.evaluate(point, out.subarray(0, 2));
    for (const each of [f, map, mean, model]) {
      each.release();
      each.release();
    }
    expect(() => f.gradient(point, point)).toThrow('released');
    expect(() => map.jacobian(point, out)).toThrow('released');
    expect(() => mean.value(point)).toThrow('released');
    expect(() => mean.evaluate(point, point)).toThrow('released');
    expect(() => model.outputs(point)).toThrow('released');
    expect(() => model.gaussNewtonVector(point, point, point)).toThrow('released');
    expect(() => model.fisherVector(point, point, point)).toThrow('released');
  });

  it('gives its bodies of loops back as well', () => {
    const released: string[] = [];
    const watched: Operation = {
      name: 'watched',
      prepare: (_, { inputs: [from], out, owned }) => {
        owned.push({ release: () => released.push('watched') });
        return () => out.set(from);
      },
      pullback: (_, gradient) => [gradient],
    };
    const x = variable(2);
    const step = (y: Tensor): Tensor => tensorOf(y.shape, watched, [y]);
    compile([repeat(x, 3, step)], [x]).release();
    expect(released).toEqual(['watched']);
  });
});

describe('programs for sizes of batches', () => {
  it('make room for others, and come back', () => {
    let built = 0;
    const table = { rows: 40, cols: 1, values: Float64Array.from({ length: 40 }, (_, k) => k) };
    const f = finiteSum({
      dimension: 1,
      tables: [table],
      losses: (x, a) => {
        built++;
        return square(matmul(a, x));
      },
    });
    const at = Float64Array.of(2);
    const value = (size: number) =>
      f.value(
        at,
        Int32Array.from({ length: size }, (_, k) => k),
      );
    const first = value(1 + 1);
    for (let size = 3; size <= 12; size++) value(size);
    const before = built;
    value(12);
    expect(built).toBe(before);
    expect(value(2)).toBe(first);
    expect(built).toBe(before + 1);
  });
});

describe('loops', () => {
  it('have expressions of a size that does not depend on their steps', () => {
    const x = variable(3);
    const nodes = (times: number) => {
      const seen = new Set<Tensor>();
      const visit = (node: Tensor): void => {
        if (seen.has(node)) return;
        seen.add(node);
        node.inputs.forEach(visit);
      };
      const end = sum(repeat(x, times, (y) => sin(add(y, x))));
      mixedProduct(end, [x], x, x).forEach(visit);
      return seen.size;
    };
    expect(nodes(1000)).toBe(nodes(2));
  });

  it('differentiate ten thousand steps as a chain does', () => {
    const x = variable();
    const end = repeat(x, 10_000, sin);
    const [value, slope] = compile([end, jacobian(end, x)], [x])
      .run([Float64Array.of(1)])
      .map(([y]) => y);
    let [at, chain] = [1, 1];
    for (let k = 0; k < 10_000; k++) {
      chain *= Math.cos(at);
      at = Math.sin(at);
    }
    expect(value).toBeCloseTo(at, 12);
    expect(Math.abs(slope - chain)).toBeLessThan(1e-10 * chain);
  });

  it('work inside of loops', () => {
    const x = variable(2);
    const nested = repeat(x, 3, (y) => repeat(y, 2, (z) => mul(sin(z), x)));
    let plain: Tensor = x;
    for (let k = 0; k < 6; k++) plain = mul(sin(plain), x);
    const v = constant([0.3, -1]);
    const outputs = [nested, plain].flatMap((y) => [y, ...mixedProduct(sum(y), [x], x, v)]);
    const [a, b, c, d] = compile(outputs, [x]).run([Float64Array.of(1.2, -0.7)]);
    [0, 1].forEach((k) => {
      expect(a[k]).toBeCloseTo(c[k], 13);
      expect(b[k]).toBeCloseTo(d[k], 13);
    });
  });
});

describe('images', () => {
  it('are convolved as plain loops do', () => {
    const random = new Random(3);
    const [x, k] = [variable(2, 2, 5, 4), variable(3, 2, 3, 2)];
    const values = [random.normals(new Float64Array(80)), random.normals(new Float64Array(36))];
    const result = convolution(x, k, { stride: [2, 3], padding: [1, 2] });
    expect(result.shape).toEqual([2, 3, 3, 3]);
    const [found] = compile([result], [x, k]).run(values);
    found.forEach((value, at) => {
      const [q, p, o, n] = [at % 3, Math.floor(at / 3) % 3, Math.floor(at / 9) % 3, Math.floor(at / 27)];
      let expected = 0;
      for (let c = 0; c < 2; c++) {
        for (let i = 0; i < 3; i++) {
          for (let j = 0; j < 2; j++) {
            const [row, col] = [2 * p + i - 1, 3 * q + j - 2];
            if (row < 0 || row >= 5 || col < 0 || col >= 4) continue;
            expected += values[0][((n * 2 + c) * 5 + row) * 4 + col] * values[1][((o * 2 + c) * 3 + i) * 2 + j];
          }
        }
      }
      expect(value).toBeCloseTo(expected, 12);
    });
  });
});

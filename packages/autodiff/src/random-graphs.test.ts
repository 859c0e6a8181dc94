// 300 random expressions against an interpreter that shares no code with the package: it computes entry by entry with numbers
// a + b e1 + c e2 + d e1 e2, e1² = e2² = 0, whose parts are the value, two directional derivatives, and the second one.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import type { Tensor } from './index.ts';
import * as ad from './index.ts';
import { constant, variable } from './index.ts';
import { sparseDifferentiable } from './sparse.ts';

type Hyper = readonly [number, number, number, number];

/** Entries in the order of rows. */
interface Table {
  readonly shape: readonly number[];
  readonly at: readonly Hyper[];
}

const lift = (value: number): Hyper => [value, 0, 0, 0];
const plus = (x: Hyper, y: Hyper): Hyper => [x[0] + y[0], x[1] + y[1], x[2] + y[2], x[3] + y[3]];
const times = (x: Hyper, y: Hyper): Hyper => [
  x[0] * y[0],
  x[0] * y[1] + x[1] * y[0],
  x[0] * y[2] + x[2] * y[0],
  x[0] * y[3] + x[1] * y[2] + x[2] * y[1] + x[3] * y[0],
];
/** f(x) from f, f' and f'' at the value of x. */
const chain = (x: Hyper, f: number, slope: number, bend: number): Hyper => [
  f,
  slope * x[1],
  slope * x[2],
  slope * x[3] + bend * x[1] * x[2],
];
const minus = (x: Hyper): Hyper => chain(x, -x[0], -1, 0);
const over = (x: Hyper): Hyper => chain(x, 1 / x[0], -1 / x[0] ** 2, 2 / x[0] ** 3);
const power = (x: Hyper): Hyper => chain(x, Math.exp(x[0]), Math.exp(x[0]), Math.exp(x[0]));
const logarithm = (x: Hyper): Hyper => chain(x, Math.log(x[0]), 1 / x[0], -1 / x[0] ** 2);
const root = (x: Hyper): Hyper => chain(x, Math.sqrt(x[0]), 0.5 * x[0] ** -0.5, -0.25 * x[0] ** -1.5);
const total = (list: readonly Hyper[]): Hyper => list.reduce(plus, lift(0));
const larger = (x: Hyper, y: Hyper): Hyper =>
  x[0] > y[0] ? x : y[0] > x[0] ? y : (plus(x, y).map((part) => part / 2) as unknown as Hyper);

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** The place along every axis of an entry. */
function placeOf(shape: readonly number[], k: number): number[] {
  const place: number[] = [];
  for (let axis = shape.length - 1, rest = k; axis >= 0; axis--) {
    place.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return place;
}

/** An entry by its place; axes are aligned at the end, those of length one stretch. */
function entry({ shape, at }: Table, place: readonly number[]): Hyper {
  let k = 0;
  shape.forEach((length, axis) => {
    const along = place[place.length - shape.length + axis];
    k = k * length + (length === 1 ? 0 : along);
  });
  return at[k];
}

function table(shape: readonly number[], make: (place: number[]) => Hyper): Table {
  return { shape, at: Array.from({ length: sizeOf(shape) }, (_, k) => make(placeOf(shape, k))) };
}

function together(a: readonly number[], b: readonly number[]): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const shape = Array.from({ length: rank }, (_, axis) => {
    const [x, y] = [a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1];
    return x === y || y === 1 ? x : x === 1 ? y : 0;
  });
  return shape.includes(0) ? undefined : shape;
}

/** What both sides make of the same choice. */
interface Node {
  readonly tensor: Tensor;
  readonly table: Table;
}

type Maker = (random: Random, pick: () => Node) => Node | undefined;

const unaries: [string, (x: Tensor) => Tensor, (x: Hyper) => Hyper][] = [
  ['sin', ad.sin, (x) => chain(x, Math.sin(x[0]), Math.cos(x[0]), -Math.sin(x[0]))],
  ['cos', ad.cos, (x) => chain(x, Math.cos(x[0]), -Math.sin(x[0]), -Math.cos(x[0]))],
  ['exp', (x) => ad.exp(ad.sin(x)), (x) => power(chain(x, Math.sin(x[0]), Math.cos(x[0]), -Math.sin(x[0])))],
  ['square', ad.square, (x) => times(x, x)],
  ['neg', ad.neg, minus],
  ['log', (x) => ad.log(ad.add(1.5, ad.square(x))), (x) => logarithm(plus(lift(1.5), times(x, x)))],
  ['sqrt', (x) => ad.sqrt(ad.add(1, ad.square(x))), (x) => root(plus(lift(1), times(x, x)))],
  ['softplus', ad.softplus, (x) => logarithm(plus(lift(1), power(x)))],
  ['sigmoid', ad.sigmoid, (x) => over(plus(lift(1), power(minus(x))))],
  ['relu', ad.relu, (x) => (x[0] > 0 ? x : lift(0))],
  ['leakyRelu', (x) => ad.leakyRelu(x, 0.3), (x) => (x[0] > 0 ? x : times(lift(0.3), x))],
  ['abs', ad.abs, (x) => (x[0] > 0 ? x : x[0] < 0 ? minus(x) : lift(0))],
  ['pow', (x) => ad.pow(x, 3), (x) => times(x, times(x, x))],
  [
    'erf',
    ad.erf,
    (x) => {
      let sum = 0;
      for (let n = 0, term = x[0]; n < 200; n++, term *= (2 * x[0] ** 2) / (2 * n + 1)) sum += term;
      const bell = (2 / Math.sqrt(Math.PI)) * Math.exp(-(x[0] ** 2));
      return chain(x, bell * sum, bell, -2 * x[0] * bell);
    },
  ],
];

const binaries: [(a: Tensor, b: Tensor) => Tensor, (a: Hyper, b: Hyper) => Hyper][] = [
  [ad.add, plus],
  [ad.sub, (a, b) => plus(a, minus(b))],
  [ad.mul, times],
  [(a, b) => ad.div(a, ad.add(1, ad.square(b))), (a, b) => times(a, over(plus(lift(1), times(b, b))))],
  [ad.maximum, larger],
  [ad.minimum, (a, b) => minus(larger(minus(a), minus(b)))],
  [(a, b) => ad.where(ad.greater(a, b), a, ad.mul(a, b)), (a, b) => (a[0] > b[0] ? a : times(a, b))],
];

const one = (random: Random, length: number) => Math.floor(random.uniform() * length);

/** Every row along an axis, replaced by what is made of it. */
function rows(x: Table, axis: number, make: (row: readonly Hyper[]) => readonly Hyper[]): Table {
  const length = make(Array.from({ length: x.shape[axis] }, () => lift(1))).length;
  const shape = x.shape.with(axis, length);
  return table(shape, (place) => {
    const row = Array.from({ length: x.shape[axis] }, (_, k) => entry(x, place.with(axis, k)));
    return make(row)[place[axis]];
  });
}

function dropAxis({ shape, at }: Table, axis: number): Table {
  return { shape: shape.toSpliced(axis, 1), at };
}

const logSum = (row: readonly Hyper[]) => logarithm(total(row.map(power)));

const makers: Maker[] = [
  (random, pick) => {
    const [x, [, f, plain]] = [pick(), unaries[one(random, unaries.length)]];
    return { tensor: f(x.tensor), table: { shape: x.table.shape, at: x.table.at.map(plain) } };
  },
  (random, pick) => {
    const [a, b] = [pick(), pick()];
    const shape = together(a.table.shape, b.table.shape);
    if (!shape) return undefined;
    const [f, plain] = binaries[one(random, binaries.length)];
    return {
      tensor: f(a.tensor, b.tensor),
      table: table(shape, (place) => plain(entry(a.table, place), entry(b.table, place))),
    };
  },
  (random, pick) => {
    const x = pick();
    const { shape } = x.table;
    const gone = shape.map((_, axis) => axis).filter(() => random.uniform() < 0.5);
    const kept = shape.map((length, axis) => (gone.includes(axis) ? 1 : length));
    const kind = one(random, 3);
    const reduced = table(kept, (place) => {
      const members = x.table.at.filter((_, k) => {
        return placeOf(shape, k).every((p, axis) => gone.includes(axis) || p === place[axis]);
      });
      if (kind === 0) return total(members);
      if (kind === 1) return times(lift(1 / members.length), total(members));
      const most = Math.max(...members.map(([value]) => value));
      const best = members.filter(([value]) => value === most);
      return times(lift(1 / best.length), total(best));
    });
    const f = [ad.sum, ad.mean, ad.max][kind];
    return { tensor: f(x.tensor, gone), table: { shape: shape.filter((_, axis) => !gone.includes(axis)), at: reduced.at } };
  },
  (random, pick) => {
    const x = pick();
    const { shape } = x.table;
    if (shape.length === 0) return undefined;
    const axis = one(random, shape.length);
    const kind = one(random, 3);
    const plain = [
      (row: readonly Hyper[]) => row.map((each) => power(plus(each, minus(logSum(row))))),
      (row: readonly Hyper[]) => row.map((each) => plus(each, minus(logSum(row)))),
      (row: readonly Hyper[]) => [logSum(row)],
    ][kind];
    const made = rows(x.table, axis, plain);
    const f = [ad.softmax, ad.logSoftmax, ad.logSumExp][kind];
    return { tensor: f(x.tensor, axis), table: kind === 2 ? dropAxis(made, axis) : made };
  },
  (random, pick) => {
    const x = pick();
    const { shape } = x.table;
    const axes = shape.map((_, axis) => axis);
    for (let k = axes.length - 1; k > 0; k--) {
      const other = one(random, k + 1);
      [axes[k], axes[other]] = [axes[other], axes[k]];
    }
    const turned = table(
      axes.map((axis) => shape[axis]),
      (place) => {
        const from = new Array<number>(shape.length);
        axes.forEach((axis, k) => {
          from[axis] = place[k];
        });
        return entry(x.table, from);
      },
    );
    return { tensor: ad.permute(x.tensor, axes), table: turned };
  },
  (random, pick) => {
    const [a, b] = [pick(), pick()];
    const { shape } = a.table;
    if (shape.length === 0 || shape.join() !== b.table.shape.join()) return undefined;
    const axis = one(random, shape.length);
    const both = table(shape.with(axis, 2 * shape[axis]), (place) => {
      const k = place[axis];
      return k < shape[axis] ? entry(a.table, place) : entry(b.table, place.with(axis, k - shape[axis]));
    });
    const start = one(random, shape[axis]);
    // Two joined, and a piece of as many as before, so that nothing grows.
    const piece = table(shape, (place) => entry(both, place.with(axis, place[axis] + start)));
    const joined = ad.concatenate([a.tensor, b.tensor], axis);
    return { tensor: ad.narrow(joined, axis, start, shape[axis]), table: piece };
  },
  (_random, pick) => {
    const [a, b] = [pick(), pick()];
    const [left, right] = [a.table.shape, b.table.shape];
    if (left.length < 2 || right.length < 2 || left.at(-1) !== right.at(-2)) return undefined;
    const stack = together(left.slice(0, -2), right.slice(0, -2));
    if (!stack) return undefined;
    const product = table([...stack, left.at(-2) as number, right.at(-1) as number], (place) => {
      const [i, j] = place.slice(-2);
      return total(
        Array.from({ length: left.at(-1) as number }, (_, k) =>
          times(entry(a.table, [...place.slice(0, -2), i, k]), entry(b.table, [...place.slice(0, -2), k, j])),
        ),
      );
    });
    return { tensor: ad.matmul(a.tensor, b.tensor), table: product };
  },
  (random, pick) => {
    const x = pick();
    const { shape } = x.table;
    if (shape.length === 0) return undefined;
    const axis = one(random, shape.length);
    const places = Array.from({ length: 2 }, () => one(random, shape[axis]));
    const picked = table(shape.with(axis, 2), (place) => entry(x.table, place.with(axis, places[place[axis]])));
    return { tensor: ad.gather(x.tensor, constant(places), axis), table: picked };
  },
  (_random, pick) => {
    const [x, b] = [pick(), pick()];
    const { shape } = x.table;
    if (shape.length !== 2 || shape[0] !== shape[1] || b.table.shape.length !== 1) return undefined;
    const size = shape[0];
    if (b.table.shape[0] !== size) return undefined;
    // I + X X' is never singular.
    const left = ad.add(ad.matmul(x.tensor, ad.transpose(x.tensor)), eye(size));
    const matrix = table(shape, ([i, j]) =>
      plus(
        lift(i === j ? 1 : 0),
        total(Array.from({ length: size }, (_, k) => times(entry(x.table, [i, k]), entry(x.table, [j, k])))),
      ),
    );
    const [solution, determinant] = eliminate(matrix, b.table);
    return {
      tensor: ad.add(ad.solve(left, b.tensor), ad.logDeterminant(left)),
      table: table([size], ([i]) => plus(solution[i], logarithm(determinant))),
    };
  },
  (random, pick) => {
    const [x, s] = [pick(), pick()];
    const { shape } = x.table;
    if (shape.join() !== s.table.shape.join()) return undefined;
    const times3 = 1 + one(random, 3);
    const sine = (each: Hyper) => chain(each, Math.sin(each[0]), Math.cos(each[0]), -Math.sin(each[0]));
    let state = s.table;
    for (let k = 0; k < times3; k++) {
      state = table(shape, (place) => sine(plus(entry(state, place), entry(x.table, place))));
    }
    return { tensor: ad.repeat(s.tensor, times3, (y) => ad.sin(ad.add(y, x.tensor))), table: state };
  },
];

function eye(size: number): Tensor {
  const entries = Array.from({ length: size * size }, (_, k) => (k % (size + 1) === 0 ? 1 : 0));
  return constant(entries, [size, size]);
}

/** Gauss-Jordan elimination of a positive definite matrix; the solution, and the determinant. */
function eliminate(matrix: Table, right: Table): [Hyper[], Hyper] {
  const size = right.shape[0];
  const a = Array.from({ length: size }, (_, i) => matrix.at.slice(i * size, (i + 1) * size));
  const b = [...right.at];
  let determinant = lift(1);
  for (let k = 0; k < size; k++) {
    determinant = times(determinant, a[k][k]);
    const inverse = over(a[k][k]);
    for (let i = 0; i < size; i++) {
      if (i === k) continue;
      const factor = minus(times(a[i][k], inverse));
      for (let j = 0; j < size; j++) a[i][j] = plus(a[i][j], times(factor, a[k][j]));
      b[i] = plus(b[i], times(factor, b[k]));
    }
  }
  return [b.map((each, i) => times(each, over(a[i][i]))), determinant];
}

const SHAPES = [[3], [3, 3], [1, 3], [2, 3, 3], [3, 1], []];

/** A random expression of three variables: a number, and what the interpreter says of it. */
function randomGraph(seed: number, leafOf: (shape: readonly number[]) => Tensor = (shape) => variable(...shape)) {
  const random = new Random(seed);
  const uniform = () => 2 * random.uniform() - 1;
  const leaves = Array.from({ length: 3 }, () => {
    const shape = SHAPES[one(random, SHAPES.length)];
    const at = Array.from({ length: sizeOf(shape) }, (): Hyper => [uniform(), uniform(), uniform(), 0]);
    return { tensor: leafOf(shape), table: { shape, at } };
  });
  const nodes: Node[] = [...leaves];
  const pick = () => nodes[Math.max(0, nodes.length - 1 - one(random, 6))];
  for (let tries = 0; nodes.length < 14 && tries < 400; tries++) {
    const made = makers[one(random, makers.length)](random, pick);
    if (!made || sizeOf(made.table.shape) > 36) continue;
    // Kept small, so that rounding is that of a few steps.
    const most = Math.max(...made.table.at.flat().map(Math.abs));
    if (most < 50) nodes.push(made);
  }
  const parts = nodes.slice(3);
  const value = parts.map(({ tensor }) => ad.mean(tensor)).reduce((sum, each) => ad.add(sum, each));
  const expected = total(parts.map(({ table: { at } }) => times(lift(1 / at.length), total(at))));
  return { leaves, value, expected };
}

describe('random expressions', () => {
  const count = process.env['INFIMUM_FULL'] ? 50 : 20;

  it('have the same sparse Hessian as the dense one, and no entry outside of its pattern', () => {
    let sparse = 0;
    for (let seed = 0; seed < 3 * count; seed++) {
      const { leaves } = randomGraph(seed);
      const f = (x: Tensor) => {
        let start = 0;
        const leafOf = (shape: readonly number[]) => {
          start += sizeOf(shape);
          return ad.reshape(ad.slice(x, start - sizeOf(shape), sizeOf(shape)), shape);
        };
        return randomGraph(seed, leafOf).value;
      };
      const at = Float64Array.from(leaves.flatMap(({ table }) => table.at.map(([each]) => each)));
      const [dense, found] = [ad.differentiable(at.length, f), sparseDifferentiable(at.length, f)];
      const [wanted, written] = [0, 1].map(() => new Float64Array(at.length ** 2));
      dense.hessian(at, wanted);
      found.hessian(at, written);
      const scale = wanted.reduce((most, each) => Math.max(most, Math.abs(each)), 1);
      written.forEach((each, k) => {
        if (!(Math.abs(each - wanted[k]) <= 1e-11 * scale)) expect.fail(`seed ${seed}, entry ${k}: ${each}, not ${wanted[k]}`);
      });
      const matrix = found.sparseHessian?.(at);
      if ((matrix?.values.length ?? Infinity) < at.length ** 2) sparse++;
      for (const each of [dense, found]) each.release();
    }
    expect(sparse).toBeGreaterThan(count);
  });

  it.each([0, 1, 2, 3, 4, 5])('have the values and derivatives of the interpreter, block %i', (block) => {
    for (let seed = 50 * block; seed < 50 * block + count; seed++) {
      const { leaves, value, expected } = randomGraph(seed);
      const variables = leaves.map(({ tensor }) => tensor);
      const [first, second] = [1, 2].map((part) =>
        leaves.map(({ table: { shape, at } }) =>
          constant(
            at.map((each) => each[part]),
            shape,
          ),
        ),
      );
      const slopes = ad.gradients(value, variables);
      const along = slopes.map((slope, k) => ad.inner(slope, first[k])).reduce((sum, each) => ad.add(sum, each));
      const across = ad.jacobianVector(value, variables, second);
      const bend = ad.jacobianVector(along, variables, second);
      const reverse = ad.gradients(along, variables);
      const bent = reverse.map((slope, k) => ad.inner(slope, second[k])).reduce((sum, each) => ad.add(sum, each));
      const program = ad.compile([value, along, across, bend, bent], variables);
      const results = program.run(leaves.map(({ table: { at } }) => Float64Array.from(at, ([each]) => each)));
      const found = results.map(([each]) => each);
      program.release();
      const wanted = [expected[0], expected[1], expected[2], expected[3], expected[3]];
      wanted.forEach((each, k) => {
        if (!(Math.abs(found[k] - each) <= 1e-12 * Math.max(10, Math.abs(each)))) {
          expect.fail(`seed ${seed}: part ${k} is ${found[k]}, must be ${each}`);
        }
      });
    }
  });
});

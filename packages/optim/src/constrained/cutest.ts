// Equality-constrained problems of CUTEst and of Hock and Schittkowski, as the paper's experiments have them.
//
// N. Gould, D. Orban, P. Toint: CUTEst (2015); W. Hock, K. Schittkowski: Test examples for nonlinear programming codes (1981).
import { checkChoice, checkInteger, checkOutput } from '@infimum/core';
import type { EqualityProgram } from './equality-program.ts';
import { Jet, variablesAt } from './jet.ts';

/** A test problem. */
export interface TestProgram {
  /** The standard start. */
  readonly start: readonly number[];
  /** f; zero where it is missing: the equalities are a square system. */
  readonly objective?: (x: Jet[]) => Jet;
  /** c. */
  readonly equalities: (x: Jet[]) => Jet[];
  /** The value at the solution, where it is known. */
  readonly optimum?: number;
  /** The multipliers there, where they are known and unique. */
  readonly multipliers?: readonly number[];
}

/** Σ factors_i x_i + constant. */
function linear(x: Jet[], factors: readonly number[], constant = 0): Jet {
  let sum = x[0].affine(factors[0], constant);
  for (let i = 1; i < factors.length; i++) if (factors[i] !== 0) sum = sum.combined(1, factors[i], x[i]);
  return sum;
}

const total = (terms: Jet[]): Jet => terms.reduce((sum, term) => sum.plus(term));
const squares = (terms: Jet[]): Jet => total(terms.map((term) => term.power(2)));
const product = (terms: Jet[]): Jet => terms.reduce((all, term) => all.times(term));
const filled = (length: number, value: number): number[] => new Array<number>(length).fill(value);
const SQRT2 = Math.SQRT2;
const hs51 = (x: Jet[]): Jet =>
  squares([linear(x, [1, -1]), linear(x, [0, 1, 1], -2), linear(x, [0, 0, 0, 1], -1), linear(x, [0, 0, 0, 0, 1], -1)]);
const hs52Rows = (x: Jet[]): Jet[] => [linear(x, [1, 3]), linear(x, [0, 0, 1, 1, -2]), linear(x, [0, 1, 0, 0, -1])];
const A = Math.asin(Math.sqrt(1 / 4.2));
const B = Math.asin(Math.sqrt(5 / 7.2));

/** The problems by name. */
export const testPrograms = {
  HS6: {
    start: [-1.2, 1],
    objective: ([a]) => a.minus(1).power(2),
    equalities: ([a, b]) => [b.minus(a.power(2)).times(10)],
    optimum: 0,
  },
  HS7: {
    start: [2, 2],
    objective: ([a, b]) => a.power(2).plus(1).log().minus(b),
    equalities: ([a, b]) => [a.power(2).plus(1).power(2).plus(b.power(2)).minus(4)],
    optimum: -1.73205080757,
    multipliers: [0.2886751],
  },
  HS27: {
    start: [2, 2, 2],
    objective: ([a, b]) =>
      a
        .minus(1)
        .power(2)
        .times(0.01)
        .plus(b.minus(a.power(2)).power(2)),
    equalities: ([a, , c]) => [a.plus(c.power(2)).plus(1)],
    optimum: 0.04,
    multipliers: [0.04],
  },
  HS28: {
    start: [-4, 1, 1],
    objective: (x) => squares([linear(x, [1, 1]), linear(x, [0, 1, 1])]),
    equalities: (x) => [linear(x, [1, 2, 3], -1)],
    optimum: 0,
  },
  HS39: {
    start: filled(4, 2),
    objective: ([a]) => a.times(-1),
    equalities: ([a, b, c, d]) => [b.minus(a.power(3)).minus(c.power(2)), a.power(2).minus(b).minus(d.power(2))],
    optimum: -1,
    multipliers: [-1, -1],
  },
  HS40: {
    start: filled(4, 0.8),
    objective: (x) => product(x).times(-1),
    equalities: ([a, b, c, d]) => [a.power(3).plus(b.power(2)).minus(1), d.times(a.power(2)).minus(c), d.power(2).minus(b)],
    optimum: -0.25,
    multipliers: [0.5, -0.4719372, 0.3535534],
  },
  HS42: {
    start: filled(4, 1),
    objective: (x) => squares(x.map((v, i) => v.minus(i + 1))),
    equalities: ([a, , c, d]) => [a.minus(2), c.power(2).plus(d.power(2)).minus(2)],
    optimum: 13.8578643763,
    multipliers: [-2, 2.5355339],
  },
  HS47: {
    start: [2, SQRT2, -1, 2 - SQRT2, 0.5],
    objective: ([a, b, c, d, e]) => total([a.minus(b).power(2), b.minus(c).power(3), c.minus(d).power(4), d.minus(e).power(4)]),
    equalities: ([a, b, c, d, e]) => [
      a.plus(b.power(2)).plus(c.power(3)).minus(3),
      b.minus(c.power(2)).plus(d).minus(1),
      a.times(e).minus(1),
    ],
    optimum: 0,
  },
  HS48: {
    start: [3, 5, -3, 2, -2],
    objective: (x) => squares([linear(x, [1], -1), linear(x, [0, 1, -1]), linear(x, [0, 0, 0, 1, -1])]),
    equalities: (x) => [linear(x, filled(5, 1), -5), linear(x, [0, 0, 1, -2, -2], 3)],
    optimum: 0,
  },
  HS50: {
    start: [35, -31, 11, 5, -5],
    objective: ([a, b, c, d, e]) => total([a.minus(b).power(2), b.minus(c).power(2), c.minus(d).power(4), d.minus(e).power(2)]),
    equalities: (x) => [0, 1, 2].map((i) => linear(x.slice(i), [1, 2, 3], -6)),
    optimum: 0,
  },
  HS51: {
    start: [2.5, 0.5, 2, -1, 0.5],
    objective: hs51,
    equalities: (x) => [linear(x, [1, 3], -4), linear(x, [0, 0, 1, 1, -2]), linear(x, [0, 1, 0, 0, -1])],
    optimum: 0,
  },
  HS52: {
    start: filled(5, 2),
    objective: (x) =>
      squares([linear(x, [4, -1]), linear(x, [0, 1, 1], -2), linear(x, [0, 0, 0, 1], -1), linear(x, [0, 0, 0, 0, 1], -1)]),
    equalities: hs52Rows,
    optimum: 5.32664756447,
    multipliers: [3.277937, 2.9054441, -7.747851],
  },
  BT3: {
    start: filled(5, 20),
    objective: hs51,
    equalities: hs52Rows,
    optimum: 4.09302325581,
    multipliers: [2.0465116, 2.2325581, -5.9534884],
  },
  HS56: {
    start: [1, 1, 1, A, A, A, B],
    objective: ([a, b, c]) => product([a, b, c]).times(-1),
    equalities: (x) => [
      ...[0, 1, 2].map((i) => x[i].minus(x[i + 3].sine().power(2).times(4.2))),
      linear(x, [1, 2, 2]).minus(x[6].sine().power(2).times(7.2)),
    ],
    optimum: -3.456,
    multipliers: [0, 0, 0, 1.44],
  },
  HS77: {
    start: filled(5, 2),
    objective: ([a, b, c, d, e]) =>
      total([a.minus(1).power(2), a.minus(b).power(2), c.minus(1).power(2), d.minus(1).power(4), e.minus(1).power(6)]),
    equalities: ([a, b, c, d, e]) => [
      a
        .power(2)
        .times(d)
        .plus(d.minus(e).sine())
        .minus(2 * SQRT2),
      b.plus(c.power(4).times(d.power(2))).minus(8 + SQRT2),
    ],
    optimum: 0.24150512879,
    multipliers: [-0.0855396, -0.0318784],
  },
  HS78: {
    start: [-2, 1.5, 2, -1, -1],
    objective: product,
    equalities: (x) => [
      squares(x).minus(10),
      x[1].times(x[2]).minus(x[3].times(x[4]).times(5)),
      x[0].power(3).plus(x[1].power(3)).plus(1),
    ],
    optimum: -2.91970040896,
    multipliers: [0.7444459, -0.7035752, 0.0968055],
  },
  HS79: {
    start: filled(5, 2),
    objective: ([a, b, c, d, e]) =>
      total([a.minus(1).power(2), a.minus(b).power(2), b.minus(c).power(2), c.minus(d).power(4), d.minus(e).power(4)]),
    equalities: ([a, b, c, d, e]) => [
      a
        .plus(b.power(2))
        .plus(c.power(3))
        .minus(2 + 3 * SQRT2),
      b
        .minus(c.power(2))
        .plus(d)
        .plus(2 - 2 * SQRT2),
      a.times(e).minus(2),
    ],
    optimum: 0.0787768208711,
    multipliers: [-0.038821, -0.0167265, -0.0002873],
  },
  HS100LNP: {
    start: [1, 2, 0, 4, 0, 1, 1],
    objective: ([a, b, c, d, e, f, g]) =>
      total([
        a.minus(10).power(2),
        b.minus(12).power(2).times(5),
        c.power(4),
        d.minus(11).power(2).times(3),
        e.power(6).times(10),
        f.power(2).times(7),
        g.power(4),
        f.times(g).times(-4),
        f.times(-10),
        g.times(-8),
      ]),
    equalities: ([a, b, c, d, e, f, g]) => [
      total([a.power(2).times(-2), b.power(4).times(-3), c.times(-1), d.power(2).times(-4), e.times(-5)]).plus(127),
      total([a.power(2).times(-4), b.power(2).times(-1), a.times(b).times(3), c.power(2).times(-2), f.times(-5), g.times(11)]),
    ],
    optimum: 680.630057374,
    multipliers: [-1.13972, -0.3686145],
  },
  BT1: {
    start: [0.08, 0.06],
    objective: (x) => squares(x).times(100).minus(x[0]).minus(100),
    equalities: (x) => [squares(x).minus(1)],
    optimum: -1,
    multipliers: [-99.5],
  },
  BT2: {
    start: filled(3, 10),
    objective: ([a, b, c]) => total([a.minus(1).power(2), a.minus(b).power(2), b.minus(c).power(4)]),
    equalities: ([a, b, c]) => [
      a
        .times(b.power(2).plus(1))
        .plus(c.power(4))
        .minus(4 + 3 * SQRT2),
    ],
    optimum: 0.0325682002551,
    multipliers: [-0.0107267],
  },
  BT5: {
    start: filled(3, 2),
    objective: ([a, b, c]) =>
      total([
        a.power(2).times(-1),
        b.power(2).times(-2),
        c.power(2).times(-1),
        a.times(b).times(-1),
        a.times(c).times(-1),
      ]).plus(1000),
    equalities: (x) => [squares(x).minus(25), linear(x, [8, 14, 7], -56)],
    optimum: 961.71517213,
    multipliers: [1.2234636, 0.2749371],
  },
  BT10: {
    start: [2, 2],
    objective: ([a]) => a.times(-1),
    equalities: ([a, b]) => [b.minus(a.power(3)), b.minus(a.power(2))],
    optimum: -1,
    multipliers: [-1, 1],
  },
  GENHS28: {
    start: [-4, ...filled(9, 1)],
    objective: (x) => squares(x.slice(1).map((v, i) => v.plus(x[i]))),
    equalities: (x) => x.slice(2).map((_, i) => linear(x.slice(i), [1, 2, 3], -1)),
    optimum: 0.927173693766,
  },
  MARATOS: {
    start: [1.1, 0.1],
    objective: (x) => squares(x).minus(1).times(1e-6).minus(x[0]),
    equalities: (x) => [squares(x).minus(1)],
    optimum: -1,
  },
  HS61: {
    start: [0, 0, 0],
    objective: ([a, b, c]) =>
      total([a.power(2).times(4), b.power(2).times(2), c.power(2).times(2), a.times(-33), b.times(16), c.times(-24)]),
    equalities: ([a, b, c]) => [a.times(3).minus(b.power(2).times(2)).minus(7), a.times(4).minus(c.power(2)).minus(11)],
  },
  RSNBRNE: { start: [-1.2, 1], equalities: ([a, b]) => [b.minus(a.power(2)).times(10), a.minus(1)], optimum: 0 },
  BOOTH: { start: [0, 0], equalities: (x) => [linear(x, [1, 2], -7), linear(x, [2, 1], -5)], optimum: 0 },
  HIMMELBC: { start: [1, 1], equalities: ([a, b]) => [a.power(2).plus(b).minus(11), a.plus(b.power(2)).minus(7)], optimum: 0 },
  DENSCHNCNE: {
    start: [2, 3],
    equalities: (x) => [squares(x).minus(2), x[0].minus(1).exp().plus(x[1].power(3)).minus(2)],
    optimum: 0,
  },
  GOTTFR: {
    start: [0.5, 0.5],
    equalities: ([a, b]) => [
      a.minus(a.plus(b.times(3)).times(a.affine(-1, 1)).times(0.1136)),
      b.plus(a.times(2).minus(b).times(b.affine(-1, 1)).times(7.5)),
    ],
    optimum: 0,
  },
  PRICE4NE: {
    start: [1, 5],
    equalities: ([a, b]) => [a.power(3).times(b).times(2).minus(b.power(3)), a.times(6).minus(b.power(2)).plus(b)],
  },
  /** No point is feasible: the least violation, at 0, is 1. */
  INFEASIBLE: { start: [1, 2], objective: squares, equalities: (x) => [squares(x).plus(1)] },
  /** The logarithm is not defined where full steps lead. */
  DOMAIN: {
    start: [0.01, 3],
    objective: ([a, b]) => a.log().power(2).plus(b.minus(3).power(2)),
    equalities: ([a, b]) => [a.times(10).plus(b).minus(13)],
    optimum: 0,
  },
  /** Nearly flat at the start, and singular at the solution. */
  FLAT: {
    start: [1, 1.001, 1.5],
    objective: ([, b]) => b.minus(1).power(4),
    equalities: ([a, , c]) => [a.minus(c)],
    optimum: 0,
  },
} as const satisfies Record<string, TestProgram>;

/** Names of the problems written out. */
export type TestProgramName = keyof typeof testPrograms;

/** A problem as functions. */
export function testProgram(name: TestProgramName): EqualityProgram {
  checkChoice(name, 'name', Object.keys(testPrograms) as TestProgramName[]);
  const { start, objective, equalities }: TestProgram = testPrograms[name];
  const n = start.length;
  const zero = new Jet(0, new Float64Array(n), new Float64Array(n * n));
  let last: { readonly x: Float64Array; readonly f: Jet; readonly c: Jet[] } | undefined;
  const at = (x: Float64Array) => {
    if (last?.x.every((value, i) => value === x[i])) return last;
    const variables = variablesAt(x);
    last = { x: x.slice(), f: objective?.(variables) ?? zero, c: equalities(variables) };
    return last;
  };
  return {
    variables: n,
    equalities: equalities(variablesAt(Float64Array.from(start))).length,
    value: (x) => at(x).f.value,
    gradient: (x, out) => out.set(at(x).f.gradient),
    constraints: (x, out) => {
      const { c } = at(x);
      checkOutput(out, 'out', c.length);
      out.set(c.map(({ value }) => value));
    },
    jacobian: (x, out) => {
      checkOutput(out, 'out', at(x).c.length * n);
      for (const [j, { gradient }] of at(x).c.entries()) out.set(gradient, j * n);
    },
    hessian: (x, multipliers, out) => {
      const { f, c } = at(x);
      out.set(f.hessian);
      for (let j = 0; j < c.length; j++) {
        for (let k = 0; k < n * n; k++) out[k] += multipliers[j] * c[j].hessian[k];
      }
    },
  };
}

/**
 * The Mancino system: c_i = 14 n x_i - (i - n/2)³ + Σ_{j≠i} h(x_j² + i/j), h(s) = √s (sin⁵ + cos⁵)(ln √s), without objective;
 * its start is the sum's own estimate.
 */
export function mancino(n: number): { readonly program: EqualityProgram; readonly start: Float64Array } {
  checkInteger(n, 'n', { min: 1, max: 2 ** 16 });
  const cube = (i: number): number => (i + 1 - n / 2) ** 3;
  const start = Float64Array.from({ length: n }, (_, i) => {
    let sum = cube(i);
    for (let j = 0; j < n; j++) if (j !== i) sum += wave((i + 1) / (j + 1))[0];
    return (-14 * n * sum) / (196 * n * n - 36 * (n - 1) ** 2);
  });
  const program: EqualityProgram = {
    variables: n,
    equalities: n,
    value: () => 0,
    gradient: (_, out) => out.fill(0),
    constraints: (x, out) => {
      for (let i = 0; i < n; i++) {
        out[i] = 14 * n * x[i] - cube(i);
        for (let j = 0; j < n; j++) if (j !== i) out[i] += wave(x[j] * x[j] + (i + 1) / (j + 1))[0];
      }
    },
    jacobian: (x, out) => {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          out[i * n + j] = i === j ? 14 * n : 2 * x[j] * wave(x[j] * x[j] + (i + 1) / (j + 1))[1];
        }
      }
    },
    hessian: (x, multipliers, out) => {
      out.fill(0);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          if (j === i) continue;
          const [, first, second] = wave(x[j] * x[j] + (i + 1) / (j + 1));
          out[j * n + j] += multipliers[i] * (2 * first + 4 * x[j] * x[j] * second);
        }
      }
    },
  };
  return { program, start };
}

/** h(s) and its two derivatives. */
function wave(s: number): readonly [number, number, number] {
  const root = Math.sqrt(s);
  const t = Math.log(root);
  const [p, q] = [Math.sin(t), Math.cos(t)];
  const k = p ** 5 + q ** 5;
  const k1 = 5 * p ** 4 * q - 5 * q ** 4 * p;
  const k2 = 20 * p ** 3 * q * q - 5 * p ** 5 + 20 * q ** 3 * p * p - 5 * q ** 5;
  // h = root k(t), dt/ds = 1 / (2 s), d root/ds = 1 / (2 root).
  return [root * k, (k + k1) / (2 * root), (k2 - k) / (4 * s * root)];
}

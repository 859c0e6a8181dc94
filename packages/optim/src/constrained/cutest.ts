// Equality-constrained problems of CUTEst and of Hock and Schittkowski, as in the paper's experiments.
//
// N. Gould, D. Orban, P. Toint: CUTEst (2015); W. Hock, K. Schittkowski: Test examples for nonlinear programming codes (1981).
import { checkChoice, checkInteger, checkOutput } from '@infimum/core';
import type { TestProgramName } from './equality-formulas.ts';
import { formulasOf } from './equality-formulas.ts';
import type { EqualityProgram } from './equality-program.ts';
import { programOf } from './formula-program.ts';

/** A test problem; its formulas are in `equality-formulas.ts`. */
export interface TestProgram {
  /** The standard start. */
  readonly start: readonly number[];
  /** The value at the solution, where it is known. */
  readonly optimum?: number;
  /** The multipliers there, where they are known and unique. */
  readonly multipliers?: readonly number[];
}

const filled = (length: number, value: number): number[] => new Array<number>(length).fill(value);
const A = Math.asin(Math.sqrt(1 / 4.2));
const B = Math.asin(Math.sqrt(5 / 7.2));

/** The problems by name. */
export const testPrograms = {
  HS6: { start: [-1.2, 1], optimum: 0 },
  HS7: { start: [2, 2], optimum: -1.73205080757, multipliers: [0.2886751] },
  HS27: { start: [2, 2, 2], optimum: 0.04, multipliers: [0.04] },
  HS28: { start: [-4, 1, 1], optimum: 0 },
  HS39: { start: filled(4, 2), optimum: -1, multipliers: [-1, -1] },
  HS40: { start: filled(4, 0.8), optimum: -0.25, multipliers: [0.5, -0.4719372, 0.3535534] },
  HS42: { start: filled(4, 1), optimum: 13.8578643763, multipliers: [-2, 2.5355339] },
  HS47: { start: [2, Math.SQRT2, -1, 2 - Math.SQRT2, 0.5], optimum: 0 },
  HS48: { start: [3, 5, -3, 2, -2], optimum: 0 },
  HS50: { start: [35, -31, 11, 5, -5], optimum: 0 },
  HS51: { start: [2.5, 0.5, 2, -1, 0.5], optimum: 0 },
  HS52: { start: filled(5, 2), optimum: 5.32664756447, multipliers: [3.277937, 2.9054441, -7.747851] },
  BT3: { start: filled(5, 20), optimum: 4.09302325581, multipliers: [2.0465116, 2.2325581, -5.9534884] },
  HS56: { start: [1, 1, 1, A, A, A, B], optimum: -3.456, multipliers: [0, 0, 0, 1.44] },
  HS77: { start: filled(5, 2), optimum: 0.24150512879, multipliers: [-0.0855396, -0.0318784] },
  HS78: { start: [-2, 1.5, 2, -1, -1], optimum: -2.91970040896, multipliers: [0.7444459, -0.7035752, 0.0968055] },
  HS79: { start: filled(5, 2), optimum: 0.0787768208711, multipliers: [-0.038821, -0.0167265, -0.0002873] },
  HS100LNP: { start: [1, 2, 0, 4, 0, 1, 1], optimum: 680.630057374, multipliers: [-1.13972, -0.3686145] },
  BT1: { start: [0.08, 0.06], optimum: -1, multipliers: [-99.5] },
  BT2: { start: filled(3, 10), optimum: 0.0325682002551, multipliers: [-0.0107267] },
  BT5: { start: filled(3, 2), optimum: 961.71517213, multipliers: [1.2234636, 0.2749371] },
  BT10: { start: [2, 2], optimum: -1, multipliers: [-1, 1] },
  GENHS28: { start: [-4, ...filled(9, 1)], optimum: 0.927173693766 },
  MARATOS: { start: [1.1, 0.1], optimum: -1 },
  HS61: { start: [0, 0, 0] },
  RSNBRNE: { start: [-1.2, 1], optimum: 0 },
  BOOTH: { start: [0, 0], optimum: 0 },
  HIMMELBC: { start: [1, 1], optimum: 0 },
  DENSCHNCNE: { start: [2, 3], optimum: 0 },
  GOTTFR: { start: [0.5, 0.5], optimum: 0 },
  PRICE4NE: { start: [1, 5] },
  /** No point is feasible: the least violation, at 0, is 1. */
  INFEASIBLE: { start: [1, 2] },
  /** The logarithm is not defined where full steps lead. */
  DOMAIN: { start: [0.01, 3], optimum: 0 },
  /** Nearly flat at the start, and singular at the solution. */
  FLAT: { start: [1, 1.001, 1.5], optimum: 0 },
} as const satisfies Record<TestProgramName, TestProgram>;

/** A problem as functions. */
export function testProgram(name: TestProgramName): EqualityProgram {
  checkChoice(name, 'name', Object.keys(testPrograms) as TestProgramName[]);
  const { values, hessian, constraints: m, ...program } = programOf(formulasOf({ kind: 'named', name }));
  return {
    ...program,
    equalities: m,
    constraints: (x, out) => {
      checkOutput(out, 'out', m);
      values(x, out);
    },
    jacobian: (x, out) => {
      checkOutput(out, 'out', m * x.length);
      program.jacobian(x, out);
    },
    hessian: (x, multipliers, out) => hessian?.(x, multipliers, 1, out),
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

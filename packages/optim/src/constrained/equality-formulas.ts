// Problems under equalities as texts, which solvers and checkers read with separate parsers.
//
// N. Gould, D. Orban, P. Toint: CUTEst (2015); W. Hock, K. Schittkowski: Test examples for nonlinear programming codes (1981).
import type { FormulaProblem } from './formula-program.ts';

type Texts = readonly [variables: number, objective: string, ...equalities: readonly string[]];

const HS51 = '(x1-x2)^2+(x2+x3-2)^2+(x4-1)^2+(x5-1)^2';
const LENGTH = 'x1^2+x2^2-1';

/** Variables, objective and equalities of the named problems, as W. Hock and K. Schittkowski (1981) and CUTEst have them. */
const NAMED = {
  HS6: [2, '(x1-1)^2', '10*(x2-x1^2)'],
  HS7: [2, 'log(x1^2+1)-x2', '(x1^2+1)^2+x2^2-4'],
  HS27: [3, '(x1-1)^2*0.01+(x2-x1^2)^2', 'x1+x3^2+1'],
  HS28: [3, '(x1+x2)^2+(x2+x3)^2', 'x1+2*x2+3*x3-1'],
  HS39: [4, '-x1', 'x2-x1^3-x3^2', 'x1^2-x2-x4^2'],
  HS40: [4, '-x1*x2*x3*x4', 'x1^3+x2^2-1', 'x4*x1^2-x3', 'x4^2-x2'],
  HS42: [4, '(x1-1)^2+(x2-2)^2+(x3-3)^2+(x4-4)^2', 'x1-2', 'x3^2+x4^2-2'],
  HS47: [5, '(x1-x2)^2+(x2-x3)^3+(x3-x4)^4+(x4-x5)^4', 'x1+x2^2+x3^3-3', 'x2-x3^2+x4-1', 'x1*x5-1'],
  HS48: [5, '(x1-1)^2+(x2-x3)^2+(x4-x5)^2', 'x1+x2+x3+x4+x5-5', 'x3-2*x4-2*x5+3'],
  HS50: [5, '(x1-x2)^2+(x2-x3)^2+(x3-x4)^4+(x4-x5)^2', 'x1+2*x2+3*x3-6', 'x2+2*x3+3*x4-6', 'x3+2*x4+3*x5-6'],
  HS51: [5, HS51, 'x1+3*x2-4', 'x3+x4-2*x5', 'x2-x5'],
  HS52: [5, '(4*x1-x2)^2+(x2+x3-2)^2+(x4-1)^2+(x5-1)^2', 'x1+3*x2', 'x3+x4-2*x5', 'x2-x5'],
  BT3: [5, HS51, 'x1+3*x2', 'x3+x4-2*x5', 'x2-x5'],
  HS56: [7, '-x1*x2*x3', ...[1, 2, 3].map((i) => `x${i}-4.2*sin(x${i + 3})^2`), 'x1+2*x2+2*x3-7.2*sin(x7)^2'],
  HS77: [5, '(x1-1)^2+(x1-x2)^2+(x3-1)^2+(x4-1)^4+(x5-1)^6', 'x1^2*x4+sin(x4-x5)-2*sqrt(2)', 'x2+x3^4*x4^2-8-sqrt(2)'],
  HS78: [5, 'x1*x2*x3*x4*x5', 'x1^2+x2^2+x3^2+x4^2+x5^2-10', 'x2*x3-5*x4*x5', 'x1^3+x2^3+1'],
  HS79: [
    5,
    '(x1-1)^2+(x1-x2)^2+(x2-x3)^2+(x3-x4)^4+(x4-x5)^4',
    'x1+x2^2+x3^3-2-3*sqrt(2)',
    'x2-x3^2+x4+2-2*sqrt(2)',
    'x1*x5-2',
  ],
  HS100LNP: [
    7,
    '(x1-10)^2+5*(x2-12)^2+x3^4+3*(x4-11)^2+10*x5^6+7*x6^2+x7^4-4*x6*x7-10*x6-8*x7',
    '127-2*x1^2-3*x2^4-x3-4*x4^2-5*x5',
    '3*x1*x2-4*x1^2-x2^2-2*x3^2-5*x6+11*x7',
  ],
  BT1: [2, '100*(x1^2+x2^2)-x1-100', LENGTH],
  BT2: [3, '(x1-1)^2+(x1-x2)^2+(x2-x3)^4', 'x1*(x2^2+1)+x3^4-4-3*sqrt(2)'],
  BT5: [3, '1000-x1^2-2*x2^2-x3^2-x1*x2-x1*x3', 'x1^2+x2^2+x3^2-25', '8*x1+14*x2+7*x3-56'],
  BT10: [2, '-x1', 'x2-x1^3', 'x2-x1^2'],
  GENHS28: [
    10,
    [2, 3, 4, 5, 6, 7, 8, 9, 10].map((i) => `(x${i}+x${i - 1})^2`).join('+'),
    ...[1, 2, 3, 4, 5, 6, 7, 8].map((i) => `x${i}+2*x${i + 1}+3*x${i + 2}-1`),
  ],
  MARATOS: [2, '(x1^2+x2^2-1)*1e-6-x1', LENGTH],
  HS61: [3, '4*x1^2+2*x2^2+2*x3^2-33*x1+16*x2-24*x3', '3*x1-2*x2^2-7', '4*x1-x3^2-11'],
  RSNBRNE: [2, '0', '10*(x2-x1^2)', 'x1-1'],
  BOOTH: [2, '0', 'x1+2*x2-7', '2*x1+x2-5'],
  HIMMELBC: [2, '0', 'x1^2+x2-11', 'x1+x2^2-7'],
  DENSCHNCNE: [2, '0', 'x1^2+x2^2-2', 'exp(x1-1)+x2^3-2'],
  GOTTFR: [2, '0', 'x1-0.1136*(x1+3*x2)*(1-x1)', 'x2+7.5*(2*x1-x2)*(1-x2)'],
  PRICE4NE: [2, '0', '2*x1^3*x2-x2^3', '6*x1-x2^2+x2'],
  INFEASIBLE: [2, 'x1^2+x2^2', 'x1^2+x2^2+1'],
  DOMAIN: [2, 'log(x1)^2+(x2-3)^2', '10*x1+x2-13'],
  FLAT: [3, '(x2-1)^4', 'x1-x3'],
} as const satisfies Readonly<Record<string, Texts>>;

/** Names of the problems written out. */
export type TestProgramName = keyof typeof NAMED;

/** What may be written in formulas. */
type FormulaInstance =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'grid'; readonly side: number }
  | { readonly kind: 'logistic' };

/** Control of a grid: states column by column, then controls. */
function gridTexts(side: number): Texts {
  const count = side * side;
  const place = (i: number) => `0.1/sqrt(15)*${(2 * i + 1 - side) / 2}`;
  const points = Array.from({ length: count }, (_, k) => ({ k, row: k % side, col: Math.floor(k / side) }));
  const objective = points.map(
    ({ k, row, col }) => `(x${k + 1}-sin(4+${place(row)})-cos(3+${place(col)}))^2+0.1*x${count + k + 1}^2`,
  );
  const equalities = points.map(({ k, row, col }) => {
    const beside = points.filter((other) => Math.abs(other.row - row) + Math.abs(other.col - col) === 1);
    return `(${beside.map((other) => `x${other.k + 1}+`).join('')}-4*x${k + 1})*${((side + 1) / 2) ** 2}+x${count + k + 1}`;
  });
  return [2 * count, `0.5*(${objective.join('+')})`, ...equalities];
}

/** An instance in formulas, without the scales by which f and c are divided; undefined for losses on data and the largest. */
export function formulasOf(instance: { readonly kind: 'named'; readonly name: TestProgramName }): FormulaProblem;
export function formulasOf(instance: FormulaInstance): FormulaProblem | undefined;
export function formulasOf(instance: FormulaInstance): FormulaProblem | undefined {
  const named: Readonly<Record<string, Texts>> = NAMED;
  const known =
    instance.kind === 'named' ? named[instance.name] : instance.kind === 'grid' ? gridTexts(instance.side) : undefined;
  if (!known) return undefined;
  const [variables, objective, ...equalities] = known;
  const constraints = equalities.map((text) => [text, 0, 0] as const);
  return { start: new Array<number>(variables).fill(0), objective, constraints };
}

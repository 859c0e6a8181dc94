// Reads formulas like `100*(x2-x1^2)^2` into functions with exact derivatives, and problems into programs.
import { InvalidInputError } from '@infimum/core';
import { logNormalCdf } from '../private/normal-distribution.ts';
import type { ConstrainedProgram } from './constrained-program.ts';
import { Jet, variablesAt } from './jet.ts';

/** A constraint: its formula, its least and its largest value. */
export type FormulaConstraint = readonly [formula: string, low: number, high: number];

/** A problem: the formulas are in x1, x2, … with + - * / ^, exp, log, sin, cos, sqrt, Phi (the normal distribution) and step. */
export interface FormulaProblem {
  /** Where to start, a number a variable. */
  readonly start: readonly number[];
  /** Intermediate results by name, a letter with a number, in their order. */
  readonly definitions?: Readonly<Record<string, string>>;
  /** f. */
  readonly objective: string;
  /** g with bounds. */
  readonly constraints?: readonly FormulaConstraint[];
  /** Least values of x; -Infinity for all by default. */
  readonly lower?: readonly number[];
  /** Largest values of x; Infinity for all by default. */
  readonly upper?: readonly number[];
}

type Names = Readonly<Record<string, Jet | number>>;
type Formula = (x: readonly Jet[], names: Names) => Jet | number;

const constant = (value: number, like: Jet): Jet =>
  new Jet(value, new Float64Array(like.gradient.length), new Float64Array(like.hessian.length));

const add = (a: Jet | number, b: Jet | number, sign: 1 | -1): Jet | number => {
  if (typeof a !== 'number') return sign === 1 ? a.plus(b) : a.minus(b);
  return typeof b === 'number' ? a + sign * b : b.affine(sign, a);
};
const multiply = (a: Jet | number, b: Jet | number): Jet | number => {
  if (typeof a !== 'number') return a.times(b);
  return typeof b === 'number' ? a * b : b.affine(a, 0);
};
const power = (a: Jet | number, p: Jet | number): Jet | number => {
  if (typeof a === 'number') return typeof p === 'number' ? a ** p : p.affine(Math.log(a), 0).exp();
  return typeof p === 'number' ? a.power(p) : a.log().times(p).exp();
};

const FUNCTIONS: Readonly<Record<string, (a: Jet) => Jet>> = {
  exp: (a) => a.exp(),
  log: (a) => a.log(),
  sin: (a) => a.sine(),
  cos: (a) => a.cosine(),
  sqrt: (a) => a.power(0.5),
  Phi: (a) => a.normal(Math.exp(logNormalCdf(a.value))),
  step: (a) => constant(a.value >= 0 ? 1 : 0, a),
};

/** The derivatives of values without. */
const NONE = new Float64Array(0);

/** Parentheses and signs within each other, at most. */
const DEEPEST = 200;

/**
 * Compiles a formula of variables x1 to xn and of names.
 *
 * @throws {InvalidInputError} naming the argument, with the place in the text
 */
function compileFormula(text: string, n: number, known: readonly string[], argument: string): Formula {
  const fail = (problem: string): never => {
    throw new InvalidInputError(`${problem} in '${text.slice(0, 60)}'`, { argument, code: 'unknown' });
  };
  if (typeof text !== 'string') throw new InvalidInputError('expected a formula', { argument, code: 'type' });
  const tokens = text.match(/[a-z]\d+|[A-Za-z]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[-+*/^()]|\S/g) ?? [];
  let [at, depth] = [0, 0];
  /** One level further down. */
  const deeper = (read: () => Formula): Formula => {
    if (++depth > DEEPEST) fail(`more than ${DEEPEST} levels`);
    const formula = read();
    depth--;
    return formula;
  };
  const expression = (): Formula => {
    let left = term();
    while (tokens[at] === '+' || tokens[at] === '-') {
      const sign = tokens[at++] === '+' ? 1 : -1;
      const [a, b] = [left, term()];
      left = (x, names) => add(a(x, names), b(x, names), sign);
    }
    return left;
  };
  const term = (): Formula => {
    let left = signed();
    while (tokens[at] === '*' || tokens[at] === '/') {
      const isDivision = tokens[at++] === '/';
      const [a, b] = [left, signed()];
      left = (x, names) => multiply(a(x, names), isDivision ? power(b(x, names), -1) : b(x, names));
    }
    return left;
  };
  const signed = (): Formula => {
    if (tokens[at] === '+') at++;
    if (tokens[at] !== '-') return powered();
    at++;
    const inner = deeper(signed);
    return (x, names) => multiply(-1, inner(x, names));
  };
  const powered = (): Formula => {
    const base = primary();
    if (tokens[at] !== '^') return base;
    at++;
    const exponent = deeper(signed);
    return (x, names) => power(base(x, names), exponent(x, names));
  };
  const enclosed = (): Formula => {
    if (tokens[at++] !== '(') fail('expected ( after a function');
    const inner = deeper(expression);
    if (tokens[at++] !== ')') fail('expected )');
    return inner;
  };
  const primary = (): Formula => {
    const token = tokens[at] ?? fail('expected a number, a variable or a function at the end');
    if (token === '(') return enclosed();
    at++;
    if (/^x\d/.test(token)) {
      const i = Number(token.slice(1)) - 1;
      if (!(i >= 0 && i < n)) fail(`'${token}' is not one of the ${n} variables`);
      return (x) => x[i];
    }
    if (known.includes(token)) return (_, names) => names[token];
    const value = Number(token);
    if (Number.isFinite(value)) return () => value;
    if (!Object.hasOwn(FUNCTIONS, token)) fail(`'${token}' is unknown`);
    const f = FUNCTIONS[token];
    const inner = enclosed();
    return (x, names) => {
      const a = inner(x, names);
      return f(typeof a === 'number' ? constant(a, x[0]) : a);
    };
  };
  const formula = expression();
  if (at !== tokens.length) fail(`unexpected '${tokens[at]}'`);
  return formula;
}

/** Counts calls at points: derivatives come along with values. */
export interface Calls {
  points: number;
}

/** The program of a problem, with exact derivatives. @throws {InvalidInputError} for formulas that cannot be read */
export function programOf(problem: FormulaProblem, calls: Calls = { points: 0 }): ConstrainedProgram {
  const { start, constraints = [], lower, upper } = problem;
  const [n, m] = [start.length, constraints.length];
  const known = Object.keys(problem.definitions ?? {});
  const definitions = Object.entries(problem.definitions ?? {}).map(
    ([name, formula], k) => [name, compileFormula(formula, n, known.slice(0, k), `definitions.${name}`)] as const,
  );
  const f = compileFormula(problem.objective, n, known, 'objective');
  const g = constraints.map(([formula], j) => compileFormula(formula, n, known, `constraints[${j}]`));
  const jet = (value: Jet | number, x: readonly Jet[]) => (typeof value === 'number' ? constant(value, x[0]) : value);
  const evaluate = (variables: readonly Jet[]) => {
    const names: Record<string, Jet | number> = {};
    for (const [name, formula] of definitions) names[name] = formula(variables, names);
    const of = (formula: Formula) => jet(formula(variables, names), variables);
    return { f: of(f), g: g.map(of) };
  };
  const place = new Float64Array(n).fill(Number.NaN);
  let [values, derivatives]: (ReturnType<typeof evaluate> | undefined)[] = [];
  /** Forgets what was computed at another point, and counts. */
  const goTo = (x: Float64Array): void => {
    if (values && place.every((value, i) => Object.is(value, x[i]))) return;
    place.set(x);
    calls.points++;
    [values, derivatives] = [undefined, undefined];
  };
  /** Values: as the derivatives have them, without the derivatives. */
  const valuesAt = (x: Float64Array) => {
    goTo(x);
    values ??= evaluate(Array.from(x, (value) => new Jet(value, NONE, NONE)));
    return values;
  };
  const derivativesAt = (x: Float64Array) => {
    goTo(x);
    derivatives ??= evaluate(variablesAt(x));
    values ??= derivatives;
    return derivatives;
  };
  return {
    variables: n,
    constraints: m,
    lower: Float64Array.from(lower ?? new Array<number>(n).fill(-Infinity)),
    upper: Float64Array.from(upper ?? new Array<number>(n).fill(Infinity)),
    low: Float64Array.from(constraints, ([, low]) => low),
    high: Float64Array.from(constraints, ([, , high]) => high),
    value: (x) => valuesAt(x).f.value,
    gradient: (x, out) => out.set(derivativesAt(x).f.gradient),
    values: (x, out) => out.set(valuesAt(x).g.map(({ value }) => value)),
    jacobian: (x, out) => {
      derivativesAt(x).g.forEach(({ gradient }, j) => {
        out.set(gradient, j * n);
      });
    },
    hessian: (x, multipliers, sigma, out) => {
      const { f: objective, g: rows } = derivativesAt(x);
      for (let k = 0; k < n * n; k++) {
        let entry = sigma * objective.hessian[k];
        for (let j = 0; j < m; j++) entry += multipliers[j] * rows[j].hessian[k];
        out[k] = entry;
      }
    },
  };
}

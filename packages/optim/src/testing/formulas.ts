// Reads formulas like `100*(x2-x1^2)^2` into functions with exact derivatives, and problems into programs.
import type { ConstrainedProgram } from '../constrained/constrained-program.ts';
import { Jet, variablesAt } from '../constrained/jet.ts';
import { logNormalCdf } from '../private/normal-distribution.ts';
import type { FormulaProblem } from './hock-schittkowski.ts';

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

/** Compiles a formula. */
function compileFormula(text: string): Formula {
  const tokens = text.match(/[a-z]\d+|[A-Za-z]+|\d+\.?\d*(?:e[+-]?\d+)?|[-+*/^()]/g) ?? [];
  let at = 0;
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
    const inner = signed();
    return (x, names) => multiply(-1, inner(x, names));
  };
  const powered = (): Formula => {
    const base = primary();
    if (tokens[at] !== '^') return base;
    at++;
    const exponent = signed();
    return (x, names) => power(base(x, names), exponent(x, names));
  };
  const primary = (): Formula => {
    const token = tokens[at++];
    if (token === '(') {
      const inner = expression();
      at++;
      return inner;
    }
    if (/^x\d/.test(token)) {
      const i = Number(token.slice(1)) - 1;
      return (x) => x[i];
    }
    if (/^[a-z]\d/.test(token)) return (_, names) => names[token];
    const value = Number(token);
    if (!Number.isNaN(value)) return () => value;
    const f = FUNCTIONS[token];
    at++;
    const inner = expression();
    at++;
    return (x, names) => {
      const a = inner(x, names);
      return f(typeof a === 'number' ? constant(a, x[0]) : a);
    };
  };
  const formula = expression();
  if (at !== tokens.length) throw new Error(`cannot read ${text} beyond token ${at}`);
  return formula;
}

/** Counts calls at points: derivatives come along with values. */
export interface Calls {
  points: number;
}

/** The program of a problem, with exact derivatives. */
export function programOf(problem: FormulaProblem, calls: Calls = { points: 0 }): ConstrainedProgram {
  const { start, constraints = [], lower, upper } = problem;
  const [n, m] = [start.length, constraints.length];
  const definitions = Object.entries(problem.definitions ?? {}).map(
    ([name, formula]) => [name, compileFormula(formula)] as const,
  );
  const f = compileFormula(problem.objective);
  const g = constraints.map(([formula]) => compileFormula(formula));
  let last: { x: string; f: Jet; g: Jet[] } | undefined;
  const jet = (value: Jet | number, x: Jet[]) => (typeof value === 'number' ? constant(value, x[0]) : value);
  const at = (x: Float64Array) => {
    const key = x.join();
    if (last?.x === key) return last;
    calls.points++;
    const variables = variablesAt(x);
    const names: Record<string, Jet | number> = {};
    for (const [name, formula] of definitions) names[name] = formula(variables, names);
    const of = (formula: Formula) => jet(formula(variables, names), variables);
    last = { x: key, f: of(f), g: g.map(of) };
    return last;
  };
  return {
    variables: n,
    constraints: m,
    lower: Float64Array.from(lower ?? new Array<number>(n).fill(-Infinity)),
    upper: Float64Array.from(upper ?? new Array<number>(n).fill(Infinity)),
    low: Float64Array.from(constraints, ([, low]) => low),
    high: Float64Array.from(constraints, ([, , high]) => high),
    value: (x) => at(x).f.value,
    gradient: (x, out) => out.set(at(x).f.gradient),
    values: (x, out) => out.set(at(x).g.map(({ value }) => value)),
    jacobian: (x, out) => {
      at(x).g.forEach(({ gradient }, j) => {
        out.set(gradient, j * n);
      });
    },
    hessian: (x, multipliers, sigma, out) => {
      const { f: objective, g: rows } = at(x);
      for (let k = 0; k < n * n; k++) {
        let entry = sigma * objective.hessian[k];
        for (let j = 0; j < m; j++) entry += multipliers[j] * rows[j].hessian[k];
        out[k] = entry;
      }
    },
  };
}

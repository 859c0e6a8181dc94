// Parses formulas into intervals with gradients and Hessians, by a separate parser.
import type { Interval, Jet } from '@infimum/rigor';
import {
  addJets,
  constantJet,
  cosJet,
  divideJets,
  expJet,
  interval,
  logJet,
  multiplyJets,
  sinJet,
  squareJet,
  squareRootJet,
  subtractJets,
} from '@infimum/rigor';

/** Functions that are enclosed. */
const FUNCTIONS: Readonly<Record<string, (a: Jet) => Jet>> = {
  exp: expJet,
  log: logJet,
  sin: sinJet,
  cos: cosJet,
  sqrt: squareRootJet,
};

/** A formula that holds what is not enclosed. */
class Unreadable extends Error {}

/** f^p; whole powers up to 64 are products. */
function powerOf(f: Jet, p: Jet): Jet {
  const { lower, upper } = p.value;
  const isConstant = lower === upper && p.gradient.every((slope) => slope.lower === 0 && slope.upper === 0);
  const one = constantJet(interval(1), f.gradient.length);
  if (isConstant && lower === 0.5) return squareRootJet(f);
  if (!isConstant || !Number.isInteger(lower) || Math.abs(lower) > 64) return expJet(multiplyJets(p, logJet(f)));
  let [power, square] = [one, f];
  for (let rest = Math.abs(lower); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = power === one ? square : multiplyJets(power, square);
    if (rest > 1) square = squareJet(square);
  }
  return lower < 0 ? divideJets(one, power) : power;
}

/**
 * A formula's value, gradient and Hessian on a box; undefined for what cannot be read or is not enclosed. Numbers in it are the
 * doubles nearest to them.
 *
 * @param text - with + - * / ^, exp, log, sin, cos, sqrt, x1, x2, … and names
 * @param variables - x1, x2, …
 * @param names - intermediate results
 */
export function formulaJet(text: string, variables: readonly Jet[], names: ReadonlyMap<string, Jet>): Jet | undefined {
  const tokens = text.match(/[a-z]\d+|[A-Za-z]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[-+*/^()]|\S/g) ?? [];
  const dimension = variables.length;
  const constant = (value: Interval) => constantJet(value, dimension);
  let at = 0;
  const sum = (): Jet => {
    let left = product();
    while (tokens[at] === '+' || tokens[at] === '-') left = (tokens[at++] === '+' ? addJets : subtractJets)(left, product());
    return left;
  };
  const product = (): Jet => {
    let left = signed();
    while (tokens[at] === '*' || tokens[at] === '/') left = (tokens[at++] === '*' ? multiplyJets : divideJets)(left, signed());
    return left;
  };
  const signed = (): Jet => {
    if (tokens[at] === '+') at++;
    if (tokens[at] !== '-') return power();
    at++;
    return subtractJets(constant(interval(0)), signed());
  };
  const power = (): Jet => {
    const base = primary();
    if (tokens[at] !== '^') return base;
    at++;
    return powerOf(base, signed());
  };
  const enclosed = (): Jet => {
    if (tokens[at++] !== '(') throw new Unreadable();
    const inner = sum();
    if (tokens[at++] !== ')') throw new Unreadable();
    return inner;
  };
  const primary = (): Jet => {
    const token = tokens[at] ?? '';
    if (token === '(') return enclosed();
    at++;
    const known = /^x\d+$/.test(token) ? variables[Number(token.slice(1)) - 1] : names.get(token);
    if (known) return known;
    const value = Number(token);
    if (token !== '' && Math.abs(value) < Infinity) return constant(interval(value));
    if (!Object.hasOwn(FUNCTIONS, token)) throw new Unreadable();
    return FUNCTIONS[token](enclosed());
  };
  try {
    const jet = sum();
    return at === tokens.length ? jet : undefined;
  } catch (error) {
    if (error instanceof Unreadable || error instanceof RangeError) return undefined;
    throw error;
  }
}

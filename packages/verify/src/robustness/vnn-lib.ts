// Properties in the VNN-LIB format: SMT-LIB assertions about inputs X_i and outputs Y_j.
//
// The VNN-LIB standard, https://www.vnnlib.org; the assertions together describe the counter-example to be found.
import type { InvalidInputError } from '@infimum/core';
import { checkText, fault } from '@infimum/core';
import type { NetworkLike } from '../networks/network.ts';
import { evaluateNetwork } from '../networks/network.ts';
import type { PropertySolution, UnsafeCase } from './verify-property.ts';

type Expression = string | readonly Expression[];

/** coefficients · (X, Y) <= limit. */
interface Inequality {
  readonly x: ReadonlyMap<number, number>;
  readonly y: ReadonlyMap<number, number>;
  readonly limit: number;
}

/** Maximum number of cases of a file. */
const MOST_CASES = 100_000;

/**
 * Reads a property: the unsafe cases, one for every combination in which all assertions hold. Every input must have its own lower and upper
 * bound in every case; outputs may be compared with numbers and each other, with `+`, `-`, `*` by numbers, `and`, `or`, `<=`, `>=`, `<`,
 * `>`, `=`.
 *
 * @param text - the file
 * @returns the cases for `verifyProperty`
 * @throws {InvalidInputError} for unsupported syntax, naming the line's expression
 *
 * @example
 * ```ts
 * import { parseVnnLib } from '@infimum/verify';
 *
 * const [unsafe] = parseVnnLib(`
 *   (declare-const X_0 Real) (declare-const Y_0 Real) (declare-const Y_1 Real)
 *   (assert (>= X_0 -1)) (assert (<= X_0 1)) ; the box
 *   (assert (<= Y_0 Y_1))`);
 * console.log(unsafe.rows.join(' '), unsafe.limits.join(' ')); // 1 -1 0
 * ```
 */
export function parseVnnLib(text: string): UnsafeCase[] {
  checkText(text, 'text');

  const expressions = readExpressions(text);
  let inputs = 0;
  let outputs = 0;
  let cases: Inequality[][] = [[]];
  for (const expression of expressions) {
    const [head, ...rest] = typeof expression === 'string' ? [expression] : expression;
    if (head === 'declare-const' || head === 'declare-fun') {
      const place = /^([XY])_(\d+)$/.exec(String(rest[0]));
      if (!place) throw complaint(`'${write(rest[0])}' is neither X_i nor Y_j`);
      const index = Number(place[2]) + 1;
      if (place[1] === 'X') inputs = Math.max(inputs, index);
      else outputs = Math.max(outputs, index);
    } else if (head === 'assert') cases = product(cases, alternatives(rest[0]));
    else if (!['set-logic', 'set-info', 'set-option', 'check-sat', 'get-model', 'exit'].includes(String(head))) {
      throw complaint(`'${write(head)}' is not known`);
    }
  }
  if (inputs === 0 || outputs === 0) throw complaint('no inputs X_i or no outputs Y_j are declared');
  return cases.map((inequalities) => caseOf(inequalities, inputs, outputs));
}

/**
 * A verdict in the format of the verification competition: `unsat` if certified, `unknown`, or `sat` with the counterexample
 * and its outputs, `((X_0 0.5) … (Y_0 1.25))`, with enough digits to identify the doubles.
 *
 * @throws {InvalidInputError} for an inconsistent network, or one that does not fit the witness
 *
 * @example
 * ```ts
 * import { denseNetwork, verifyProperty, writeVnnLibResult } from '@infimum/verify';
 *
 * const network = denseNetwork([[2]], [[0.5]]);
 * const unsafe = [{ region: { lower: [0], upper: [1] }, rows: [-1], limits: [-1.5] }];
 * console.log(writeVnnLibResult(network, verifyProperty({ network, unsafe })).split('\n')[0]); // sat
 * ```
 */
export function writeVnnLibResult(network: NetworkLike, { verdict, witness }: PropertySolution): string {
  if (!witness) return verdict === 'certified' ? 'unsat' : 'unknown';
  const list = (name: string, values: Float64Array) => Array.from(values, (value, i) => `(${name}_${i} ${value})`);
  return `sat\n(${[...list('X', witness), ...list('Y', evaluateNetwork(network, witness))].join('\n')})`;
}

function complaint(problem: string): InvalidInputError {
  return fault(problem, 'text', 'unsupported');
}

const write = (expression: Expression | undefined): string =>
  expression === undefined ? 'nothing' : typeof expression === 'string' ? expression : `(${expression.map(write).join(' ')})`;

function readExpressions(text: string): Expression[] {
  const tokens = text.replace(/;[^\n]*/g, ' ').match(/[()]|[^\s()]+/g) ?? [];
  const stack: Expression[][] = [[]];
  for (const token of tokens) {
    if (token === '(') stack.push([]);
    else if (token === ')') {
      const done = stack.pop();
      if (!done || stack.length === 0) throw complaint('a closing bracket has no opening one');
      stack[stack.length - 1].push(done);
    } else stack[stack.length - 1].push(token);
  }
  if (stack.length !== 1) throw complaint('a bracket is not closed');
  return stack[0];
}

/** The alternatives in which an assertion holds, each a list of inequalities. */
function alternatives(expression: Expression | undefined): Inequality[][] {
  if (expression === undefined || typeof expression === 'string') throw complaint(`cannot assert ${write(expression)}`);
  const [head, ...rest] = expression;
  if (head === 'and') return rest.reduce<Inequality[][]>((so, part) => product(so, alternatives(part)), [[]]);
  if (head === 'or') return rest.flatMap(alternatives);
  if (rest.length !== 2) throw complaint(`${write(expression)} does not compare two terms`);
  const [left, right] = rest.map(linear);
  if (head === '<=' || head === '<') return [[atMost(left, right)]];
  if (head === '>=' || head === '>') return [[atMost(right, left)]];
  if (head === '=') return [[atMost(left, right), atMost(right, left)]];
  throw complaint(`'${write(head)}' is not a comparison`);
}

function product(cases: Inequality[][], more: Inequality[][]): Inequality[][] {
  if (cases.length * more.length > MOST_CASES) throw complaint(`there are more than ${MOST_CASES} cases`);
  return cases.flatMap((one) => more.map((other) => [...one, ...other]));
}

interface Linear {
  readonly x: Map<number, number>;
  readonly y: Map<number, number>;
  constant: number;
}

function linear(expression: Expression): Linear {
  const sum: Linear = { x: new Map(), y: new Map(), constant: 0 };
  collect(expression, 1, sum);
  return sum;
}

function collect(expression: Expression, factor: number, sum: Linear): void {
  if (typeof expression === 'string') {
    const place = /^([XY])_(\d+)$/.exec(expression);
    const value = Number(expression);
    if (place) {
      const map = place[1] === 'X' ? sum.x : sum.y;
      map.set(Number(place[2]), (map.get(Number(place[2])) ?? 0) + factor);
    } else if (Number.isFinite(value)) sum.constant += factor * value;
    else throw complaint(`'${expression}' is neither a number nor X_i nor Y_j`);
    return;
  }
  const [head, ...rest] = expression;
  if (head === '+') for (const part of rest) collect(part, factor, sum);
  else if (head === '-' && rest.length === 1) collect(rest[0], -factor, sum);
  else if (head === '-') for (const [k, part] of rest.entries()) collect(part, k === 0 ? factor : -factor, sum);
  else if (head === '*') {
    const parts = rest.map(linear);
    const open = parts.filter(({ x, y }) => x.size + y.size > 0);
    if (open.length > 1) throw complaint(`${write(expression)} is not linear`);
    const number = parts.reduce((so, part) => (open.includes(part) ? so : so * part.constant), factor);
    if (!open[0]) sum.constant += number;
    else {
      for (const [i, a] of open[0].x) sum.x.set(i, (sum.x.get(i) ?? 0) + number * a);
      for (const [i, a] of open[0].y) sum.y.set(i, (sum.y.get(i) ?? 0) + number * a);
      sum.constant += number * open[0].constant;
    }
  } else throw complaint(`'${write(head)}' is not known in ${write(expression)}`);
}

/** left <= right. */
function atMost(left: Linear, right: Linear): Inequality {
  const minus = (a: Map<number, number>, b: Map<number, number>) => {
    const all = new Map(a);
    for (const [i, value] of b) all.set(i, (all.get(i) ?? 0) - value);
    return all;
  };
  return { x: minus(left.x, right.x), y: minus(left.y, right.y), limit: right.constant - left.constant };
}

function caseOf(inequalities: readonly Inequality[], inputs: number, outputs: number): UnsafeCase {
  const lower = new Float64Array(inputs).fill(-Infinity);
  const upper = new Float64Array(inputs).fill(Infinity);
  const rows: number[] = [];
  const limits: number[] = [];
  for (const { x, y, limit } of inequalities) {
    const [onX, onY] = [x, y].map((map) => [...map].filter(([, a]) => a !== 0));
    if (onX.length === 1 && onY.length === 0) {
      const [i, a] = onX[0];
      if (i >= inputs) throw complaint(`X_${i} is not declared`);
      if (a > 0) upper[i] = Math.min(upper[i], limit / a);
      else lower[i] = Math.max(lower[i], limit / a);
    } else if (onX.length === 0) {
      const row = new Array<number>(outputs).fill(0);
      for (const [i, a] of onY) {
        if (i >= outputs) throw complaint(`Y_${i} is not declared`);
        row[i] = a;
      }
      rows.push(...row);
      limits.push(limit);
    } else throw complaint('inputs may only be bounded one by one, and not together with outputs');
  }
  const open = lower.findIndex((low, i) => !(Number.isFinite(low) && Number.isFinite(upper[i])));
  if (open >= 0) throw complaint(`X_${open} is not bounded on both sides`);
  if (limits.length === 0) {
    // No assertion concerns outputs: every input is unsafe.
    rows.push(...new Array<number>(outputs).fill(0));
    limits.push(0);
  }
  return { region: { lower, upper }, rows: Float64Array.from(rows), limits: Float64Array.from(limits) };
}

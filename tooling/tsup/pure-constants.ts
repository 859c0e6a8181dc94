// Lets bundlers drop unused constants of a module whose values are computed by calls, such as registrations.
//
// The packages promise that importing them does nothing (`sideEffects: false`), and a check holds them to it. Within a module a
// bundler cannot know that: it keeps every constant that is made by a call, and every power of two, since a name in it might
// be an object with a `valueOf`. Here numbers are computed, and what is left is wrapped in a call that says so.

import { parseAst } from 'rollup/parseAst';
import type { Options } from 'tsup';

type Plugin = NonNullable<Options['plugins']>[number];

/** Nodes that might do something when they are evaluated; functions do nothing until they are called. */
const ACTIVE = new Set(['CallExpression', 'NewExpression', 'TaggedTemplateExpression', 'SpreadElement', 'MemberExpression']);
const PASSIVE = new Set(['FunctionExpression', 'ArrowFunctionExpression', 'ClassExpression']);

/** Nodes that are numbers if their parts are. */
const COMPUTED = new Set(['BinaryExpression', 'MemberExpression']);

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

type AnyNode = Node & Readonly<Record<string, unknown>>;

/** Text in place of a range of the code. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Whether a bundler must assume that an expression has side effects. */
function isActive(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(isActive);
  if (typeof node !== 'object' || node === null || !('type' in node)) return false;
  const { type } = node as Node;
  if (PASSIVE.has(type)) return false;
  if (ACTIVE.has(type) || isOfNames(node as AnyNode)) return true;
  return Object.values(node).some(isActive);
}

/** Whether it is arithmetic with something that has a name. */
function isOfNames({ type, left, right }: AnyNode): boolean {
  return type === 'BinaryExpression' && [left, right].some((side) => (side as Node).type === 'Identifier');
}

/** The numbers that have names. */
const NAMED: Readonly<Record<string, number>> = {
  EPSILON: Number.EPSILON,
  MAX_VALUE: Number.MAX_VALUE,
  MIN_VALUE: Number.MIN_VALUE,
  MAX_SAFE_INTEGER: Number.MAX_SAFE_INTEGER,
};

const OPERATORS: Readonly<Partial<Record<string, (a: number, b: number) => number>>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
  '<<': (a, b) => a << b,
};

/** The number that an expression is; undefined if it is none, or not known before it runs. */
function numberOf(node: AnyNode, known: ReadonlyMap<string, number>): number | undefined {
  if (node.type === 'Literal') return typeof node['value'] === 'number' ? node['value'] : undefined;
  if (node.type === 'Identifier') return known.get(node['name'] as string);
  if (node.type === 'UnaryExpression' && node['operator'] === '-') {
    const value = numberOf(node['argument'] as AnyNode, known);
    return value === undefined ? undefined : -value;
  }
  if (node.type === 'MemberExpression') {
    const [object, property] = [node['object'] as AnyNode, node['property'] as AnyNode];
    const isNumber = object.type === 'Identifier' && object['name'] === 'Number' && node['computed'] === false;
    return isNumber ? NAMED[property['name'] as string] : undefined;
  }
  if (node.type !== 'BinaryExpression') return undefined;
  const operator = OPERATORS[node['operator'] as string];
  const left = numberOf(node['left'] as AnyNode, known);
  const right = numberOf(node['right'] as AnyNode, known);
  return left === undefined || right === undefined ? undefined : operator?.(left, right);
}

/** Replaces what can be computed in an expression by its value, where it is evaluated at once. */
function fold(node: unknown, known: ReadonlyMap<string, number>, edits: Edit[]): void {
  if (Array.isArray(node)) {
    for (const entry of node) fold(entry, known, edits);
    return;
  }
  if (typeof node !== 'object' || node === null || !('type' in node)) return;
  const { type, start, end } = node as Node;
  if (PASSIVE.has(type)) return;
  if (COMPUTED.has(type)) {
    const value = numberOf(node as AnyNode, known);
    if (value !== undefined && Number.isFinite(value)) {
      edits.push({ start, end, text: value < 0 ? `(${value})` : String(value) });
      return;
    }
  }
  for (const part of Object.values(node)) fold(part, known, edits);
}

/** Names that are assigned to somewhere in the module: they are no constants. */
function assignedIn(node: unknown, names: Set<string>): void {
  if (Array.isArray(node)) {
    for (const entry of node) assignedIn(entry, names);
    return;
  }
  if (typeof node !== 'object' || node === null || !('type' in node)) return;
  const { type, left, argument } = node as AnyNode & { left?: AnyNode; argument?: AnyNode };
  const target = type === 'AssignmentExpression' ? left : type === 'UpdateExpression' ? argument : undefined;
  if (target?.type === 'Identifier') names.add(target['name'] as string);
  for (const part of Object.values(node)) assignedIn(part, names);
}

/** Whether an expression waits for something: such a constant cannot be put into a function. */
function isAwaiting(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(isAwaiting);
  if (typeof node !== 'object' || node === null || !('type' in node)) return false;
  const { type } = node as Node;
  if (PASSIVE.has(type)) return false;
  return type === 'AwaitExpression' || Object.values(node).some(isAwaiting);
}

/** A chunk with its constants computed or wrapped; lines stay where they are, so that source maps hold. */
export function withPureConstants(code: string): string {
  const { body } = parseAst(code);
  const assigned = new Set<string>();
  assignedIn(body, assigned);
  const known = new Map<string, number>();
  const edits: Edit[] = [];
  for (const statement of body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declaration?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of declaration.declarations) {
      if (id.type !== 'Identifier' || !init) continue;
      const { start, end } = init as unknown as Node;
      const value = numberOf(init as unknown as AnyNode, known);
      if (value !== undefined && !assigned.has(id.name)) known.set(id.name, value);
      const folded: Edit[] = [];
      fold(init, known, folded);
      const isDone = folded.length === 1 && folded[0].start === start && folded[0].end === end;
      if (!isDone && !isAwaiting(init) && isActive(parseExpression(edited(code, start, end, folded)))) {
        edits.push({ start, end: start, text: '/* @__PURE__ */ (() => (' }, ...folded);
        edits.push({ start: end, end, text: '))()' });
      } else {
        edits.push(...folded);
      }
    }
  }
  return edited(code, 0, code.length, edits);
}

/** A range of the code with the edits in it, which come in order. */
function edited(code: string, start: number, end: number, edits: readonly Edit[]): string {
  let out = '';
  let from = start;
  for (const edit of edits) {
    out += code.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return out + code.slice(from, end);
}

function parseExpression(text: string): unknown {
  const [statement] = parseAst(`(${text});`).body;
  return (statement as unknown as { expression: unknown }).expression;
}

/** The same as a plug-in of the build. */
export const pureConstants: Plugin = {
  name: 'pure-constants',
  renderChunk(code, info) {
    return info.type === 'chunk' && /\.m?js$/.test(info.path) ? { code: withPureConstants(code), map: info.map } : undefined;
  },
};

// Lets bundlers drop what nobody uses: constants of a module whose values are computed by calls, such as registrations.
//
// The packages promise that importing them does nothing (`sideEffects: false`), and a check holds them to it. Within a module a
// bundler cannot know that: it keeps every constant that is made by a call. Here each is wrapped in a call that says so.

import { parseAst } from 'rollup/parseAst';
import type { Options } from 'tsup';

type Plugin = NonNullable<Options['plugins']>[number];

/** Nodes that might do something when they are evaluated; functions do nothing until they are called. */
const ACTIVE = new Set([
  'CallExpression',
  'NewExpression',
  'TaggedTemplateExpression',
  'SpreadElement',
  'MemberExpression',
]);
const PASSIVE = new Set(['FunctionExpression', 'ArrowFunctionExpression', 'ClassExpression']);

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** Whether a bundler has to fear an expression. */
function isActive(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(isActive);
  if (typeof node !== 'object' || node === null || !('type' in node)) return false;
  const { type } = node as Node;
  if (PASSIVE.has(type)) return false;
  if (ACTIVE.has(type)) return true;
  return Object.values(node).some(isActive);
}

/** Whether an expression waits for something: such a constant cannot be put into a function. */
function isAwaiting(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(isAwaiting);
  if (typeof node !== 'object' || node === null || !('type' in node)) return false;
  const { type } = node as Node;
  if (PASSIVE.has(type)) return false;
  return type === 'AwaitExpression' || Object.values(node).some(isAwaiting);
}

/** A chunk with its computed constants wrapped; lines stay where they are, so that source maps hold. */
export function withPureConstants(code: string): string {
  const inserts: [number, string][] = [];
  for (const statement of parseAst(code).body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declaration?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of declaration.declarations) {
      if (id.type !== 'Identifier' || !init || !isActive(init) || isAwaiting(init)) continue;
      const { start, end } = init as unknown as Node;
      inserts.push([start, '/* @__PURE__ */ (() => ('], [end, '))()']);
    }
  }
  let out = '';
  let from = 0;
  for (const [at, text] of inserts) {
    out += code.slice(from, at) + text;
    from = at;
  }
  return out + code.slice(from);
}

/** The same as a plug-in of the build. */
export const pureConstants: Plugin = {
  name: 'pure-constants',
  renderChunk(code, info) {
    return info.type === 'chunk' && /\.m?js$/.test(info.path)
      ? { code: withPureConstants(code), map: info.map }
      : undefined;
  },
};

// `using` in a fifth of the bytes: the compiler's helpers also await promises and combine several errors.
import { parseAst } from 'rollup/parseAst';
import type { Options } from 'tsup';

type Plugin = NonNullable<Options['plugins']>[number];

/** What is left of the compiler's helpers: last come, first disposed of, all of them, and then the first error. */
const HELPERS: Readonly<Record<string, string>> = {
  __using: '(stack, value) => (value != null && stack.push(value), value)',
  __callDispose:
    '(stack, error, hasError) => { while (stack.length) try { stack.pop()[Symbol.dispose](); } ' +
    'catch (thrown) { if (!hasError) error = thrown; hasError = true; } if (hasError) throw error; }',
};

/** A chunk with the short helpers; lines stay where they are, so that source maps hold. */
export function withShortDisposal(code: string): string {
  if (/= __callDispose\(/.test(code)) throw new Error('`await using` has no short form');
  let out = code;
  for (const statement of parseAst(code).body.reverse()) {
    if (statement.type !== 'VariableDeclaration') continue;
    for (const { id, init } of [...statement.declarations].reverse()) {
      if (id.type !== 'Identifier' || !init || !Object.hasOwn(HELPERS, id.name)) continue;
      const { start, end } = init as unknown as { readonly start: number; readonly end: number };
      const lines = code.slice(start, end).split('\n').length - 1;
      out = out.slice(0, start) + HELPERS[id.name] + '\n'.repeat(lines) + out.slice(end);
    }
  }
  return out;
}

/** The same as a plug-in of the build. */
export const shortDisposal: Plugin = {
  name: 'short-disposal',
  renderChunk(code, info) {
    return info.type === 'chunk' && /\.m?js$/.test(info.path) && code.includes('__callDispose = ')
      ? { code: withShortDisposal(code), map: info.map }
      : undefined;
  },
};

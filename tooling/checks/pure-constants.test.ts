import { expect, it } from 'vitest';
import { withPureConstants } from '../tsup/pure-constants.ts';

it('wraps constants that calls compute, and nothing else', () => {
  const code = [
    "import { define } from 'core';",
    'const a = define({ x: 1 });',
    'export const b = [a, { ...a }], c = 3;',
    'const f = () => define(1), g = function () { return new Map(); };',
    'const waits = await define(2);',
    'let text = String.raw`x`;',
    'function inner() { const d = define(3); return d; }',
    'export { a as default };',
  ].join('\n');
  const pure = (expression: string) => `/* @__PURE__ */ (() => (${expression}))()`;
  expect(withPureConstants(code).split('\n')).toEqual([
    "import { define } from 'core';",
    `const a = ${pure('define({ x: 1 })')};`,
    `export const b = ${pure('[a, { ...a }]')}, c = 3;`,
    'const f = () => define(1), g = function () { return new Map(); };',
    'const waits = await define(2);',
    `let text = ${pure('String.raw`x`')};`,
    'function inner() { const d = define(3); return d; }',
    'export { a as default };',
  ]);
});

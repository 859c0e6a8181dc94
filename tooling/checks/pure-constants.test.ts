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

it('computes numbers, and drops nothing that may change', () => {
  const code = [
    'const most = 2 ** 31, least = -(2 ** -10) / 4;',
    'const sizes = { float64: 2 * most, name: `x` };',
    'let count = 1;',
    'const later = 3 * count;',
    'const next = () => ++count + 2 ** 5;',
    'const small = 8 * Number.EPSILON, root = Math.sqrt(2 ** 4);',
    'const far = 1 / 0;',
  ].join('\n');
  expect(withPureConstants(code).split('\n')).toEqual([
    'const most = 2147483648, least = (-0.000244140625);',
    'const sizes = { float64: 4294967296, name: `x` };',
    'let count = 1;',
    'const later = /* @__PURE__ */ (() => (3 * count))();',
    'const next = () => ++count + 2 ** 5;',
    'const small = 1.7763568394002505e-15, root = /* @__PURE__ */ (() => (Math.sqrt(16)))();',
    'const far = 1 / 0;',
  ]);
});

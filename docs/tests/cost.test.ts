// Costs as Markdown: formulas and the words between them.
import { expect, test } from 'vitest';
import { costInMarkdown } from '../site/cost.ts';
import { registry } from '../site/registry.ts';

test.each([
  ['O(n \\sqrt m)', '$O(n \\sqrt m)$'],
  ['O(nm) \\text{ per sweep}', '$O(nm)$ per sweep'],
  ['O(nm) \\text{ per few; about } n^2 \\text{ to } n^3 \\text{ in all}', '$O(nm)$ per few; about $n^2$ to $n^3$ in all'],
  ['O(nm) \\text{ a step}, O(k) \\text{ inside}', '$O(nm)$ a step, $O(k)$ inside'],
  ['O(d + \\text{edges}) \\text{ an iteration}', '$O(d + \\text{edges})$ an iteration'],
  ['O(nm/16), \\text{ about } nk/16', '$O(nm/16),$ about $nk/16$'],
])('%s', (cost, markdown) => {
  expect(costInMarkdown(cost)).toBe(markdown);
});

test('no registered cost leaves half a formula', () => {
  for (const { cost } of registry.solvers) {
    const formulas = costInMarkdown(cost).match(/\$[^$]*\$/g) ?? [];
    expect(formulas.length).toBeGreaterThan(0);
    for (const formula of formulas) {
      const depth = Array.from(formula).reduce((sum, c) => sum + (c === '(' ? 1 : c === ')' ? -1 : 0), 0);
      expect([formula, depth]).toEqual([formula, 0]);
    }
  }
});

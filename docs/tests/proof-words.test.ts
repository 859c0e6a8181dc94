// What is said of answers: measured unless a checker proved it, and never less than it proved.
import { describe, expect, test } from 'vitest';
import { figuresInWords, statusInWords } from '../demo/proof-words.ts';
import { provable } from '../site/problem-page.ts';
import { registry } from '../site/registry.ts';

const proved = (lower: number, upper: number) => ({ proved: true, figures: { gap: { lower, upper } } }) as const;

describe('a status', () => {
  test.each([
    ['converged', undefined, 'converged (measured)'],
    ['stalled', undefined, 'stalled'],
    ['converged', { verdict: proved(0, 7e-15), about: 'optimum' }, 'converged, gap ≤ 7e-15, proved,'],
    ['converged', { verdict: proved(0, 7e-15), about: 'answer' }, 'converged (measured)'],
    ['converged', { verdict: { proved: false, reason: 'no' }, about: 'optimum' }, 'converged (measured)'],
  ] as const)('%s, %o: %s', (status, proof, words) => {
    expect(statusInWords(status, proof)).toBe(words);
  });
});

describe('a figure', () => {
  test.each([
    [0, 0, 'gap = 0'],
    [0, 1.23456e-9, 'gap ≤ 1.24e-9'],
    [1.2345, 1.2346, '1.23 ≤ gap ≤ 1.24'],
    [-1.2345, -1.2341, 'gap ≤ -1.23'],
    [2.999, Number.POSITIVE_INFINITY, 'gap ≥ 2.99'],
  ])('between %d and %d', (lower, upper, words) => {
    expect(figuresInWords(proved(lower, upper).figures)).toBe(words);
  });

  test('is rounded outwards', () => {
    for (let k = 1; k < 2000; k++) {
      const value = (k * 0.7531) ** ((k % 7) - 3);
      const [, least, most] =
        /^([\d.e+-]+) ≤ gap ≤ ([\d.e+-]+)$/.exec(figuresInWords(proved(value, value * 1.0001).figures)) ?? [];
      expect(Number(least)).toBeLessThanOrEqual(value);
      expect(Number(most)).toBeGreaterThanOrEqual(value * 1.0001);
    }
  });
});

test.each(registry.problems.map((problem) => [problem.id, problem] as const))(
  'the page of %s says what can be proved',
  (_, problem) => {
    const body = provable(problem);
    const kinds = Object.values(problem.certificates ?? {});
    for (const { statement } of kinds) expect(body).toContain(statement);
    expect(body.length).toBeGreaterThan(20);
  },
);

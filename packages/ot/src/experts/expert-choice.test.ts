import { run } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expertChoiceSteps } from './expert-choice.ts';
import { moeInstance } from './expert-instances.ts';
import { keepBest } from './keep-best.ts';

describe('expert choice', () => {
  it('is balanced and leaves as many tokens without an expert as the reference', () => {
    for (const [T, E, K, seed, without] of [
      [512, 16, 2, 1, 70],
      [512, 16, 1, 2, 174],
      [2048, 64, 6, 3, 4],
    ]) {
      const { loads, tokenPointers } = run(expertChoiceSteps({ scores: moeInstance(T, E, seed), expertsPerToken: K }));
      expect(loads.every((load) => load === (T * K) / E)).toBe(true);
      let none = 0;
      for (let i = 0; i < T; i++) if (tokenPointers[i + 1] === tokenPointers[i]) none++;
      expect(none).toBe(without);
    }
  });

  it('keeps what sorting the offers would keep, ties included', () => {
    const cell = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.boolean());
    const cases = fc
      .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 4 }))
      .chain(([rows, cols]) =>
        fc.tuple(
          fc.constant({ rows, cols }),
          fc.array(cell, { minLength: rows * cols, maxLength: rows * cols }),
          fc.array(fc.integer({ min: 0, max: rows }), { minLength: cols, maxLength: cols }),
        ),
      );
    const property = fc.property(cases, ([{ rows, cols }, cells, capacities]) => {
      const values = Float64Array.from(cells, ([score]) => score);
      const routing = keepBest({ rows, cols, values }, Int32Array.from(capacities), (i, k) => cells[i * cols + k][1]);
      const kept = capacities.map((capacity, k) =>
        Array.from({ length: rows }, (_, i) => i)
          .filter((i) => cells[i * cols + k][1])
          .sort((i, j) => values[j * cols + k] - values[i * cols + k] || i - j)
          .slice(0, capacity),
      );
      const expected = Array.from({ length: rows }, (_, i) => [...kept.keys()].filter((k) => kept[k].includes(i)));
      const { tokenPointers, experts, loads } = routing;
      const found = expected.map((_, i) => [...experts.subarray(tokenPointers[i], tokenPointers[i + 1])]);
      expect(found).toEqual(expected);
      expect([...loads]).toEqual(kept.map(({ length }) => length));
    });
    fc.assert(property);
  });
});

import { run } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { expertTokenDroppingSteps } from './expert-token-dropping.ts';

describe('token dropping', () => {
  it('keeps the best tokens of the greedy routing', () => {
    const scores = { rows: 3, cols: 2, values: Float64Array.of(0.9, 0.1, 0.8, 0.2, 0.7, 0.3) };
    const { experts, tokenPointers } = run(expertTokenDroppingSteps({ scores, expertsPerToken: 1 }, { capacityFactor: 1 }));
    expect([Array.from(tokenPointers), Array.from(experts)]).toEqual([
      [0, 1, 2, 2],
      [0, 0],
    ]);
  });
});

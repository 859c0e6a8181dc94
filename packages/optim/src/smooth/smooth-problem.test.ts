// The problem of smooth minimisation: what is known of its instances.
import { describe, expect, it } from 'vitest';
import { smooth } from './smooth-problem.ts';

describe('optim/smooth', () => {
  it('knows the minimum of the chain', async () => {
    const { objective, minimum } = await smooth.families['chain'].generate({ n: 200 }, 0);
    const x = Float64Array.from({ length: 200 }, (_, i) => 1 - (i + 1) / 201);
    expect(objective.value(x)).toBeCloseTo(minimum as number, 14);
  });

  it('reads losses from files', () => {
    const { instanceFile } = smooth;
    const read = instanceFile?.parse(instanceFile.example);
    expect(read?.objective.value(read.initial)).toBeCloseTo(Math.LN2, 14);
    const wrong = { ...(instanceFile?.example as object), targets: [1, 2, -1] };
    expect(() => instanceFile?.parse(wrong)).toThrow(expect.objectContaining({ argument: 'labels' }));
  });
});

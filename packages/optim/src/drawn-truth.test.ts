// What is called converged, judged on drawn problems by derivatives that no method sees.
import { describe, expect, it } from 'vitest';
import { drawnKinds } from './testing/drawn-truth.ts';

describe('converged', () => {
  it.each(Object.entries(drawnKinds))('is true of %s', (name, run) => {
    let successes = 0;
    const wrong: number[] = [];
    for (let seed = 1; seed <= (name === 'kinks' ? 40 : 240); seed++) {
      const { status, left, allowed } = run(seed);
      if (status !== 'converged') continue;
      successes++;
      if (!(left <= allowed)) wrong.push(seed);
    }
    expect(wrong).toEqual([]);
    expect(successes).toBeGreaterThan(2);
  });
});

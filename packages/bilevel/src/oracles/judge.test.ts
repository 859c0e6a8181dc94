// A judge whose oracles fail half-way must not confirm what it cannot measure.
import { describe, expect, it } from 'vitest';
import { toy } from '../models/toys.ts';
import { judgeOf } from './judge.ts';

describe('the judge', () => {
  it('confirms nothing when the lower gradient fails while it looks for the scale', () => {
    const { problem } = toy('follow');
    const [x0, y0] = [Float64Array.of(0), Float64Array.of(1e150)];
    const point = { x: x0, y: Float64Array.of(1e142), z: new Float64Array(0), sigma: 0 };
    for (let healthy = 0; healthy < 12; healthy++) {
      let calls = 0;
      const failing: typeof problem.gradGy = (x, y, out) => {
        problem.gradGy(x, y, out);
        if (calls++ >= healthy) out.fill(Number.NaN);
      };
      expect(judgeOf({ ...problem, gradGy: failing }, x0, y0).reaches(point, 1e-6)).toBe(false);
    }
  });
});

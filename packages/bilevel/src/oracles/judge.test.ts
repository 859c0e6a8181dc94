// A judge whose oracles fail half-way must not confirm what it cannot measure.
import { describe, expect, it } from 'vitest';
import { quadraticBlockInstance } from '../block-problems/multi-block-families.ts';
import { blockModelOf } from '../block-problems/multi-block-instance.ts';
import { bsvrb } from '../blocks/bsvrb.ts';
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
      expect(judgeOf({ ...problem, gradGy: failing }, { x: x0, y: y0 }).reaches(point, 1e-6)).toBe(false);
    }
  });

  it('finds nothing small beside what is infinite at the start', () => {
    const { problem } = toy('follow');
    const [x0, y0] = [Float64Array.of(0), Float64Array.of(1)];
    const point = { x: Float64Array.of(1), y: Float64Array.of(1.5), z: new Float64Array(0), sigma: 0 };
    const [far, near] = [Float64Array.of(1e308), Float64Array.of(-1e308)];
    for (const [x, y] of [
      [far, near],
      [near, far],
      [x0, far],
      [far, y0],
    ]) {
      const judge = judgeOf(problem, { x, y });
      expect(judge.reaches(point, 1e-6)).toBe(false);
    }
    const start = quadraticBlockInstance({ blocks: 2, dimX: 2, dimY: 1, noise: 0 }, 1);
    for (const end of [-1e308, 1e308]) {
      const { problem } = blockModelOf(start);
      expect(bsvrb(problem, new Float64Array(2).fill(end), { maxIterations: 300 }).status).not.toBe('converged');
    }
  });
});

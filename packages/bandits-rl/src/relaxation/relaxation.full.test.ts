// The experiments of the claims on relaxation, small.
import { describe, expect, it } from 'vitest';
import { heatExperiment, shiftedExperiment } from './relaxation-claims.ts';

describe('learning to relax', () => {
  it('reruns the claims in a small version', () => {
    const { figures } = shiftedExperiment({ steps: 300, seeds: 1, contextual: true }, {});
    expect(figures['cheb']).toBeLessThan(1.3 * figures['bestFixed']);
    expect(figures['optimal']).toBeLessThan(figures['cheb']);
    expect(heatExperiment({ side: 12, steps: 400 }, {}).figures['cheb']).toBeGreaterThan(1);
  });
});

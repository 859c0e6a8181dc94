// Long runs of learning to relax.
import { parseWith, run } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { ChebCb } from '../bandits/cheb-cb.ts';
import { TsallisInf } from '../bandits/tsallis-inf.ts';
import { defaultGrid, policySteps } from './play-relaxation.ts';
import { relaxationProblem } from './relaxation-problem.ts';
import { bestShiftedRelaxation } from './system-families.ts';
import type { RelaxationInstance } from './system-sequence.ts';
import { replay } from './system-sequence.ts';

const shifted = (params: object, seed = 1) => {
  const { params: specs, generate } = relaxationProblem.families['shifted'];
  return generate(parseWith(specs, params, 'params'), seed) as RelaxationInstance;
};

describe('learning to relax', () => {
  it('approaches the best fixed factor without, and beats it with the context', () => {
    const instance = shifted({ steps: 900 });
    const means = (iterations: Int32Array) => iterations.reduce((a, b) => a + b, 0) / iterations.length;
    const tsallis = run(
      policySteps(instance, defaultGrid(20), new TsallisInf(20, { estimator: 'importance-weighted', scale: 'mean' }), 1),
    );
    const cheb = run(policySteps(instance, defaultGrid(20), new ChebCb(20, { degree: 6, interval: [-0.15, 0.65] }), 1));
    const fixed = means(replay(instance, new Float64Array(900).fill(1.8)).iterations);
    const best = means(
      replay(
        instance,
        instance.contexts.map((c) => bestShiftedRelaxation(10, c)),
      ).iterations,
    );
    expect(means(tsallis.counts)).toBeLessThan(1.6 * fixed);
    expect(means(cheb.counts)).toBeLessThan(0.95 * fixed);
    expect(means(cheb.counts)).toBeLessThan(1.7 * best);
    expect(means(cheb.counts.slice(700))).toBeLessThan(means(cheb.counts.slice(0, 200)));
  });
});

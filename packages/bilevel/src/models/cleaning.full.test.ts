// Hyper-cleaning over seeds: the labels that the cleaned model contradicts against those that plain training does, and the gap to training
// without the wrong ones.
import { expect, it } from 'vitest';
import { minimizeBilevel } from '../minimize-bilevel.ts';
import { solveLower } from '../oracles/judge.ts';
import { f1 } from './cleaning.ts';
import { digitsCleaning } from './data.ts';
import type { BilevelInstance } from './instance.ts';
import { modelOf } from './instance.ts';
import { cleaningProblem, wrongLabels } from './problems.ts';

it('finds more wrong labels than plain training, and closes half of the gap, over eight seeds, with the ridge of plain training', async () => {
  const gains: number[] = [];
  const closed: number[] = [];
  for (let seed = 4001; seed <= 4008; seed++) {
    const instance = await digitsCleaning({ train: 400, validation: 200, wrong: 0.3, ridge: 0.01 }, seed);
    const source = { ...instance.source, trust: 0.05 } as Extract<BilevelInstance['source'], { kind: 'cleaning' }>;
    const wrong = source.wrong as Uint8Array;
    const trained = (weights: Float64Array, ridge: number) => {
      const { problem, testError } = modelOf({ ...instance, source: { ...source, ridge } });
      const y = instance.initial.y.slice();
      solveLower(problem, weights, y, 1e-6, 200);
      return { y, ridge, loss: problem.f?.(weights, y) ?? 0, error: testError?.(y) ?? 1 };
    };
    // The ridge that the clean part likes best.
    const tuned = (weights: Float64Array) =>
      Array.from({ length: 9 }, (_, k) => trained(weights, 10 ** (-k / 2))).reduce((best, next) =>
        next.loss < best.loss ? next : best,
      );
    const dirty = tuned(new Float64Array(400).fill(40));
    const clean = tuned(Float64Array.from(wrong, (flag) => (flag ? -40 : 40)));
    const { train, validation, classes, trust } = source;
    const { x } = minimizeBilevel(cleaningProblem({ train, validation, classes, trust }), instance.initial, {
      maxEvaluations: 60,
    });
    const cleaned = trained(x, dirty.ridge);
    gains.push(f1(wrongLabels(source, cleaned.y), wrong) - f1(wrongLabels(source, dirty.y), wrong));
    closed.push((dirty.error - cleaned.error) / (dirty.error - clean.error));
  }
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(mean(gains.map((gain) => (gain - mean(gains)) ** 2)) / (gains.length - 1));
  // Student's t of seven degrees of freedom at 97.5 %.
  expect(mean(gains) - 2.365 * spread).toBeGreaterThan(0);
  expect(Math.min(...closed)).toBeGreaterThan(0.5);
});

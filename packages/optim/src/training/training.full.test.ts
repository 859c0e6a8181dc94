// Long: the comparisons of methods on small networks come out as published.
import { describe, expect, it } from 'vitest';
import { adaGrad } from './adagrad.ts';
import { adaHessian } from './adahessian.ts';
import { adam } from './adam.ts';
import type { ParameterShapes, StochasticOptimizer } from './optimizer.ts';
import { sgd } from './sgd.ts';
import { minimizeStochastic } from './training.ts';
import { clicksModel, digitsModel, factorStart, networkStart } from './training-instances.ts';

describe('comparisons', () => {
  const meanLoss = async (
    create: (shapes: ParameterShapes, seed: number) => StochasticOptimizer,
    seeds = [0, 1, 2],
  ): Promise<number> => {
    const { objective } = await digitsModel('perceptron', 1400);
    const { shapes } = objective;
    const losses = seeds.map(
      (seed) =>
        minimizeStochastic(objective, networkStart(shapes, seed), create(shapes, seed), { batchSize: 64, epochs: 20, seed })
          .value,
    );
    return losses.reduce((sum, loss) => sum + loss / losses.length, 0);
  };

  it('on digits come out as published: rows before single parameters before Adam', async () => {
    const rows = await meanLoss((d, seed) => adaHessian(d, { blocks: 'instruction', seed }));
    const delayed = await meanLoss((d, seed) => adaHessian(d, { blocks: 'instruction', hessianEvery: 5, seed }));
    const single = await meanLoss((d, seed) => adaHessian(d, { seed }));
    const best = await meanLoss((d) => adam(d, { learningRate: 1e-2 }));
    const momentum = await meanLoss((d) => sgd(d, { learningRate: 0.1 }), [0]);
    for (const [found, published] of [
      [rows, 0.0038],
      [single, 0.0072],
      [best, 0.0133],
      [momentum, 0.0208],
    ]) {
      expect(found).toBeLessThan(2 * published);
      expect(found).toBeGreaterThan(published / 2);
    }
    expect(rows).toBeLessThan(single);
    expect(single).toBeLessThan(best);
    // The target is 0.3 of Adam at its best in the grid 1e-3, 3e-3, 1e-2.
    expect(rows).toBeLessThan(0.35 * best);
    expect(delayed).toBeLessThan(1.2 * rows);
  }, 60_000);

  it('on clicks come out as published: as good as AdaGrad', () => {
    const { objective, heldOut } = clicksModel(30_000);
    const { shapes } = objective;
    const testLoss = (create: (seed: number) => StochasticOptimizer) =>
      [0, 1, 2].reduce((sum, seed) => {
        const budget = { batchSize: 256, epochs: 4, seed };
        const initial = factorStart(shapes, seed);
        return sum + heldOut.value(minimizeStochastic(objective, initial, create(seed), budget).x) / 3;
      }, 0);
    const ours = testLoss((seed) => adaHessian(shapes, { blocks: 'instruction', learningRate: 0.04, seed }));
    const theirs = testLoss(() => adaGrad(shapes));
    expect(Math.abs(ours - 0.576)).toBeLessThan(0.004);
    expect(Math.abs(theirs - 0.576)).toBeLessThan(0.004);
    expect(ours).toBeLessThanOrEqual(theirs + 0.002);
  }, 60_000);
});

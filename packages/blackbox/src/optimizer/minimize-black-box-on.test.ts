import { inlineExecutor, workerExecutor } from '@infimum/core/executor';
import { describe, expect, it } from 'vitest';
import { cbo } from '../continuous/cbo.ts';
import { cmaEs } from '../continuous/cma-es.ts';
import { consensusHopping } from '../continuous/consensus-hopping.ts';
import { openEs } from '../continuous/open-es.ts';
import { minimizeBlackBoxOn } from './minimize-black-box-on.ts';

const rosenbrock = (x: Float64Array): number => {
  let sum = 0;
  for (let j = 0; j < x.length - 1; j++) sum += 100 * (x[j + 1] - x[j] ** 2) ** 2 + (1 - x[j]) ** 2;
  return sum;
};
const source = `const rosenbrock = ${rosenbrock};
export const values = ({ points, dimension }) => Float64Array.from({ length: points.length / dimension }, (_, i) =>
  rosenbrock(points.subarray(i * dimension, (i + 1) * dimension)));
export const short = () => new Float64Array(0);
export const hang = () => new Promise(() => {});`;
const task = (name: string) => ({ module: `data:text/javascript,${encodeURIComponent(source)}`, name });

const box = { dimension: 4, value: rosenbrock, target: 1e-6 };
const methods = { 'cma-es': cmaEs, cbo, 'consensus-hopping': consensusHopping, 'open-es': openEs } as const;

describe('minimizeBlackBoxOn', () => {
  it.each(Object.entries(methods))('gives what %s gives by itself, bit for bit', async (name, method) => {
    const settings = { maxEvaluations: process.env['INFIMUM_FULL'] ? 3000 : 1000, seed: 3 };
    const { x, value, evaluations, status } = method(box, settings);
    const executor = workerExecutor(2);
    for (const block of [1, 7, 1000]) {
      const options = { method: name as 'cma-es', pointsPerTask: block, options: settings };
      const found = await minimizeBlackBoxOn(block === 7 ? executor : inlineExecutor(), task('values'), box, options);
      expect(found).toMatchObject({ value, evaluations, status });
      expect(found.x).toStrictEqual(x);
    }
    await executor.close();
  });

  it('rejects a task that does not give a value a point', async () => {
    const short = minimizeBlackBoxOn(inlineExecutor(), task('short'), box);
    await expect(short).rejects.toMatchObject({ argument: 'the task short', code: 'shape' });
  });

  it('ends with the best point so far when it is aborted, although the task never answers', async () => {
    const executor = workerExecutor(1);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const { signal } = controller;
    expect(await minimizeBlackBoxOn(executor, task('hang'), box, { signal })).toMatchObject({ status: 'aborted' });
    await executor.close();
  });

  it.each([
    [[undefined, task('values'), box], 'executor'],
    [[inlineExecutor(), undefined, box], 'task'],
    [[inlineExecutor(), task('values'), undefined], 'blackBox'],
    [[inlineExecutor(), task('values'), box, { method: 'magic' }], 'method'],
    [[inlineExecutor(), task('values'), box, { pointsPerTask: 0 }], 'pointsPerTask'],
    [[inlineExecutor(), task('values'), box, { block: 2 }], 'block'],
    [[inlineExecutor(), task('values'), box, { settings: { seed: 1 } }], 'settings'],
    [[inlineExecutor(), task('values'), { dimension: 0 }], 'dimension'],
  ])('rejects bad input %#', async (args, argument) => {
    await expect(minimizeBlackBoxOn(...(args as Parameters<typeof minimizeBlackBoxOn>))).rejects.toMatchObject({ argument });
  });
});

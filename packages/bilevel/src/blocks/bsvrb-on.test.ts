// Blocks that an executor visits: the same bits for every share of the work, and close to the method on one machine.
import type { Task } from '@infimum/core/executor';
import { inlineExecutor } from '@infimum/core/executor';
import { describe, expect, it } from 'vitest';
import { quadraticBlockInstance } from '../block-problems/multi-block-families.ts';
import { blockModelOf } from '../block-problems/multi-block-instance.ts';
import type { BlockVisits } from './block-visit.ts';
import { answerVisits } from './block-visit.ts';
import { bsvrb } from './bsvrb.ts';
import { bsvrbOn } from './bsvrb-on.ts';

const instance = quadraticBlockInstance({ blocks: 12, dimX: 4, dimY: 3, noise: 0.3 }, 7);
const task: Task = { module: 'nowhere', name: 'visit' };

/** Answers as another machine would: the input and the answers travel as copies, and the oracles are made anew. */
function elsewhere() {
  const { problem } = blockModelOf(instance);
  const sizes: number[] = [];
  const map = async (_: Task, inputs: readonly unknown[]) =>
    inputs.map((input) => {
      const arrived = structuredClone(input) as BlockVisits;
      sizes.push(arrived.visits.length);
      return structuredClone(answerVisits(problem, arrived));
    });
  return { sizes, executor: { map: map as never, close: inlineExecutor().close } };
}

const run = (executor: ReturnType<typeof elsewhere>['executor'], options: object) =>
  bsvrbOn(executor, task, blockModelOf(instance).problem, instance.initial, options);

describe('bsvrbOn', () => {
  it.each([
    { variant: 2 as const },
    { variant: 2 as const, tracker: 'msvr' as const },
    { variant: 2 as const, tracker: 'ema' as const, batchSize: 1 },
    { variant: 1 as const },
    { variant: 1 as const, tracker: 'msvr' as const },
    { variant: 1 as const, tracker: 'none' as const },
  ])('gives the same bits however the blocks are shared, and what one machine gives: %o', async (options) => {
    const settings = { ...options, blocksPerIteration: 5, maxIterations: 60, seed: 3 };
    const [one, three] = [elsewhere(), elsewhere()];
    const alone = await run(one.executor, settings);
    const shared = await run(three.executor, { ...settings, blocksPerTask: 3 });
    expect({ ...shared, seconds: 0 }).toStrictEqual({ ...alone, seconds: 0 });
    expect(new Set(one.sizes)).toEqual(new Set([1]));
    expect(new Set(three.sizes)).toEqual(new Set([3, 2]));
    const here = bsvrb(blockModelOf(instance).problem, instance.initial, settings);
    expect(shared.evaluations).toEqual(here.evaluations);
    for (const [k, entry] of here.x.entries()) expect(shared.x[k]).toBeCloseTo(entry, 9);
    for (const [k, entry] of here.y.entries()) expect(shared.y[k]).toBeCloseTo(entry, 9);
  });

  it('refuses answers of another shape, and ends where they are no numbers', async () => {
    const { problem } = blockModelOf(instance);
    const answering = (change: (answer: Record<string, unknown>) => void) => ({
      map: (async (_: Task, inputs: readonly BlockVisits[]) =>
        inputs.map((input) =>
          answerVisits(problem, input).map((answer) => {
            const changed = { ...answer };
            change(changed);
            return changed;
          }),
        )) as never,
      close: inlineExecutor().close,
    });
    const short = answering((answer) => {
      answer['mean'] = new Float64Array(1);
    });
    await expect(run(short, {})).rejects.toThrow('the task visit: must answer with mean');
    const none = { map: (async () => []) as never, close: inlineExecutor().close };
    await expect(run(none, {})).rejects.toThrow('must answer 1 visits, answered 0');
    const broken = answering((answer) => (answer['gradient'] as Float64Array).fill(Number.NaN));
    expect(await run(broken, {})).toMatchObject({ status: 'stalled', reason: 'an answer holds a number that is not finite' });
    const silent = { ...problem, gradFy: (...[, , , out]: Parameters<typeof problem.gradFy>) => void out.fill(Number.NaN) };
    const failing = {
      map: (async (_: Task, inputs: readonly BlockVisits[]) => inputs.map((input) => answerVisits(silent, input))) as never,
      close: inlineExecutor().close,
    };
    expect(await run(failing, {})).toMatchObject({ status: 'stalled' });
    await expect(run(short, { blocksPerTask: 0 })).rejects.toThrow('blocksPerTask: must be at least 1');
  });
});

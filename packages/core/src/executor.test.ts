import { afterAll, describe, expect, it } from 'vitest';
import { InvalidInputError } from './errors.ts';
import { inlineExecutor, workerExecutor } from './executor.ts';

const module = new URL('./testing/tasks.ts', import.meta.url).href;
const task = (name: string) => ({ module, name });

const executors = { inline: inlineExecutor(), worker: workerExecutor(2) };
afterAll(() => Promise.all(Object.values(executors).map((executor) => executor.close())));

describe.each(Object.entries(executors))('the %s executor', (_, executor) => {
  it('gives the results in the order of the inputs', async () => {
    expect(await executor.map(task('square'), [1, 2, 3, 4, 5])).toEqual([1, 4, 9, 16, 25]);
    expect(await executor.map(task('slowerFirst'), [0, 1, 2, 3])).toEqual([0, 1, 2, 3]);
    expect(await executor.map(task('square'), [])).toEqual([]);
  });

  it('carries typed arrays there and back', async () => {
    const values = Float64Array.of(0.1, 0.2, -0);
    const [reply] = await executor.map<Float64Array, { total: number; values: Float64Array }>(task('sum'), [values]);
    expect(reply).toEqual({ total: 0.1 + 0.2, values });
    expect(values).toHaveLength(3);
  });

  it('rejects with the error of the task, its fields included, and works on', async () => {
    await expect(executor.map(task('failOnThree'), [1, 2, 3, 4])).rejects.toMatchObject({
      name: 'InvalidInputError',
      message: 'x: is three',
      argument: 'x',
      code: 'out-of-range',
      index: 3,
    });
    expect(await executor.map(task('square'), [6])).toEqual([36]);
  });

  it('rejects when there is no such function or module', async () => {
    const nothing = executor.map(task('nothing'), [1]);
    await expect(nothing).rejects.toThrow("task.name: the module has no function 'nothing'");
    await expect(nothing).rejects.toBeInstanceOf(InvalidInputError);
    const missing = new URL('./testing/no-such-module.ts', import.meta.url).href;
    await expect(executor.map({ module: missing, name: 'square' }, [1])).rejects.toThrow();
  });

  it('rejects with the reason of a signal that was aborted before', async () => {
    const reason = new Error('enough');
    await expect(executor.map(task('square'), [1], AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('the worker executor', () => {
  it('ends what is running when the signal is aborted, and works on with new workers', async () => {
    const executor = workerExecutor(2);
    const controller = new AbortController();
    const running = executor.map(task('hang'), [0, 0, 0], controller.signal);
    setTimeout(() => controller.abort(new Error('enough')), 50);
    await expect(running).rejects.toThrow('enough');
    expect(await executor.map(task('square'), [7])).toEqual([49]);
    await executor.close();
  });

  it('rejects when a worker ends by itself', async () => {
    const executor = workerExecutor(1);
    await expect(executor.map(task('die'), [3])).rejects.toThrow('the worker ended with exit code 3');
    expect(await executor.map(task('square'), [7])).toEqual([49]);
    await executor.close();
  });

  it('rejects what cannot be cloned, in either direction', async () => {
    const executor = workerExecutor(1);
    await expect(executor.map(task('square'), [() => 1])).rejects.toThrow(/could not be cloned/);
    await expect(executor.map(task('uncloneable'), [1])).rejects.toThrow(/could not be cloned/);
    await executor.close();
  });

  it('begins no further input after an error', async () => {
    const executor = workerExecutor(1);
    const module = `data:text/javascript,${encodeURIComponent(
      'globalThis.seen ??= []; export const f = (x) => { seen.push(x); if (x === 2) throw new Error(seen.join()); };',
    )}`;
    await expect(executor.map({ module, name: 'f' }, [1, 2, 3, 4])).rejects.toThrow('1,2');
    await executor.close();
  });

  it('works on several inputs at the same time', async () => {
    // Each input waits until the other one has arrived: one worker alone would wait for ever.
    const shared = new Int32Array(new SharedArrayBuffer(4));
    const source = `export const meet = (a) => {
      Atomics.add(a, 0, 1); Atomics.notify(a, 0);
      while (Atomics.load(a, 0) < 2) Atomics.wait(a, 0, 1, 10000);
      return Atomics.load(a, 0);
    };`;
    const executor = workerExecutor(2);
    const meeting = { module: `data:text/javascript,${encodeURIComponent(source)}`, name: 'meet' };
    expect(await executor.map(meeting, [shared, shared])).toEqual([2, 2]);
    await executor.close();
  });

  it.each([0, -1, 1.5, Number.NaN])('rejects %d workers', (workers) => {
    expect(() => workerExecutor(workers)).toThrow(expect.objectContaining({ argument: 'workers' }));
  });
});

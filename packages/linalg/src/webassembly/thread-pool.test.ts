import { spawnSync } from 'node:child_process';
import { InvalidInputError, Random } from '@infimum/core';
import { afterEach, expect, test, vi } from 'vitest';
import { builds } from '../testing/builds.ts';
import { useKernels } from './kernel-module.ts';
import { GEMM_SCRATCH, linalgKernels } from './linalg-kernels.ts';
import { startThreads } from './thread-pool.ts';
import { Workspace } from './workspace.ts';

// Work that takes a second may take ten on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

afterEach(() => useKernels('auto'));

/** A few products and sums on one workspace. */
function results(threads: number, n: number): Float64Array[] {
  const lengths = [n * n, n, n, n, n, n * n, threads * GEMM_SCRATCH];
  using workspace = Workspace.for({ float64: lengths }, { threads });
  const m = workspace.float64(n * n);
  new Random(3).uniforms(m);
  const g = new Random(4).normals(workspace.float64(n)).byteOffset;
  const [y, rows, columns, product] = [n, n, n, n * n].map((length) => workspace.float64(length));
  const sums = workspace.scratch(n);
  const scratch = workspace.scratch(threads * GEMM_SCRATCH);
  const partition = { items: n, block: 16 };
  workspace.parallel(linalgKernels, 'gemv', partition, (from, to) => {
    return [from, to, n, m.byteOffset, g, y.byteOffset];
  });
  workspace.parallel(linalgKernels, 'logSumExpRows', partition, (from, to) => {
    return [from, to, n, 9, g, m.byteOffset, rows.byteOffset];
  });
  workspace.parallel(linalgKernels, 'logSumExpColumns', partition, (from, to) => {
    return [from, to, n, n, 9, g, m.byteOffset, columns.byteOffset, sums];
  });
  workspace.parallel(linalgKernels, 'gemm', partition, (from, to, thread) => {
    const room = scratch + 8 * thread * GEMM_SCRATCH;
    return [from, to, n, n, 1, m.byteOffset, n, 1, m.byteOffset, n, 1, 0, product.byteOffset, n, room];
  });
  return [y, rows, columns, product].map((array) => array.slice());
}

test.each(builds)('any number of threads gives the same bits (%s)', async (build) => {
  useKernels(build);
  const single = results(1, 203);
  await startThreads(3);
  for (const threads of [2, 3, 2]) expect(results(threads, 203)).toEqual(single);
});

test('workers take part', async () => {
  await startThreads(2);
  const n = 400;
  using workspace = Workspace.for({ float64: [n * n, n, n] }, { threads: 2 });
  const m = workspace.float64(n * n).byteOffset;
  const g = workspace.float64(n).byteOffset;
  const out = workspace.float64(n).byteOffset;
  let byCaller = 0;
  for (let attempt = 0; attempt < 100; attempt++) {
    const threads: number[] = [];
    workspace.parallel(linalgKernels, 'logSumExpRows', { items: n, block: 10 }, (from, to, thread) => {
      threads.push(thread);
      return [from, to, n, 1, g, m, out];
    });
    // The caller asks for its own arguments once more than it writes them for the workers, block by block.
    byCaller = threads.filter((thread) => thread === 0).length - 1;
    if (byCaller < 40) return;
  }
  expect(byCaller).toBeLessThan(40);
});

test('many workspaces, released or not, leave the workers nothing to hold', async () => {
  await startThreads(2);
  for (let solve = 0; solve < 500; solve++) {
    const workspace = Workspace.for({ float64: [64, 64] }, { threads: 2 });
    const x = workspace.float64(64).byteOffset;
    workspace.parallel(linalgKernels, 'exp', { items: 64, block: 8 }, (from, to) => {
      return [to - from, x + 8 * from, x + 8 * from];
    });
    if (solve % 2) workspace.release();
  }
  expect(process.memoryUsage().rss).toBeLessThan(2e9);
});

test('a job with more blocks than there is room for is done, and so is one with none', () => {
  const items = 50_000;
  using workspace = Workspace.for({ float64: [items] }, { threads: 2 });
  const x = workspace.float64(items).fill(1);
  const { byteOffset } = x;
  workspace.parallel(linalgKernels, 'scal', { items: 0, block: 1 }, () => [1, 2, byteOffset]);
  expect(x.every((value) => value === 1)).toBe(true);
  workspace.parallel(linalgKernels, 'scal', { items, block: 1 }, (from) => [1, 2 + from, byteOffset + 8 * from]);
  expect(x.every((value, i) => value === 2 + i)).toBe(true);
});

test('blocks that are dealt out run on their own threads, and no more than there are', async () => {
  await startThreads(3);
  using workspace = Workspace.for({ float64: [3] }, { threads: 3 });
  const x = workspace.float64(3).fill(1);
  const { byteOffset } = x;
  for (let round = 0; round < 50; round++) {
    // The factor tells the thread that ran the block.
    workspace.parallel(linalgKernels, 'scal', { items: 3, block: 1, isStatic: true }, (from, _, thread) => {
      return [1, 1 + thread, byteOffset + 8 * from];
    });
    expect(Array.from(x)).toEqual([1, 2, 3]);
    x.fill(1);
  }
  expect(() =>
    workspace.parallel(linalgKernels, 'scal', { items: 4, block: 1, isStatic: true }, () => [0, 1, byteOffset]),
  ).toThrow(RangeError);
});

test('a number of threads out of range is refused', async () => {
  await expect(startThreads(0)).rejects.toThrow(InvalidInputError);
  await expect(startThreads(1000)).rejects.toThrow(InvalidInputError);
});

test('idle threads do not keep the process alive', () => {
  const program = `
    import { startThreads } from ${JSON.stringify(new URL('./thread-pool.ts', import.meta.url).href)};
    await startThreads(3);
    console.log('started');
  `;
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect({ stdout, status }).toEqual({ stdout: 'started\n', status: 0 });
});

test.each([1, 2])('what is to be done meanwhile is done once, with and without blocks: %i threads', async (threads) => {
  await startThreads(threads);
  using workspace = Workspace.for({ float64: [64, 64, 1] }, { threads });
  const matrix = workspace.float64(64).fill(2);
  const x = workspace.float64(64).fill(1);
  const y = workspace.float64(1);
  for (const items of [0, 1, 64]) {
    let times = 0;
    const meanwhile = () => void times++;
    workspace.parallel(linalgKernels, 'gemv', { items, block: 1, meanwhile }, () => {
      return [0, 1, 64, matrix.byteOffset, x.byteOffset, y.byteOffset];
    });
    expect([times, y[0]]).toEqual([1, items === 0 ? 0 : 128]);
  }
  const failing = {
    items: 64,
    block: 1,
    meanwhile: () => {
      throw new Error('in between');
    },
  };
  const run = () =>
    workspace.parallel(linalgKernels, 'gemv', failing, () => {
      return [0, 1, 64, matrix.byteOffset, x.byteOffset, y.byteOffset];
    });
  expect(run).toThrow('in between');
});

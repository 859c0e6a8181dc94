// A server that has no memory left for a while.
import type { QueueExecutor } from '@infimum/distributed';
import { describe, expect, it, vi } from 'vitest';
import type { Cell, CellResult } from '../cell/messages.ts';
import { delegate } from './delegate.ts';

const cell = { problem: 'a/b', solver: 'a/c', options: {}, params: {} } as unknown as Cell;

async function run(submit: (attempt: number, accept: (output: unknown) => Promise<void>) => Promise<void>) {
  const kept: CellResult[] = [];
  let attempts = 0;
  const executor = {
    workers: async () => [],
    submit: (_task: unknown, _job: unknown, { accept }: { accept(output: unknown): Promise<void> }) =>
      submit(++attempts, accept),
  } as unknown as QueueExecutor;
  async function* cells() {
    yield cell;
  }
  await delegate(cells(), executor, {
    version: 'v',
    memory: 1,
    fresh: false,
    signal: new AbortController().signal,
    repetition: () => 0,
    keep: async (_, result) => {
      kept.push(result);
    },
    onBegin: () => {},
    onSample: () => {},
    onCrew: () => {},
  });
  return { kept, attempts };
}

describe('a queue without memory', () => {
  it('is asked again until there is some', async () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const end = { status: 'converged', reason: 'x', seconds: 1, iterations: 1, peakMemory: 1, metrics: {}, samples: [] };
    const { kept, attempts } = await run(async (attempt, accept) => {
      if (attempt === 1) throw new Error("OOM command not allowed when used memory > 'maxmemory'.");
      await accept({ result: end, machine: 'm' });
    });
    expect(said.mock.calls.join()).toContain('out of memory; retrying the cell in 1 s');
    said.mockRestore();
    expect(attempts).toBe(2);
    expect(kept).toEqual([end]);
  });

  it('fails the cell for anything else', async () => {
    const { kept, attempts } = await run(async () => {
      throw new Error('no such luck');
    });
    expect(attempts).toBe(1);
    expect(kept).toMatchObject([{ status: 'failed', reason: 'the queue: no such luck' }]);
  });
});

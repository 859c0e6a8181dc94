// A peer that is not there, and one that answers by the book; the real ones are tested where they live.
import type { AnyProblem } from '@infimum/core';
import type { PeerResult, Peers } from '@infimum/peers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { evaluate } from './evaluate.ts';
import type { Guard } from './guard.ts';
import type { Cell, Sample } from './messages.ts';
import { judged } from './messages.ts';
import { drivePeer, startPythonPeers } from './peer.ts';

let answer: (tolerance: number | undefined) => Partial<PeerResult>;
let asked: object[] = [];
let sent: object[] = [];
let closed = 0;
let isWatched = false;
let peers: Peers;
vi.mock('@infimum/peers', () => ({ startPeers: async () => peers }));

beforeEach(() => {
  asked = [];
  sent = [];
  closed = 0;
  isWatched = false;
  const process = {
    pid: 7,
    extraSeconds: { preparing: 60, stopping: 5 },
    list: () => [{ id: 'peer/x', watched: isWatched }],
    start: async () => {},
    close: async () => {
      closed++;
    },
    solve: async (_id: string, instance: object, options: { tolerance?: number }) => {
      sent.push(instance);
      asked.push(options);
      return { status: 'converged', reason: 'met', seconds: 0.1, iterations: 5, ...answer(options.tolerance) };
    },
  };
  peers = { present: true, process } as unknown as Peers;
});

const problem = {
  metrics: { error: { targets: [1e-1, 1e-3], compute: (_: unknown, { error }: { error: number }) => error } },
  primaryMetric: 'error',
} as unknown as AnyProblem;
const guard = { allow: () => {}, watch: () => {}, peakMemory: () => 1 } as unknown as Guard;

async function race(options: object = {}, raced = problem) {
  const samples: Sample[] = [];
  const cell = { solver: 'peer/x', options, budget: 1 } as Cell;
  const run = await drivePeer(raced, {}, cell, {
    guard,
    clock: () => 0,
    encode: (solution) => Buffer.from(JSON.stringify(solution)),
    judge: (moment, bytes) => {
      samples.push({ ...moment, metrics: evaluate(raced, {}, JSON.parse(bytes.toString())) });
    },
    peers: startPythonPeers,
  });
  return { end: judged(run, samples.at(-1)?.metrics ?? {}), samples };
}

describe('drivePeer', () => {
  it('tightens the tolerance by powers of ten, then runs with the options as they are', async () => {
    answer = (tolerance = 1e-4) => ({ seconds: 1 / tolerance, solution: { error: tolerance * 2 } });
    const { end, samples } = await race({ damping: 1 });
    expect(asked).toEqual([
      { damping: 1, tolerance: expect.closeTo(0.1) },
      { damping: 1, tolerance: expect.closeTo(0.01) },
      { damping: 1 },
    ]);
    expect(samples.map(({ metrics }) => metrics['error'])).toEqual([0.2, 0.02, 2e-4].map((value) => expect.closeTo(value)));
    expect(end).toMatchObject({ status: 'converged', seconds: 1e4, iterations: 5, metrics: { error: 2e-4 } });
    // The next cell needs the process too.
    expect(closed).toBe(0);
  });

  it('runs once with the options as they are where the peer tells its path, which is judged point by point', async () => {
    isWatched = true;
    const path = [0.5, 0.05].map((error, k) => ({ seconds: k + 1, iterations: 10 * (k + 1), solution: { error } }));
    answer = () => ({ seconds: 3, iterations: 30, solution: { error: 5e-4 }, path });
    const { end, samples } = await race({ damping: 1 });
    expect(asked).toEqual([{ damping: 1 }]);
    expect(samples).toEqual(
      [
        [1, 10, 0.5],
        [2, 20, 0.05],
        [3, 30, 5e-4],
      ].map(([seconds, iteration, error]) => ({ seconds, iteration, metrics: { error } })),
    );
    expect(end).toMatchObject({ status: 'converged', seconds: 3, iterations: 30, metrics: { error: 5e-4 } });
  });

  it('goes down to the tolerance that is asked for', async () => {
    answer = (tolerance = Number.NaN) => ({ solution: { error: tolerance } });
    await race({ tolerance: 1e-2 });
    expect(asked).toEqual([{ tolerance: expect.closeTo(0.1) }, { tolerance: 1e-2 }]);
  });

  it('ends with the first run that is too long, and keeps what was reached', async () => {
    answer = (tolerance = 0) =>
      tolerance < 0.05
        ? { status: 'time-limit', reason: 'no answer', iterations: undefined, solution: undefined }
        : { solution: { error: tolerance } };
    const { end } = await race();
    expect(asked).toHaveLength(2);
    expect(end).toMatchObject({ status: 'time-limit', reason: 'no answer', iterations: null });
    expect(end.metrics['error']).toBeCloseTo(0.1);
  });

  it('runs an exact solver with its options only, once it is known to count no iterations', async () => {
    answer = () => ({ iterations: undefined, solution: { error: 0 } });
    const { end } = await race();
    expect(asked.at(-1)).toEqual({});
    expect(asked).toHaveLength(2);
    expect(end).toMatchObject({ status: 'converged', iterations: null, metrics: { error: 0 } });
  });

  it('runs once where the target is exactly zero', async () => {
    answer = () => ({ solution: { error: 0 } });
    const { error } = problem.metrics;
    const exact = { ...problem, metrics: { error: { ...error, targets: [0.1, 0] } } } as AnyProblem;
    expect((await race({}, exact)).end).toMatchObject({ status: 'converged', metrics: { error: 0 } });
    expect(asked).toEqual([{}]);
  });

  it('sends the plain data of an instance, and declines one that has none', async () => {
    answer = () => ({ iterations: undefined, solution: { error: 0 } });
    await race({}, { ...problem, plainData: () => ({ size: 3 }) });
    expect(sent).toContainEqual({ size: 3 });
    const { end } = await race({}, { ...problem, plainData: () => undefined });
    expect(end).toMatchObject({ status: 'declined', reason: expect.stringContaining('contains functions') });
    expect(closed).toBe(0);
  });

  it('fails a solution that is not a number', async () => {
    answer = () => ({ solution: { error: Number.NaN } });
    expect((await race()).end).toMatchObject({ status: 'failed', reason: expect.stringContaining('metric error') });
  });

  it('is declined with the reason of a peer that does not take the instance', async () => {
    answer = () => ({ status: 'declined', reason: 'too large', solution: undefined });
    expect((await race()).end).toMatchObject({ status: 'declined', reason: 'too large', metrics: {} });
    expect(asked).toHaveLength(1);
  });

  it('is absent where there are no peers', async () => {
    peers = { present: false, reason: 'there is no Python' };
    expect((await race()).end).toMatchObject({ status: 'absent', reason: 'there is no Python', seconds: null });
  });
});

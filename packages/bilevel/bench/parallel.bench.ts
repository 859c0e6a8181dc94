// The hyper-gradient of many lower levels on one thread and on two, by turns: the least wall time, and the processor time of the thread
// with the most work, which other work on the machine does not change: pnpm bench:package bilevel parallel [variables] [turns]

import { cpus, loadavg } from 'node:os';
import { workerExecutor } from '@infimum/core/executor';
import { joinHypergradients } from '../src/block-problems/exact-hypergradient.ts';
import type { DrawnPart } from '../src/testing/drawn-blocks.ts';
import type { TimedPart } from './timed-part.ts';

const sizes = { blocks: 64, dimX: 100, dimY: Number(process.argv[2] ?? 120), noise: 0 };
const turns = Number(process.argv[3] ?? 16);
const task = { module: new URL('timed-part.ts', import.meta.url).href, name: 'timedPart' };
const x = Float64Array.from({ length: sizes.dimX }, (_, i) => Math.sin(i));
const ranges = Array.from({ length: 8 }, (_, k): DrawnPart => ({ sizes, x, from: 8 * k, to: 8 * k + 8 }));
const executors = [1, 2].map((threads) => workerExecutor(threads));
console.log(`${cpus()[0].model}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}`);
const walls: number[][] = [[], []];
const busiest: number[][] = [[], []];
const gradients: Float64Array[] = [];
for (let turn = 0; turn < turns; turn++) {
  for (const [k, executor] of executors.entries()) {
    const start = performance.now();
    const parts = await executor.map<DrawnPart, TimedPart>(task, ranges);
    const before = process.threadCpuUsage();
    gradients[k] = joinHypergradients(parts.map(({ part }) => part)).gradient;
    const { user, system } = process.threadCpuUsage(before);
    if (turn === 0) continue; // workers make the problem in the first turn
    walls[k].push(performance.now() - start);
    const threads = new Map<number, number>();
    for (const { thread, milliseconds } of parts) threads.set(thread, (threads.get(thread) ?? 0) + milliseconds);
    busiest[k].push(Math.max(...threads.values()) + (user + system) / 1e3);
  }
}
for (const executor of executors) await executor.close();
const same = gradients[0].every((value, i) => value === gradients[1][i]);
console.log(`${sizes.blocks} blocks of ${sizes.dimY} variables; bits ${same ? 'equal' : 'differ'}`);
const median = (list: number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1];
for (const [title, take, lists] of [
  ['least wall time', (list: number[]) => Math.min(...list), walls],
  ['median wall time', median, walls],
  ['median processor time of the busiest thread, joining added', median, busiest],
] as const) {
  const [one, two] = lists.map(take);
  console.log(
    `${title}: ${one.toFixed(0)} ms on one thread, ${two.toFixed(0)} on two, ${(one / two).toFixed(2)} times as fast`,
  );
}

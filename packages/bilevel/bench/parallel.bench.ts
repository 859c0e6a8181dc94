// Wall time of the hyper-gradient of many lower levels on one thread and on two, by turns: pnpm bench:package bilevel parallel

import { cpus, loadavg } from 'node:os';
import { workerExecutor } from '@infimum/core';
import { type ExactHypergradient, joinHypergradients } from '../src/blocks/exact-hypergradient.ts';
import type { DrawnPart } from '../src/testing/drawn-blocks.ts';

const sizes = { blocks: 64, dimX: 100, dimY: 120, noise: 0 };
const task = { module: new URL('../src/testing/drawn-blocks.ts', import.meta.url).href, name: 'drawnPart' };
const x = Float64Array.from({ length: sizes.dimX }, (_, i) => Math.sin(i));
const ranges = Array.from({ length: 8 }, (_, k): DrawnPart => ({ sizes, x, from: 8 * k, to: 8 * k + 8 }));
const executors = [1, 2].map((threads) => workerExecutor(threads));
console.log(`${cpus()[0].model}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}`);
const times: number[][] = [[], []];
const gradients: Float64Array[] = [];
for (let turn = 0; turn < 8; turn++) {
  for (const [k, executor] of executors.entries()) {
    const start = performance.now();
    gradients[k] = joinHypergradients(
      await executor.map<DrawnPart, ExactHypergradient>(task, ranges),
    ).gradient;
    if (turn > 0) times[k].push(performance.now() - start); // workers make the problem in the first turn
  }
}
for (const executor of executors) await executor.close();
const [one, two] = times.map((list) => list.sort((a, b) => a - b)[list.length >> 1]);
const same = gradients[0].every((value, i) => value === gradients[1][i]);
console.log(
  `${sizes.blocks} blocks of ${sizes.dimY} variables: ${one.toFixed(0)} ms on one thread, ${two.toFixed(0)} on two, ${(one / two).toFixed(2)} times as fast; bits ${same ? 'equal' : 'differ'}`,
);

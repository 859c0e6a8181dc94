// Steps a second of the self-repellent walk against the number of nodes, and beside them what one read takes that waits for
// another, within as much memory as the walk has: pnpm bench:package graphs walks
import { Random } from '@infimum/core';
import { barabasiAlbert, createWalk } from '../src/index.ts';

/** Nanoseconds of processor time a call, the least of some rounds. */
function nanoseconds(calls: number, rounds: number, call: () => void): number {
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    for (let n = 0; n < calls; n++) call();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (1000 * (user + system)) / calls);
  }
  return least;
}

/** A read whose place the one before gives, on a random circle through lines of 64 bytes. */
function waitingRead(bytes: number): () => void {
  const circle = new Random(1).permutation(Math.ceil(bytes / 64));
  const next = new Int32Array(16 * circle.length);
  circle.forEach((line, k) => {
    next[16 * line] = 16 * circle[(k + 1) % circle.length];
  });
  let at = 0;
  return () => {
    at = next[at];
  };
}

for (const nodes of [1e3, 1e4, 1e5, 1e6]) {
  const graph = barabasiAlbert(nodes, 3, 1);
  // Records of 48 bytes and 8 bytes a neighbour.
  const bytes = 48 * nodes + 8 * graph.columnIndices.length;
  const read = nanoseconds(1e6, 5, waitingRead(bytes));
  for (const [alpha, exponent] of [
    [0, 1],
    [5, 1],
    [5, 0.8],
  ]) {
    const walk = createWalk(graph, { alpha, exponent, seed: 1 });
    const step = nanoseconds(1e6, 6, () => {
      walk.step();
    });
    console.log(
      `N = ${nodes}, alpha = ${alpha}, a = ${exponent}: ${step.toFixed(0)} ns a step, ${(1000 / step).toFixed(1)} million a second; a read that waits for another within ${(bytes / 1e6).toFixed(1)} MB: ${read.toFixed(0)} ns`,
    );
  }
}

// Steps a second of the self-repellent walk against the number of nodes, all walks by turns, and beside them what one read takes
// that waits for another, within as much memory as the walk has: pnpm bench:package graphs walks
import { Random } from '@infimum/core';
import { barabasiAlbert, createWalk, gridGraph } from '../src/index.ts';

const TURNS = 15;
const CALLS = 200_000;

/** A walk or another thing that is called over and over. */
interface Runner {
  readonly name: string;
  readonly call: () => void;
  /** Neighbours of the nodes that it visited, on average a step. */
  readonly degree?: () => number;
  /** Nanoseconds a call in each turn. */
  readonly times: number[];
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

const runners: Runner[] = [];
for (const [family, graph] of [
  ...[1e3, 1e4, 1e5, 1e6].map((nodes) => ['preferential attachment', barabasiAlbert(nodes, 3, 1)] as const),
  ...[32, 1000].map((side) => ['grid', gridGraph(side)] as const),
] as const) {
  const { nodes, rowPointers } = graph;
  for (const [alpha, exponent] of [
    [0, 1],
    [5, 1],
    [5, 0.8],
  ]) {
    const walk = createWalk(graph, { alpha, exponent, seed: 1 });
    // The first visits prefer nodes with many neighbours, and a step takes time by their number.
    for (let n = 0; n < Math.max(nodes, 1e5); n++) walk.step();
    const before = walk.visits;
    const degree = () => {
      let [sum, steps] = [0, 0];
      for (const [i, visits] of walk.visits.entries()) {
        steps += visits - before[i];
        sum += (visits - before[i]) * (rowPointers[i + 1] - rowPointers[i]);
      }
      return sum / steps;
    };
    const call = () => {
      walk.step();
    };
    runners.push({ name: `${family}, N = ${nodes}, alpha = ${alpha}, a = ${exponent}`, call, degree, times: [] });
  }
  // Records of 48 bytes and 8 bytes a neighbour.
  const bytes = 48 * nodes + 8 * graph.columnIndices.length;
  const name = `${family}, N = ${nodes}, a read that waits for another within ${(bytes / 1e6).toFixed(1)} MB`;
  runners.push({ name, call: waitingRead(bytes), times: [] });
}
for (let turn = 0; turn < TURNS; turn++) {
  for (const { call, times } of runners) {
    const before = process.cpuUsage();
    for (let n = 0; n < CALLS; n++) call();
    const { user, system } = process.cpuUsage(before);
    times.push((1000 * (user + system)) / CALLS);
  }
}
for (const { name, times, degree } of runners) {
  const [least, , , , , , , median] = times.sort((a, b) => a - b);
  const speed = degree
    ? `, ${(1000 / median).toFixed(1)} million steps a second (at best ${(1000 / least).toFixed(1)}), ${degree().toFixed(1)} neighbours a step`
    : '';
  console.log(`${name}: ${median.toFixed(0)} ns${speed}`);
}

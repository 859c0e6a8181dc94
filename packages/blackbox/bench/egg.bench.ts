// The integer language model and the shared forward pass: multiply-adds a second, seconds a step, time of a member over that of plain inference: pnpm bench:package blackbox egg
import { Random } from '@infimum/core';
import { loadHamlet } from '@infimum/datasets/hamlet';
import { LowRankPopulation } from '../src/eggroll/low-rank-population.ts';
import { EggModel } from '../src/language/egg-model.ts';
import { EggScorer } from '../src/language/egg-scorer.ts';
import { EggNoise, eggBank } from '../src/language/egg-step.ts';
import { trainEgg } from '../src/language/train-egg.ts';

/** Seconds of processor time of the best of three calls, after one. */
function seconds(work: () => void): number {
  work();
  let best = Infinity;
  for (let k = 0; k < 3; k++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1e6);
  }
  return best;
}

const bytes = new TextEncoder().encode(String((loadHamlet() as { text: string }).text));
for (const [dim, layers] of [
  [16, 1],
  [64, 2],
  [256, 2],
]) {
  const model = new EggModel({ dim, layers });
  const bank = eggBank(1);
  using scorer = new EggScorer(model, 100, bank);
  const noise = EggNoise.of(bank, model.parameters.length, 0, 0, 1);
  const repeats = Math.ceil(2e8 / (100 * dim * (256 + 12 * layers * dim)));
  const time = seconds(() => {
    for (let k = 0; k < repeats; k++) scorer.score(bytes.subarray(1000, 1100), noise);
  });
  const products = (100 * repeats * dim * (256 + 12 * layers * dim)) / time / 1e9;
  console.log(`language model, D = ${dim}, ${layers} layers: ${products.toFixed(2)} GMAC/s`);
}
const small = new EggModel({ dim: 16, layers: 1 });
const step = seconds(() => trainEgg(small, bytes, { steps: 1, pairs: 512, length: 100 }));
console.log(`a step of 1024 members, D = 16, 100 bytes: ${step.toFixed(2)} s`);

for (const n of [256, 1024]) {
  const random = new Random(1);
  const weights = random.normals(new Float64Array(n * n));
  const layer = { rows: n, cols: n, weights, bias: new Float64Array(n) };
  const members = 256;
  const x = random.normals(new Float64Array(members * n));
  const out = new Float64Array(members * n);
  const names = Int32Array.from({ length: members }, (_, i) => i);
  const still = new Int32Array(members).fill(-1);
  const low = new LowRankPopulation([layer], { population: members, rank: 1, seed: 1 });
  const [noise, member, plain] = [
    seconds(() => low.begin(1)),
    seconds(() => void low.forward(0, x, names, 0.1, out)),
    seconds(() => void low.forward(0, x, still, 0.1, out)),
  ].map((time) => (1e6 * time) / members);
  // Full noise of a few members stands for that of all.
  const dense = new LowRankPopulation([layer], { population: 4, rank: 0, seed: 1 });
  const [denseNoise, denseMember] = [
    seconds(() => dense.begin(1)),
    seconds(() => void dense.forward(0, x, names.subarray(0, 4), 0.1, out)),
  ].map((time) => (1e6 * time) / 4);
  const ratio = ((member + noise) / plain).toFixed(2);
  const denseRatio = ((denseMember + denseNoise) / plain).toFixed(0);
  console.log(
    `${n} x ${n}, ${members} members: plain ${plain.toFixed(0)} µs, rank 1 ${member.toFixed(0)} + noise ${noise.toFixed(1)} µs: ${ratio} times; full noise ${denseRatio} times`,
  );
}

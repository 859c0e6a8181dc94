// Swinging a pendulum up by returns alone, as it comes out: pnpm bench:package blackbox pendulum [seeds] [first] [rank]
//
// Generations of 512 in pairs, four starts common to all, signs of pairs, Adam; rank 0 is dense noise (OpenES).
import { eggroll } from '../src/eggroll/eggroll.ts';

const [seeds = 20, first = 1, rank = 1] = process.argv.slice(2).map(Number);
const task = { environment: 'pendulum', hidden: [16], episodes: 4, target: -160 } as const;
const settings = {
  rank,
  pairs: 256,
  maxIterations: 125,
  sigma: 0.5,
  sigmaDecay: 1,
  learningRate: 0.2,
  learningRateDecay: 1,
} as const;
const returns: number[] = [];
for (let seed = first; seed < first + seeds; seed++) {
  const { meanReturn, iterations } = eggroll(task, { ...settings, seed, optimizer: 'adam', shaping: 'pair-sign' });
  returns.push(meanReturn);
  console.log(`seed ${seed}: mean return ${meanReturn.toFixed(0)} after ${iterations} generations`);
}
const sorted = returns.toSorted((a, b) => a - b);
const reached = (target: number) => returns.filter((value) => value >= target).length;
console.log(
  `${seeds} seeds: at least -160 in ${reached(-160)}, -250 in ${reached(-250)}; median ${sorted[seeds >> 1].toFixed(0)}, from ${sorted[0].toFixed(0)} to ${sorted[seeds - 1].toFixed(0)}`,
);

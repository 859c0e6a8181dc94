// Times and tightness of Jacobian bounds on the sizes of the specification: `pnpm bench:package verify lipschitz`.
import { regionAround } from '../src/bounds/region.ts';
import { localLipschitz } from '../src/lipschitz/propagated-lipschitz.ts';
import type { Network } from '../src/networks/network.ts';
import { randomCenter, randomConvolutionalNetwork, randomDenseNetwork } from '../src/networks/random-network.ts';

function measure(name: string, network: Network, inputs: number, seed: number, radius: number, runs: number): void {
  const instance = { network, region: regionAround(randomCenter(inputs, seed), radius) };
  const seconds: number[] = [];
  let bound = 0;
  for (let k = 0; k < runs; k++) {
    const start = process.cpuUsage();
    bound = localLipschitz(instance).bound;
    const { user, system } = process.cpuUsage(start);
    seconds.push((user + system) / 1e6);
  }
  seconds.sort((a, b) => a - b);
  const loose =
    runs > 1
      ? `, RecurJac ${localLipschitz(instance, { method: 'recurjac' }).bound.toFixed(2)}, intervals ${localLipschitz(instance, { method: 'interval' }).bound.toFixed(2)}`
      : '';
  const memory = (process.resourceUsage().maxRSS / 1024).toFixed(0);
  console.log(
    `${name}: ${seconds[Math.floor(runs / 2)].toFixed(3)} s, linear ${bound.toFixed(2)}${loose}; ${memory} MB at most`,
  );
}

measure('64-128-128-128-10, 10 outputs', randomDenseNetwork([64, 128, 128, 128, 10], 6), 64, 6, 0.05, 15);
measure('784-256-256-10, 10 outputs', randomDenseNetwork([784, 256, 256, 10], 1), 784, 1, 0.005, 5);
for (const width of [64, 128, 256]) {
  measure(`64-${width}-${width}-${width}-10`, randomDenseNetwork([64, width, width, width, 10], 6), 64, 6, 0.05, 5);
}
const convolutional = randomConvolutionalNetwork(
  [3, 32, 32],
  [
    [8, 4, 2, 1],
    [16, 4, 2, 1],
  ],
  [100, 10],
  1,
);
measure('3x32x32 convolutional, 10 outputs', convolutional, 3072, 1, 1 / 255, 1);

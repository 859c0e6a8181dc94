// Networks of thousands of samples, and how far they are from the best of any width: convex training by generated patterns beside
// Adam's, planted networks and digits with a test part: node bench/bounds.bench.ts [seconds of convex training]
import { loadDigits } from '@infimum/datasets/digits';
import { adamRelu } from '../src/networks/adam-relu.ts';
import { convexReluColumnGeneration } from '../src/networks/convex-relu-column-generation.ts';
import { boundRelu } from '../src/networks/relaxed-bound.ts';
import { plantedRegression } from '../src/networks/relu-families.ts';
import type { ReluInstance, ReluNetwork } from '../src/networks/relu-network.ts';
import { lossOf, predictRelu } from '../src/networks/relu-network.ts';

const maxSeconds = Number(process.argv[2] ?? 30);

const seconds = <T>(work: () => T): [T, number] => {
  const before = process.cpuUsage();
  const made = work();
  const { user, system } = process.cpuUsage(before);
  return [made, (user + system) / 1e6];
};

function report(name: string, instance: ReluInstance, test: ReluInstance): void {
  const methods: [string, () => ReluNetwork][] = [
    ['convex', () => convexReluColumnGeneration(instance, { maxSeconds })],
    ['Adam, 40 units', () => adamRelu(instance, { units: 40, maxIterations: 4000 })],
  ];
  for (const [method, train] of methods) {
    const [network, trained] = seconds(train);
    const [{ value, lowerBound, searchedBound }, bounded] = seconds(() => boundRelu(instance, network));
    const predictions = predictRelu(network, test.points);
    const right = predictions.filter((f, k) => f * test.targets[k] > 0).length / predictions.length;
    const error =
      lossOf('squared', predictions, test.targets) / lossOf('squared', new Float64Array(predictions.length), test.targets);
    console.log(
      `${name}, ${method}: value ${value.toPrecision(6)}, above the proved bound by at most ${(100 * (1 - lowerBound / value)).toFixed(1)} % and above the searched one by ${(100 * (1 - searchedBound / value)).toFixed(2)} % of it; ${trained.toFixed(1)} s, bounds ${bounded.toFixed(1)} s; test: ${test.loss === 'squared' ? `${(100 * error).toFixed(1)} % of the variance left` : `${(100 * right).toFixed(1)} % right`}`,
    );
  }
}

for (const beta of [200, 50, 10]) {
  const whole = plantedRegression(2000, 20, 4, beta, 1);
  const part = (from: number): ReluInstance => ({
    ...whole,
    points: { rows: 1000, cols: 20, values: (whole.points.values as Float64Array).slice(from * 20, (from + 1000) * 20) },
    targets: whole.targets.slice(from, from + 1000),
  });
  report(`planted, 1000 x 20, beta ${beta}`, part(0), part(1000));
}
const { images, labels } = loadDigits();
const digits = (from: number, rows: number, beta: number): ReluInstance => {
  const values = new Float64Array(rows * 65).fill(1);
  for (let k = 0; k < rows; k++) for (let j = 0; j < 64; j++) values[k * 65 + j] = images.values[(from + k) * 64 + j] / 16;
  return {
    points: { rows, cols: 65, values },
    targets: Float64Array.from({ length: rows }, (_, k) => (labels[from + k] % 2 ? 1 : -1)),
    loss: 'logistic',
    beta,
  };
};
for (const beta of [20, 2])
  report(`digits, odd or even, 1000 x 65, beta ${beta}`, digits(0, 1000, beta), digits(1000, 797, beta));

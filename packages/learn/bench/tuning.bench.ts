// Tuning: a step of SNELL beside one of LoRA, of bottleneck adapters and of full tuning, on 24 layers; one adapter of 768 x 3072; a
// transformer of a few million weights.
// Processor time by turns: pnpm bench:package learn tuning [width] [blocks]
import { Random } from '@infimum/core';
import { fineTuneTransformer } from '../src/tuning/fine-tune-transformer.ts';
import { createSnellAdapter } from '../src/tuning/snell-adapter.ts';
import { TunedNetwork } from '../src/tuning/tuned-network.ts';
import { randomVisionTransformer, visionTransformerTensors } from '../src/tuning/vision-transformer.ts';

const seconds = (work: () => void): number => {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
};
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];

const random = new Random(1);

// One adapter as large as a layer of a big transformer: merge, threshold, and the gradients of A and B with the update recomputed.
const adapter = createSnellAdapter(768, 3072, { rank: 32 });
const [base, gradient, merged, scratch] = Array.from({ length: 4 }, () => random.normals(new Float64Array(768 * 3072)));
const ofParameters = adapter.parameters.map((part) => new Float64Array(part.length));
const passes = Array.from({ length: 9 }, () =>
  seconds(() => {
    const { tau } = adapter.mergeInto(merged, base, scratch);
    adapter.backward(gradient, ofParameters[0], ofParameters[1], tau);
  }),
);
console.log(`adapter of 768 x 3072, rank 32: ${median(passes).toFixed(3)} s for a merge and its gradients, recomputed`);

const size = 256;
const layer = () => ({
  weights: { rows: size, cols: size, values: random.normals(new Float64Array(size * size)).map((w) => w / 16) },
  bias: new Float64Array(size),
});
const layers = Array.from({ length: 25 }, layer);
for (const tokens of [64, 256, 1024]) {
  const points = { rows: tokens, cols: size, values: random.normals(new Float64Array(tokens * size)) };
  const batch = { points, classes: Uint8Array.from({ length: tokens }, () => random.integer(size)) };
  const methods = ['snell', 'lora', 'adapter', 'full'] as const;
  const networks = methods.map((method) => new TunedNetwork(layers, method, { adapter: { rank: 8 } }, 1, batch));
  const times: number[][] = methods.map(() => []);
  for (let turn = 0; turn < 6; turn++) {
    networks.forEach((network, m) => {
      const time = seconds(() => network.step(batch, 1e-4, 0));
      if (turn > 0) times[m].push(time); // the first one compiles
    });
  }
  const [snell, lora, adapter, full] = times.map(median);
  const held = networks.map((network) => {
    const { gradients, moments, scratch } = network.memory();
    return gradients + moments + scratch;
  });
  console.log(
    `24 layers 256 x 256, ${tokens} tokens: SNELL ${snell.toFixed(3)} s, LoRA ${lora.toFixed(3)}, adapters ${adapter.toFixed(3)}, full ${full.toFixed(3)}; SNELL/LoRA ${(snell / lora).toFixed(2)}; gradients, moments and scratch ${held.join(', ')} numbers`,
  );
}

const [width, blocks] = [Number(process.argv[2] ?? 256), Number(process.argv[3] ?? 5)];
const model = randomVisionTransformer({ imageSize: [32, 32], patchSize: 8, width, blocks, heads: 8, classes: 10, channels: 3 });
const weights = [...visionTransformerTensors(model).values()].reduce((sum, { values }) => sum + values.length, 0);
const count = 300;
const points = { rows: count, cols: 3072, values: random.normals(new Float64Array(count * 3072)) };
const classes = Uint8Array.from({ length: count }, (_, k) => k % 10);
classes.forEach((label, k) => {
  for (let p = 0; p < 300; p++) points.values[3072 * k + 300 * label + p] += 1;
});
for (const method of ['snell', 'lora', 'adapter'] as const) {
  const losses: number[] = [];
  let memory = '';
  const steps = 20;
  const time = seconds(() => {
    const tuned = fineTuneTransformer(
      model,
      { points, classes },
      {
        method,
        steps,
        batchSize: 16,
        learningRate: 3e-3,
        onIteration: ({ loss }) => {
          losses.push(loss);
        },
      },
    );
    const { gradients, moments, scratch, activations } = tuned.memory;
    const megabytes = (numbers: number) => ((8 * numbers) / 1e6).toFixed(1);
    memory = `gradients and moments ${megabytes(gradients + moments)} MB, scratch ${megabytes(scratch)}, activations ${megabytes(activations)}`;
  });
  console.log(
    `transformer of ${(weights / 1e6).toFixed(2)} million weights, ${method}: ${(time / steps).toFixed(2)} s a step of 16 images; ${memory}; process ${(process.resourceUsage().maxRSS / 1e3).toFixed(0)} MB at most; loss ${losses[0].toFixed(2)} to ${losses[steps].toFixed(2)}`,
  );
}

// The transformer against finite differences, files against what was trained, memory against what was allocated.
import { Random } from '@infimum/core';
import { readSafetensors } from '@infimum/core/data';
import { describe, expect, it, vi } from 'vitest';
import { readShardedSafetensors, writeSafetensors } from '../data/safetensors.ts';
import { mergePeftLora, mergeSnell, peftLoraConfig } from './adapter-files.ts';
import { fineTuneTransformer, predictTransformer } from './fine-tune-transformer.ts';
import { normalShare } from './transformer-pass.ts';
import type { Labeled } from './tuned-network.ts';
import { TunedNetwork } from './tuned-network.ts';
import { TunedTransformer } from './tuned-transformer.ts';
import { randomVisionTransformer, readVisionTransformer, visionTransformerTensors } from './vision-transformer.ts';

const sizes = { imageSize: [4, 6], patchSize: 2, width: 12, blocks: 2, heads: 3, classes: 3, channels: 2 } as const;
const model = randomVisionTransformer(sizes, 3);

/** Images whose class is where they are brightest. */
function examples(count: number, seed: number): Labeled {
  const random = new Random(seed);
  const classes = Uint8Array.from({ length: count }, () => random.integer(3));
  const values = random.normals(new Float64Array(48 * count)).map((value) => 0.3 * value);
  classes.forEach((label, k) => {
    for (let c = 0; c < 2; c++) for (let y = 0; y < 4; y++) values[48 * k + 24 * c + 6 * y + 2 * label] += 1;
  });
  return { points: { rows: count, cols: 48, values }, classes };
}

it.each([
  [1, 0.8413447460685429],
  [-6, 9.865876450376946e-10],
  [0, 0.5],
  [4.9, 0.9999995208167234],
])('Phi(%d) is that of tables', (x, expected) => {
  expect(normalShare(x) / expected).toBeCloseTo(1, 12);
});

describe('the gradients are those of finite differences', () => {
  it.each(['kernelized-lora', 'lora', 'adapter', 'bitfit', 'ssf', 'full'] as const)('by %s', (method) => {
    const batch = examples(3, 1);
    const network = new TunedTransformer(model, method, { adapter: { rank: 4, scale: 1 } }, 5, batch);
    const layers = [...network.blocks.flatMap((maps) => Object.values(maps)), network.head];
    const random = new Random(8);
    for (const { parameters } of layers) {
      for (const values of parameters) for (let k = 0; k < values.length; k++) values[k] += 0.1 * random.normal();
    }
    network.accumulate(batch);
    const picks = layers.flatMap((layer) =>
      layer.parameters.map((values, p) => ({ values, gradient: layer.gradients[p], k: random.integer(values.length) })),
    );
    for (const { values, gradient, k } of picks) {
      const kept = values[k];
      const [above, below] = [1e-5, -1e-5].map((change) => {
        values[k] = kept + change;
        return network.loss(batch);
      });
      values[k] = kept;
      expect(Math.abs((above - below) / 2e-5 - gradient[k])).toBeLessThan(1e-7);
    }
  });
});

describe('files', () => {
  const names = visionTransformerTensors(model);

  it('keep a model, whole or in shards', () => {
    const { points } = examples(20, 2);
    const read = readSafetensors(writeSafetensors(names, { dtype: 'F64' })).tensors;
    const config = { heads: 3, imageSize: [4, 6] } as const;
    expect(readVisionTransformer(read, config)).toEqual(model);
    const all = [...names];
    const parts = [all.slice(0, 9), all.slice(9)].map((part) => writeSafetensors(new Map(part), { dtype: 'F64' }));
    const places = Object.fromEntries(all.map(([name], k) => [name, k < 9 ? 'one' : 'two']));
    const index = JSON.stringify({ weight_map: places });
    const joined = readShardedSafetensors(index, (file) => parts[file === 'one' ? 0 : 1]);
    expect(predictTransformer(readVisionTransformer(joined.tensors, config), points)).toEqual(
      predictTransformer(model, points),
    );
    expect(() => readShardedSafetensors(index, () => parts[0])).toThrow('which does not contain it');
    const short = JSON.stringify({ weight_map: Object.fromEntries(Object.entries(places).slice(1)) });
    expect(() => readShardedSafetensors(short, (file) => parts[file === 'one' ? 0 : 1])).toThrow('does not name');
    expect(() => readShardedSafetensors('{', () => parts[0])).toThrow('not a JSON object');
  });

  it('refuse tensors that are missing, do not fit or belong to nothing', () => {
    const without = new Map(names);
    without.delete('vit.layernorm.bias');
    expect(() => readVisionTransformer(without, { heads: 3, imageSize: [4, 6] })).toThrow('vit.layernorm.bias is missing');
    const more = new Map(names).set('vit.encoder.layer.7.output.dense.weight', { shape: [1], values: new Float64Array(1) });
    expect(() => readVisionTransformer(more, { heads: 3, imageSize: [4, 6] })).toThrow('belongs to no part');
    expect(() => readVisionTransformer(names, { heads: 5, imageSize: [4, 6] })).toThrow('not a multiple of 5');
    expect(() => readVisionTransformer(names, { heads: 3 })).toThrow('pixels make');
  });

  it.each(['lora', 'snell'] as const)(
    'adapters of %s, saved alone and merged into the base, are the merged model',
    (method) => {
      const {
        model: tuned,
        adapters,
        adapterMetadata,
        loss,
        memory,
        trained,
      } = fineTuneTransformer(model, examples(60, 3), {
        method,
        rank: 4,
        sparsity: 0.7,
        steps: process.env['INFIMUM_FULL'] ? 150 : 90,
        learningRate: 0.02,
        batchSize: 20,
      });
      expect(loss).toBeLessThan(0.5);
      const { points, classes } = examples(100, 4);
      const right = predictTransformer(tuned, points).filter((label, k) => label === classes[k]).length;
      expect(right).toBeGreaterThan(80);
      const file = readSafetensors(writeSafetensors(adapters, { dtype: 'F64', metadata: adapterMetadata }));
      const merged = method === 'lora' ? mergePeftLora(names, file.tensors, 4) : mergeSnell(names, file);
      for (const [name, { values, shape }] of visionTransformerTensors(tuned)) {
        expect(merged.get(name)?.shape).toEqual(shape);
        const isFar = (value: number, k: number) => !(Math.abs((merged.get(name)?.values[k] ?? Number.NaN) - value) < 1e-12);
        expect(values.findIndex(isFar), name).toBe(-1);
      }
      // Thin matrices of both blocks' six layers: (12 + 12) x 4 for four of them, (12 + 48) x 4 for two; and the head.
      expect(trained).toBe(2 * 4 * (4 * 24 + 2 * 60) + 12 * 3 + 3);
      expect(memory.gradients * 2).toBe(memory.moments);
      expect(memory.scratch).toBe(2 * 12 * 48);
      if (method === 'snell') {
        expect(() => mergeSnell(new Map([...names].slice(0, 3)), file)).toThrow('not in the base model');
        expect(() => mergeSnell(names, { ...file, metadata: {} })).toThrow('no settings');
        return;
      }
      expect(file.tensors.get('base_model.model.vit.encoder.layer.0.attention.attention.query.lora_A.weight')?.shape).toEqual([
        4, 12,
      ]);
      expect(peftLoraConfig(file.tensors)).toMatchObject({ peft_type: 'LORA', r: 4, lora_alpha: 4 });
      const strange = new Map(file.tensors).set('base_model.model.nothing.weight', { shape: [1], values: new Float64Array(1) });
      expect(() => mergePeftLora(names, strange, 4)).toThrow('nor a weight of the base model');
    },
  );
});

describe('bottleneck adapters', () => {
  const { model: tuned, ...rest } = fineTuneTransformer(model, examples(60, 3), {
    method: 'adapter',
    rank: 4,
    steps: 150,
    learningRate: 0.02,
    batchSize: 20,
  });
  const names = visionTransformerTensors(model);

  it('are learnt behind attention and perceptron, and counted', () => {
    expect(rest.loss).toBeLessThan(0.5);
    const { points, classes } = examples(100, 4);
    const right = predictTransformer(tuned, points).filter((label, k) => label === classes[k]).length;
    expect(right).toBeGreaterThan(80);
    // Two in each of two blocks, of 12 x 4 and 4 x 12 weights, 4 and 12 biases; and the head.
    const inner = 4 * (2 * 12 * 4 + 4 + 12);
    expect(rest.trained).toBe(inner + 12 * 3 + 3);
    expect(rest.memory).toMatchObject({ gradients: inner, moments: 2 * inner });
    // What went into the four: 12 numbers of 7 tokens of 20 images. The rest is the same for all methods.
    const { memory } = fineTuneTransformer(model, examples(60, 3), { method: 'linear-probe', batchSize: 20, steps: 1 });
    expect(rest.memory.activations).toBe(memory.activations + 4 * 12 * 7 * 20);
    tuned.blocks.forEach((block, l) => {
      const { output, down, ...others } = model.blocks[l];
      expect(block).toMatchObject(others);
      expect(block.output).toEqual({ ...output, adapter: expect.anything() });
      expect(block.down).toEqual({ ...down, adapter: expect.anything() });
    });
  });

  it('saved alone and read with the base are the tuned model, by the names of their library', () => {
    const file = readSafetensors(writeSafetensors(rest.adapters, { dtype: 'F64' }));
    expect([...file.tensors].slice(0, 4).map(([name, { shape }]) => [name, shape])).toEqual([
      ['vit.encoder.layer.0.attention_adapters.adapters.tuned.adapter_down.0.weight', [4, 12]],
      ['vit.encoder.layer.0.attention_adapters.adapters.tuned.adapter_down.0.bias', [4]],
      ['vit.encoder.layer.0.attention_adapters.adapters.tuned.adapter_up.weight', [12, 4]],
      ['vit.encoder.layer.0.attention_adapters.adapters.tuned.adapter_up.bias', [12]],
    ]);
    expect([...file.tensors.keys()]).toContain('vit.encoder.layer.1.output.output_adapters.adapters.tuned.adapter_up.weight');
    const config = { heads: 3, imageSize: [4, 6] } as const;
    expect(readVisionTransformer(new Map([...names, ...file.tensors]), config)).toEqual(tuned);
    expect(readVisionTransformer(visionTransformerTensors(tuned), config)).toEqual(tuned);
  });

  it('are refused where they do not fit, come twice, or stand elsewhere', () => {
    const config = { heads: 3, imageSize: [4, 6] } as const;
    const path = 'vit.encoder.layer.0.attention_adapters.adapters';
    const all = [...names, ...rest.adapters];
    const wide = { shape: [5, 12], values: new Float64Array(60) };
    const tooWide = new Map([
      ...all,
      [`${path}.tuned.adapter_down.0.weight`, wide],
      [`${path}.tuned.adapter_down.0.bias`, { shape: [5], values: new Float64Array(5) }],
    ]);
    expect(() => readVisionTransformer(tooWide, config)).toThrow('not a bottleneck of 12 channels');
    const twice = new Map([...all, [`${path}.other.adapter_down.0.weight`, wide]]);
    expect(() => readVisionTransformer(twice, config)).toThrow('other.adapter_down.0.weight belongs to no');
    const [first, ...others] = model.blocks;
    const query = { ...first.query, adapter: tuned.blocks[0].output.adapter };
    expect(() => visionTransformerTensors({ ...model, blocks: [{ ...first, query }, ...others] })).toThrow(
      'model.blocks[0].query.adapter',
    );
  });
});

it('a step of SNELL allocates nothing as large as a layer, and training holds what it says', () => {
  const [count, size] = [6, 96];
  const layer = { weights: { rows: size, cols: size, values: new Float64Array(size * size) }, bias: new Float64Array(size) };
  const layers = [
    ...Array.from({ length: count }, () => layer),
    { weights: { rows: size, cols: 2, values: new Float64Array(2 * size) }, bias: new Float64Array(2) },
  ];
  const points = { rows: 8, cols: size, values: new Random(1).normals(new Float64Array(8 * size)) };
  const batch = { points, classes: new Uint8Array(8) };
  const sizes: number[] = [];
  const Original = Float64Array;
  const counted = new Proxy(Original, {
    construct(target, parts: unknown[]) {
      const array: Float64Array = Reflect.construct(target, parts);
      // Views of a buffer are no allocations.
      const isView = parts[0] instanceof ArrayBuffer || parts[0] instanceof SharedArrayBuffer;
      if (!isView) sizes.push(array.length);
      return array;
    },
  });
  // slice and map ask the prototype who makes their results.
  Original.prototype.constructor = counted;
  vi.stubGlobal('Float64Array', counted);
  const network = new TunedNetwork(layers, 'snell', { adapter: { rank: 8 } }, 1, batch);
  const { trained, gradients, moments, scratch } = network.memory();
  // Besides these the constructor makes the head: weights, bias, and four numbers each of change, gradient and moments.
  const head = 5 * (2 * size + 2);
  expect(sizes.reduce((sum, length) => sum + length, 0)).toBe(trained + gradients + moments + scratch + head);
  sizes.length = 0;
  network.step(batch, 1e-3, 0);
  vi.unstubAllGlobals();
  Original.prototype.constructor = Original;
  expect(sizes.length).toBeGreaterThan(0);
  expect(Math.max(...sizes)).toBeLessThan(size * size);
});

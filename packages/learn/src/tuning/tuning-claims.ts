// The claims of the paper on SNELL, by ranks, counts and experiments.
import type { ClaimResult } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import { fineTune } from './fine-tune.ts';
import { snellPaper as paper } from './papers.ts';
import { createSnellAdapter } from './snell-adapter.ts';
import { bestRankError, fitSparseMatrix, numericalRank, sparseTarget } from './sparse-fit.ts';
import { predictClasses, TunedNetwork } from './tuned-network.ts';
import { digitTransfer } from './tuning-families.ts';

function fullRank(): ClaimResult {
  const adapter = createSnellAdapter(64, 64, { rank: 8, sparsity: 0.9, seed: 1 });
  const dense = createSnellAdapter(64, 64, { rank: 8, sparsity: 0, seed: 1 });
  const [sparse, merged] = [numericalRank(adapter.toDense()), numericalRank(dense.toDense())];
  const target = sparseTarget(64, 64, 0.05, 3);
  const ratio = fitSparseMatrix(target, { rank: 8, seed: 1 }).error / bestRankError(target, 8);
  return {
    measured: `rank ${merged} before and ${sparse} after sparsification from thin matrices of rank 8; a sparse target is fitted with ${ratio.toFixed(2)} of LoRA’s least error`,
    verdict: sparse > 8 && merged > 8 && ratio <= 0.62 ? 'reproduced' : 'not reproduced',
    figures: { merged, sparse, ratio },
  };
}

function memory(): ClaimResult {
  const [count, size, rank] = [24, 256, 8];
  const layer = { weights: { rows: size, cols: size, values: new Float64Array(size * size) }, bias: new Float64Array(size) };
  const head = { weights: { rows: size, cols: 2, values: new Float64Array(2 * size) }, bias: new Float64Array(2) };
  const layers = [...Array.from({ length: count }, () => layer), head];
  const example = { points: { rows: 1, cols: size, values: new Float64Array(size).fill(1) }, classes: new Uint8Array(1) };
  // What the trained network holds for these layers, by the lengths of its arrays.
  const held = (method: 'snell' | 'lora' | 'full') => {
    const network = new TunedNetwork(layers, method, { rank }, 1, example);
    const { gradients, moments, scratch } = network.memory();
    return gradients + moments + (method === 'snell' ? scratch : 0);
  };
  const [snell, lora, full] = [held('snell'), held('lora'), held('full')];
  const share = snell / full;
  return {
    measured: `${snell} numbers of gradients, moments and scratch against ${full} of full tuning: ${(100 * share).toFixed(1)} %; ${lora} for LoRA`,
    verdict: share <= 0.1 ? 'reproduced' : 'not reproduced',
    figures: { snell, lora, full, share },
  };
}

async function transfer(): Promise<ClaimResult> {
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const accuracy: Record<string, number[]> = { snell: [], lora: [], adapter: [], full: [], 'linear-probe': [] };
  for (const seed of seeds) {
    const instance = await digitTransfer('permuted', 64, seed);
    for (const method of Object.keys(accuracy)) {
      const { layers } = fineTune(instance, { method: method as 'snell', steps: 400, seed });
      const predicted = predictClasses(layers, instance.test.points);
      const right = predicted.reduce((sum, label, t) => sum + (label === instance.test.classes[t] ? 1 : 0), 0);
      accuracy[method].push(right / predicted.length);
    }
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const error = (values: readonly number[]) =>
    Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1) / values.length);
  const [snell, lora] = [mean(accuracy['snell']), mean(accuracy['lora'])];
  const slack = error(accuracy['lora']);
  return {
    measured: Object.entries(accuracy)
      .map(([method, values]) => `${method} ${(100 * mean(values)).toFixed(1)} ± ${(100 * error(values)).toFixed(1)} %`)
      .join(', '),
    verdict: snell > lora + slack ? 'reproduced' : snell >= lora - slack ? 'partly reproduced' : 'not reproduced',
    figures: {
      snell,
      lora,
      adapter: mean(accuracy['adapter']),
      full: mean(accuracy['full']),
      linearProbe: mean(accuracy['linear-probe']),
    },
  };
}

/** The paper's claims. */
export const tuningClaims = [
  defineClaim({
    id: 'learn/snell-rank',
    paper,
    statement:
      'Kernelised merging gives updates of high rank from thin matrices, which fit sparse targets that a product of them cannot.',
    published: 'ranks in figures',
    budget: 30,
    run: async () => fullRank(),
  }),
  defineClaim({
    id: 'learn/snell-memory',
    paper,
    statement: 'Sparse tuning by competition needs no more memory for training than LoRA.',
    published: 'memory on vision transformers; no mask is stored',
    budget: 1,
    run: async () => memory(),
  }),
  defineClaim({
    id: 'learn/snell-transfer',
    paper,
    statement: 'On downstream tasks SNELL is at least as accurate as LoRA.',
    published: 'better on visual benchmarks',
    budget: 60,
    run: async () => transfer(),
  }),
];

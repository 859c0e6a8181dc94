// The sums of CLSTD in blocks of steps, feature by feature: for families that give their gradients many states at a time.
import { layout } from '@infimum/linalg/kernels';
import { controlKernels } from '../kernels.ts';
import type { Episode, EvaluationInstance } from './evaluation-instance.ts';

/** Steps of a block: a few rows of them fit the first level of the cache. */
const BLOCK = 1024;
/** A block has one state more than it has steps. */
const STRIDE = BLOCK + 1;

/**
 * Adds w ξ (a φ' - b φ)ᵀ to the system and -w ξ c r to the right side for all steps of the data, ξ = φ; yields now and then with the
 * number of steps.
 */
export function* addBlocks(
  instance: EvaluationInstance,
  form: string | number,
  system: Float64Array,
  right: Float64Array,
): Generator<number, number> {
  const sums = blockSums(instance, form);
  try {
    let count = 0;
    for (const episode of instance.episodes) {
      const last = episode.times.length - 1;
      for (let from = 0; from < last; from += BLOCK) {
        const steps = Math.min(BLOCK, last - from);
        sums.add(episode, from, steps);
        count += steps;
        yield count;
      }
    }
    return count;
  } finally {
    system.set(sums.system);
    right.set(sums.right);
    sums.release();
  }
}

/** The arrays of a block in the memory of the kernel, and the operations on them. */
function blockSums(instance: EvaluationInstance, form: string | number) {
  const { discountRate: beta, isContinuing, approximator } = instance;
  const { size } = approximator;
  const chosen = form === 'auto' ? (isContinuing ? 'euler' : 'exact') : form;
  const ones = new Float64Array(BLOCK).fill(1);
  const memory = layout({ features: size * STRIDE, a: ones, b: ones, earned: BLOCK, system: size * size, right: size });
  const { workspace, features, a, b, earned, system, right } = memory;
  const { lstdBlock } = workspace.kernels(controlKernels);
  return {
    system,
    right,
    release: () => memory[Symbol.dispose](),
    add({ times, states, rewards }: Episode, from: number, steps: number): void {
      approximator.gradients?.(states, from, steps + 1, features, STRIDE);
      if (chosen === 'euler') eulerForm(times, rewards, from, steps, beta, b, earned);
      else exactForm(times, rewards, from, steps, beta, chosen === 'discrete' || beta === 0, a, earned);
      // Euler's form has a = 1, the other b = 1, which the weights of episodes that end have changed.
      if (!isContinuing) {
        (chosen === 'euler' ? a : b).fill(1);
        weigh(times, from, steps, beta, [a, b, earned]);
      }
      // The kernel takes two steps at a time; a missing one has weight 0.
      if (steps % 2 === 1) {
        a[steps] = b[steps] = earned[steps] = 0;
        for (let k = 0; k < size; k++) features[k * STRIDE + steps + 1] = 0;
      }
      lstdBlock(
        steps + (steps % 2),
        size,
        STRIDE,
        features.byteOffset,
        a.byteOffset,
        b.byteOffset,
        earned.byteOffset,
        system.byteOffset,
        right.byteOffset,
      );
      if (steps % 2 === 1) a[steps] = b[steps] = 1;
    },
  };
}

function eulerForm(
  times: Float64Array,
  rewards: Float64Array,
  from: number,
  steps: number,
  beta: number,
  b: Float64Array,
  earned: Float64Array,
): void {
  let before = times[from];
  for (let i = 0; i < steps; i++) {
    const time = times[from + i + 1];
    const h = time - before;
    before = time;
    b[i] = 1 + beta * h;
    earned[i] = h * rewards[from + i];
  }
}

function exactForm(
  times: Float64Array,
  rewards: Float64Array,
  from: number,
  steps: number,
  beta: number,
  isDiscrete: boolean,
  a: Float64Array,
  earned: Float64Array,
): void {
  for (let i = 0; i < steps; i++) {
    const h = times[from + i + 1] - times[from + i];
    a[i] = Math.exp(-beta * h);
    earned[i] = (isDiscrete ? h : -Math.expm1(-beta * h) / beta) * rewards[from + i];
  }
}

/** Multiplies by e^(-βt). */
function weigh(times: Float64Array, from: number, steps: number, beta: number, rows: readonly Float64Array[]): void {
  for (let i = 0; i < steps; i++) {
    const weight = Math.exp(-beta * times[from + i]);
    for (const row of rows) row[i] *= weight;
  }
}

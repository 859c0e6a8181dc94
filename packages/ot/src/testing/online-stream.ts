// The stream that the theory of online balancing is measured on: 64 tokens, 8 experts with means from -1 to 1, 2 a token.
import type { DenseMatrix } from '@infimum/linalg';
import { linearMeans, scoreStream } from '../experts/expert-instances.ts';

/** Tokens of a batch. */
export const TOKENS = 64;
/** Number of experts. */
export const EXPERTS = 8;
/** Experts of every token. */
export const PER_TOKEN = 2;

/** The biases of least expected loss: those of 40 000 batches of a stream of seed 1000, by coordinate descent. */
export const populationBias: Float64Array = Float64Array.of(
  0.221789,
  0.154099,
  0.085729,
  0.018973,
  -0.043605,
  -0.098924,
  -0.14791,
  -0.190151,
);

/** Batches of the stream as one: its dual value is the sum of theirs. */
export function mergedBatches(batches: number, seed: number): DenseMatrix {
  const values = new Float64Array(batches * TOKENS * EXPERTS);
  let at = 0;
  for (const batch of scoreStream({ tokens: TOKENS, batches, means: linearMeans(EXPERTS) }, seed)) {
    values.set(batch.values, at);
    at += batch.values.length;
  }
  return { rows: batches * TOKENS, cols: EXPERTS, values };
}

// Synthetic gate scores whose numbers can be checked, and streams of them.
import { portableCosine, portableExp, portableLog } from '@infimum/core/portable-math';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { DenseMatrix } from '@infimum/linalg';

/** One normal number by the Box-Muller transform from two draws, the first of them positive. */
function gaussianSource(random: () => number): () => number {
  return () => {
    let u = random();
    while (u === 0) u = random();
    return Math.sqrt(-2 * portableLog(u)) * portableCosine(random());
  };
}

/** Independent sigmoid scores gamma_ik = 1 / (1 + exp(-(z_ik + mu_k))) with normal z, row by row. */
function sigmoidScores(tokens: number, means: Float64Array, gaussian: () => number): DenseMatrix {
  const cols = means.length;
  const values = new Float64Array(tokens * cols);
  for (let at = 0; at < values.length; at++) values[at] = 1 / (1 + portableExp(-(gaussian() + means[at % cols])));
  return { rows: tokens, cols, values };
}

/** Sigmoid scores whose experts have normal means times `skew`: the generator of the reference numbers. */
export function moeInstance(tokens: number, experts: number, seed: number, skew = 1): DenseMatrix {
  const gaussian = gaussianSource(mulberry32(seed));
  const means = Float64Array.from({ length: experts }, () => gaussian() * skew);
  return sigmoidScores(tokens, means, gaussian);
}

/**
 * Sigmoid scores in which no two tokens prefer one expert to another by almost the same: for every pair of experts the
 * differences of the scores lie at least `gap` apart. Tokens that come too close to one before are drawn again.
 */
export function spacedScores(tokens: number, experts: number, gap: number, seed: number): DenseMatrix {
  const gaussian = gaussianSource(mulberry32(seed));
  const means = Float64Array.from({ length: experts }, gaussian);
  const values = new Float64Array(tokens * experts);
  for (let i = 0; i < tokens; ) {
    values.set(sigmoidScores(1, means, gaussian).values, i * experts);
    if (isSpaced(values, experts, i, gap)) i++;
  }
  return { rows: tokens, cols: experts, values };
}

/** Whether the differences of a token are at least `gap` from those of all tokens before it. */
function isSpaced(values: Float64Array, experts: number, token: number, gap: number): boolean {
  const at = token * experts;
  for (let other = 0; other < at; other += experts) {
    for (let k = 1; k < experts; k++) {
      for (let j = 0; j < k; j++) {
        const difference = values[at + k] - values[at + j] - values[other + k] + values[other + j];
        if (Math.abs(difference) < gap) return false;
      }
    }
  }
  return true;
}

/** A stream of batches. */
export interface ScoreStream {
  /** Tokens of a batch. */
  readonly tokens: number;
  /** Number of batches. */
  readonly batches: number;
  /** Mean of every expert before the sigmoid. */
  readonly means: Float64Array;
  /** Standard deviation of the means' random walk from batch to batch; 0 by default. */
  readonly drift?: number;
  /** Share of batches whose means are permuted; 0 by default. */
  readonly burstShare?: number;
}

/** Batches of sigmoid scores, one after the other. */
export function* scoreStream(
  { tokens, batches, means, drift = 0, burstShare = 0 }: ScoreStream,
  seed: number,
): Generator<DenseMatrix> {
  const random = mulberry32(seed);
  const gaussian = gaussianSource(random);
  const walking = means.slice();
  for (let n = 0; n < batches; n++) {
    const isBurst = burstShare > 0 && random() < burstShare;
    yield sigmoidScores(tokens, isBurst ? shuffled(walking, random) : walking, gaussian);
    if (drift > 0) for (let k = 0; k < walking.length; k++) walking[k] += drift * gaussian();
  }
}

/** Means from -1 to 1 in equal steps. */
export function linearMeans(experts: number): Float64Array {
  return Float64Array.from({ length: experts }, (_, k) => -1 + (2 * k) / (experts - 1));
}

function shuffled(values: Float64Array, random: () => number): Float64Array {
  const out = values.slice();
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const kept = out[i];
    out[i] = out[j];
    out[j] = kept;
  }
  return out;
}

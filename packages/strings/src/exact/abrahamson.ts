// Abrahamson's algorithm as published: one threshold on the pattern's frequencies, and two forward transforms and one inverse for every
// frequent symbol.
//
// K. Abrahamson: Generalized string matching (SIAM J. Comput. 16, 1987).
import { int32, layout } from '@infimum/linalg/kernels';
import { transformCost } from '../costs.ts';
import type { Counts, DistanceCounter } from '../hamming-solution.ts';
import { atOnce, shiftsOf, TURN } from '../hamming-solution.ts';
import { stringKernels } from '../kernels.ts';
import type { CompactPair } from '../symbols.ts';
import { positionLists } from '../symbols.ts';
import { ROUNDING_LIMIT } from '../transforms/convolution.ts';
import { fourierLength, fourierTwiddles } from '../transforms/fft.ts';
import { ModularCorrelator } from '../transforms/modular-correlator.ts';

/**
 * O(n sqrt(m log m)): symbols that occur at least `threshold` times in the pattern by transforms on blocks of about
 * 4m, the others pair by pair.
 *
 * @param threshold - by default sqrt(m log2 m); 1 sends every symbol through transforms
 * @param roundingLimit - largest distance of a Fourier result from an integer that is taken for rounding; beyond it, the
 *   symbol's matches in the block are counted modulo a prime
 */
export function abrahamsonCounter(
  pair: CompactPair,
  threshold = defaultThreshold(pair),
  roundingLimit = ROUNDING_LIMIT,
  threads = 1,
): DistanceCounter {
  const { text, pattern, alphabetSize, patternCounts } = pair;
  const m = pattern.length;
  const shifts = shiftsOf(pair);
  const length = fourierLength(4 * m);
  const step = length - m + 1;
  const inPattern = positionLists(pattern, alphabetSize);
  const memory = layout(
    {
      twiddles: fourierTwiddles(length),
      textRe: length,
      textIm: length,
      patternRe: length,
      patternIm: length,
      sumRe: length,
      sumIm: length,
      patternPositions: inPattern.positions,
      textPositions: int32(length),
      matches: int32(step),
    },
    { threads },
  );
  const { workspace, textRe, textIm, patternRe, patternIm, sumRe, sumIm } = memory;
  const { patternPositions, textPositions, matches } = memory;
  const twiddles = memory.twiddles.byteOffset;
  const kernels = workspace.kernels(stringKernels);
  const arrays = [textRe, textIm, patternRe, patternIm, sumRe, sumIm];
  const rounded = new Int32Array(step);
  let correlator: ModularCorrelator | undefined;
  let pairs = 0;
  let transforms = 0;
  let heavy = 0;
  let fallbacks = 0;
  let maxRoundingError = 0;

  function addCorrelation(c: number, inText: ReturnType<typeof positionLists>, count: number): void {
    for (const array of arrays) array.fill(0);
    for (let k = inText.start[c]; k < inText.start[c + 1]; k++) textRe[inText.positions[k]] = 1;
    for (let k = inPattern.start[c]; k < inPattern.start[c + 1]; k++) patternRe[patternPositions[k]] = 1;
    const offsets = arrays.map(({ byteOffset }) => byteOffset);
    workspace.parallel(stringKernels, 'fourierForward', { items: 2, block: 1 }, (w) => {
      return [length, offsets[2 * w], offsets[2 * w + 1], twiddles];
    });
    kernels.multiplyConjugate(length, offsets[0], offsets[1], offsets[2], offsets[3], offsets[4], offsets[5]);
    kernels.fourierInverse(length, sumRe.byteOffset, sumIm.byteOffset, twiddles);
    let worst = 0;
    for (let i = 0; i < count; i++) {
      const value = sumRe[i] / length;
      rounded[i] = Math.round(value);
      worst = Math.max(worst, Math.abs(value - rounded[i]));
    }
    maxRoundingError = Math.max(maxRoundingError, worst);
    if (worst < roundingLimit) for (let i = 0; i < count; i++) matches[i] += rounded[i];
    else {
      fallbacks++;
      correlator ??= new ModularCorrelator(length, inPattern, threads);
      atOnce(correlator.addMatches([c], inText, matches.subarray(0, count)));
    }
    heavy++;
    transforms += 3;
  }

  const heavyPerTurn = Math.ceil(TURN / (3 * transformCost(length)));

  function* countInTurns(from: number, to: number, distances: Counts): Generator<undefined, void> {
    const inText = positionLists(text, alphabetSize, from, to + m - 1);
    textPositions.set(inText.positions);
    matches.fill(0);
    for (let c = 0; c < alphabetSize; c++) {
      const textCount = inText.start[c + 1] - inText.start[c];
      if (textCount === 0) continue;
      if (patternCounts[c] >= threshold) {
        addCorrelation(c, inText, to - from);
        if (heavy % heavyPerTurn === 0) yield;
      } else {
        const patternAt = patternPositions.byteOffset + 4 * inPattern.start[c];
        const textAt = textPositions.byteOffset + 4 * inText.start[c];
        const count = patternCounts[c];
        pairs += kernels.countPairs(to - from, count, patternAt, textCount, textAt, matches.byteOffset);
      }
    }
    for (let i = 0; i < to - from; i++) distances[i] = m - matches[i];
  }

  return {
    patternLength: m,
    shifts,
    shiftsPerStep: step,
    countInTurns,
    count: (from, to, distances) => atOnce(countInTurns(from, to, distances)),
    operations: () => ({
      pairs,
      transforms,
      transformWork: transforms * length * Math.log2(length),
      heavy,
      fallbacks,
      maxRoundingError,
    }),
    release() {
      correlator?.release();
      workspace.release();
    },
  };
}

function defaultThreshold({ pattern: { length: m } }: CompactPair): number {
  return Math.sqrt(m * Math.log2(m + 1));
}

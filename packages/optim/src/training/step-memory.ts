// The vectors of an optimiser, in the memory of its kernels. Parameters and gradients are stored elsewhere.
import type { Random } from '@infimum/core';
import { Workspace } from '@infimum/linalg/kernels';
import type { StepKernels } from './step-kernels.ts';
import { stepKernels, stepReference } from './step-kernels.ts';

/** Memory for the vectors of an optimiser. */
export interface StepMemory {
  /** Kernels that work on it. */
  readonly kernels: StepKernels;
  /** The next vector of zeros. */
  vector(): Float64Array;
  /**
   * Calls a function for one piece of the parameters after the other, `count` of them from number `first` on, with copies of
   * x and of the gradient at the given byte offsets, and copies x back.
   */
  inPieces(x: Float64Array, gradient: Float64Array, step: PieceStep): void;
  /** Fills a vector of this memory with random signs, those of `random.rademacher`. */
  signs(random: Pick<Random, 'uint32'>, out: Float64Array): void;
}

/** What is done to a piece of the parameters. */
type PieceStep = (count: number, first: number, xAt: number, gradientAt: number) => void;

/** Parameters that are copied at a time, few enough to stay in the nearest cache with all that belongs to them. */
const PIECE = 1024;

/** From so many parameters on, SIMD on a separate memory is worthwhile. */
const LEAST = 4096;

/** Memory for so many vectors of `dimension` numbers. */
export function stepMemory(dimension: number, vectors: number): StepMemory {
  const piece = Math.min(PIECE, dimension);
  const lengths = [...new Array<number>(vectors).fill(dimension), piece, piece];
  const { kernels, next } = dimension < LEAST ? plainMemory(lengths) : simdMemory(lengths);
  const [point, slope] = [next(piece), next(piece)];
  const words = new Uint32Array(point.buffer, point.byteOffset, 2 * piece);
  return {
    kernels,
    vector: () => next(dimension),
    inPieces: (x, gradient, step) => {
      for (let first = 0; first < dimension; first += piece) {
        const end = Math.min(dimension, first + piece);
        const part = x.subarray(first, end);
        point.set(part);
        slope.set(gradient.subarray(first, end));
        step(end - first, first, point.byteOffset, slope.byteOffset);
        part.set(end - first < piece ? point.subarray(0, end - first) : point);
      }
    },
    signs: (random, out) => {
      // Room for a piece of x has that for the bits of 64 pieces; a multiple of 32 keeps the words whole.
      const most = piece < PIECE ? dimension : 64 * PIECE;
      for (let first = 0; first < dimension; first += most) {
        const count = Math.min(most, dimension - first);
        for (let k = 0; k < count / 32; k++) words[k] = random.uint32();
        kernels.signs(count, point.byteOffset, out.byteOffset + 8 * first);
      }
    },
  };
}

/** Kernels, and arrays one after the other. */
interface Memory {
  readonly kernels: StepKernels;
  readonly next: (length: number) => Float64Array;
}

function simdMemory(lengths: readonly number[]): Memory {
  const workspace = Workspace.for({ float64: lengths });
  return { kernels: workspace.kernels(stepKernels), next: (length) => workspace.float64(length) };
}

function plainMemory(lengths: readonly number[]): Memory {
  const buffer = new ArrayBuffer(8 * lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  const next = (length: number) => {
    at += 8 * length;
    return new Float64Array(buffer, at - 8 * length, length);
  };
  return { kernels: stepReference(buffer), next };
}

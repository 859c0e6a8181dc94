// Rotations of neighbouring rows that are gathered, some thousands of them, and then applied together to a few columns at a time,
// which stay in the cache meanwhile.
//
// F. Van Zee, R. van de Geijn, G. Quintana-Ortí: Restructuring the tridiagonal and bidiagonal QR algorithms for performance (2014).
import { denseKernels } from '../webassembly/dense-kernels.ts';
import type { Workspace } from '../webassembly/workspace.ts';

/** Rotations, and sequences of them, that are gathered. */
const MOST_ROTATIONS = 8192;
const MOST_SEQUENCES = 256;

/** Where the rows lie. */
export interface RotatedRows {
  /** The rows, `stride` numbers apart. */
  readonly rows: Float64Array;
  /** A multiple of eight, as `paddedStride` gives. */
  readonly stride: number;
  /** Columns that are rotated; those up to the next multiple of eight are touched. */
  readonly cols: number;
}

/** Arrays on the workspace: of numbers and of integers. */
export const ROTATION_ROOM = { float64: 2 * MOST_ROTATIONS, int32: 3 * MOST_SEQUENCES } as const;

/** Gathers and applies rotations of rows. */
export class RotationSequences {
  readonly #workspace: Workspace;
  readonly #target: RotatedRows;
  readonly #rotations: Float64Array;
  readonly #sequences: Int32Array;
  #used = 0;
  #count = 0;
  #start = 0;

  constructor(workspace: Workspace, target: RotatedRows) {
    this.#workspace = workspace;
    this.#target = target;
    this.#rotations = workspace.float64(ROTATION_ROOM.float64);
    this.#sequences = workspace.int32(ROTATION_ROOM.int32);
  }

  /** Begins a sequence of at most `length` rotations at a row, downwards (1) or upwards (-1). */
  begin(row: number, step: 1 | -1, length: number): void {
    if (this.#count === MOST_SEQUENCES || this.#used + 2 * length > this.#rotations.length) this.flush();
    this.#sequences[3 * this.#count] = row;
    this.#sequences[3 * this.#count + 2] = step;
    this.#start = this.#used;
  }

  /** The next rotation: its row becomes c row + s next, and what becomes of the next, c next - s row, is rotated next. */
  turn(cosine: number, sine: number): void {
    this.#rotations[this.#used] = cosine;
    this.#rotations[this.#used + 1] = sine;
    this.#used += 2;
    if (this.#used === this.#rotations.length) this.#goOn();
  }

  /** Ends the sequence. */
  end(): void {
    const length = (this.#used - this.#start) / 2;
    if (length === 0) return;
    this.#sequences[3 * this.#count + 1] = length;
    this.#count++;
  }

  /** Applies what has been gathered. */
  flush(): void {
    const { rows, stride, cols } = this.#target;
    if (this.#count > 0) {
      const { rotateRows } = this.#workspace.kernels(denseKernels);
      const [sequences, rotations] = [this.#sequences.byteOffset, this.#rotations.byteOffset];
      rotateRows(cols, rows.byteOffset, stride, this.#count, sequences, rotations);
    }
    this.#count = 0;
    this.#used = 0;
  }

  /** A sequence that is longer than there is room for goes on after those before it. */
  #goOn(): void {
    const row = this.#sequences[3 * this.#count];
    const step = this.#sequences[3 * this.#count + 2];
    const length = (this.#used - this.#start) / 2;
    this.end();
    this.flush();
    this.begin(row + step * length, step === 1 ? 1 : -1, 0);
  }
}

// The kernels of edit distances: their specification, for all builds, and a plain TypeScript reference for tests.
import type { KernelModule } from '@infimum/linalg/kernels';
import { bytes, defineKernels, int32, layout, scratch } from '@infimum/linalg/kernels';
import { relaxedSimd, simd } from '../generated/edit-kernels.ts';
import type { NumberedPair, SymbolPair } from '../symbols.ts';
import { numberPair } from '../symbols.ts';

/** A kernel, by whole numbers and byte offsets. */
type Kernel = (...values: number[]) => void;

/** The kernels. Texts are numbers of 32 bits; masks of a number's rows lie one after the other, 64 rows a word. */
export interface EditKernels {
  /**
   * (columns, length, k, carry, text, masks, blocks, last, out): out_j = min(k + 1, value of the last row in column j) of the table of
   * edit distances for the next `columns` symbols, where row 0 rises by `carry` (0 or 1) a column. `blocks` is the column before, as
   * `EditTable` begins it, `last` the last block that is kept up.
   */
  readonly editColumns: Kernel;
  /**
   * (columns, length, k, text, masks, blocks, width, kept, firsts, out): out_0 = the last value of the table, if it is at most k, else
   * more. `width` words of a column are kept, or none: for column j, those that say where it rises and those that say where it falls,
   * from block firsts_j on.
   */
  readonly editBand: Kernel;
  /**
   * (wide, scope, columns, rows, match, mismatch, gapOpen, gapExtend, text, pattern, room, stride, best, bestAt, came): where the best
   * alignment with affine gaps comes from in every cell, a byte for row i and column j at came_{stride (i + j) + i}. `wide` is 1 for
   * scores of 32 bits, 0 for 16 bits; symbols and `room`, six rows of `stride` ≥ rows + 17 scores, are as wide. `scope` is 0 for all of
   * both, whose score is left in best_0; for 1 and 2 the best score of each row goes to `best`, and the anti-diagonal of the first cell
   * that has it to `bestAt`. The text is backwards.
   */
  readonly affine: Kernel;
}

/** Where a cell's values come from: bits of a byte. */
export const CAME = { diagonal: 1, deletion: 2, insertion: 3, extendsDeletion: 4, extendsInsertion: 8 } as const;

/** Bytes and rows of a block: two words and the value at its last row. */
const BLOCK_BYTES = 24;
export const BLOCK_ROWS = 64;

/** Words of columns that are kept: 512 MB. */
export const MOST_WORDS = 2 ** 26;

/** A pattern's masks and columns of its table in memory. */
export class EditTable {
  readonly length: number;
  /** Blocks of 64 rows. */
  readonly blocks: number;
  readonly #memory;
  readonly #numberText: NumberedPair['numberText'];

  /**
   * @param columns - the most symbols of the text at a time
   * @param width - words of each column that are kept
   */
  constructor({ text, pattern }: SymbolPair, columns = text.length, width = 0) {
    const { alphabetSize, pattern: numbers, numberText } = numberPair({ text, pattern });
    this.length = pattern.length;
    this.blocks = Math.ceil(pattern.length / BLOCK_ROWS);
    this.#numberText = numberText;
    this.#memory = layout({
      // Symbols that the pattern does not have come first.
      masks: int32(2 * this.blocks * (alphabetSize + 1)),
      text: int32(columns),
      // The reference keeps a column of numbers.
      blocks: bytes(Math.max(BLOCK_BYTES * this.blocks, 4 * (pattern.length + 1))),
      last: int32(1),
      out: int32(Math.max(1, columns)),
      firsts: int32(width > 0 ? columns : 0),
      kept: scratch(2 * width * columns),
    });
    const { masks } = this.#memory;
    for (let i = 0; i < pattern.length; i++) masks[2 * this.blocks * (numbers[i] + 1) + (i >> 5)] |= 1 << (i & 31);
  }

  /** Reads the text's symbols `from` ≤ j < `to`, of which there is room for so many as were asked for. */
  read(from: number, to: number): this {
    const numbers = this.#numberText(from, to, this.#memory.text.subarray(0, to - from));
    for (let j = 0; j < numbers.length; j++) numbers[j]++;
    return this;
  }

  /** Begins with the column 0, 1, 2, …, of which the rows up to k are kept up. */
  begin(k: number): this {
    const { blocks, last } = this.#memory;
    const words = new Int32Array(blocks.buffer, blocks.byteOffset, blocks.length >> 2);
    for (let b = 0; b < this.blocks; b++) words.set([-1, -1, 0, 0, Math.min(this.length, BLOCK_ROWS * (b + 1))], 6 * b);
    last[0] = Math.min(this.blocks - 1, Math.max(0, Math.ceil((k + 1) / BLOCK_ROWS) - 1));
    return this;
  }

  /** The last row's values in the next columns, at most k + 1; row 0 rises by `carry` a column. */
  advance(columns: number, k: number, carry: 0 | 1): Int32Array {
    const { workspace, text, masks, blocks, last, out } = this.#memory;
    const { editColumns } = workspace.kernels(editKernels);
    const [textAt, masksAt, blocksAt] = [text.byteOffset, masks.byteOffset, blocks.byteOffset];
    editColumns(columns, this.length, k, carry, textAt, masksAt, blocksAt, last.byteOffset, out.byteOffset);
    return out.subarray(0, columns);
  }

  /** The last value of the table within k diagonals; columns are kept where there is a width. */
  band(columns: number, k: number, width = 0): number {
    const { workspace, text, masks, blocks, out, firsts, kept } = this.#memory;
    const { editBand } = workspace.kernels(editKernels);
    const [textAt, masksAt, blocksAt] = [text.byteOffset, masks.byteOffset, blocks.byteOffset];
    const [keptAt, firstsAt] = [kept.byteOffset, firsts.byteOffset];
    editBand(columns, this.length, k, textAt, masksAt, blocksAt, width, keptAt, firstsAt, out.byteOffset);
    return out[0];
  }

  /** By how much row i is above row i - 1 in column j of the columns that are kept. */
  verticals(width: number): (i: number, j: number) => number {
    const { kept, firsts } = this.#memory;
    const words = new Int32Array(kept.buffer, kept.byteOffset, 2 * kept.length);
    return (i, j) => {
      if (j === 0) return 1;
      const at = 4 * width * (j - 1) + 2 * (((i - 1) >> 6) - firsts[j - 1]) + (((i - 1) >> 5) & 1);
      return ((words[at] >>> ((i - 1) & 31)) & 1) - ((words[at + 2 * width] >>> ((i - 1) & 31)) & 1);
    };
  }

  release(): void {
    this.#memory.workspace.release();
  }
}

/** The kernels in plain TypeScript, with whole columns of numbers. */
function reference(buffer: ArrayBufferLike): EditKernels {
  const [cells, words] = [new Uint8Array(buffer), new Int32Array(buffer)];

  /** The next column, in place. */
  function advance(column: Int32Array, mask: Int32Array, carry: number): void {
    let diagonal = column[0];
    column[0] += carry;
    for (let i = 1; i < column.length; i++) {
      const isSame = (mask[(i - 1) >> 5] >>> ((i - 1) & 31)) & 1;
      const value = Math.min(diagonal + 1 - isSame, column[i] + 1, column[i - 1] + 1);
      diagonal = column[i];
      column[i] = value;
    }
  }

  const columnAt = (blocks: number, length: number) => words.subarray(blocks / 4, blocks / 4 + length + 1);
  const maskAt = (masks: number, length: number, number: number) => {
    const row = 2 * Math.ceil(length / BLOCK_ROWS);
    return words.subarray(masks / 4 + row * number, masks / 4 + row * (number + 1));
  };

  return {
    editColumns(columns, length, k, carry, text, masks, blocks, last, out) {
      const column = columnAt(blocks, length);
      // What `begin` has left says that nothing has been read yet.
      if (words[last / 4] >= 0) for (let i = 0; i <= length; i++) column[i] = i;
      words[last / 4] = -1;
      for (let j = 0; j < columns; j++) {
        advance(column, maskAt(masks, length, words[text / 4 + j]), carry);
        words[out / 4 + j] = Math.min(k + 1, column[length]);
      }
    },
    editBand(columns, length, k, text, masks, blocks, width, kept, firsts, out) {
      const column = columnAt(blocks, length);
      for (let i = 0; i <= length; i++) column[i] = i;
      for (let j = 0; j < columns; j++) {
        advance(column, maskAt(masks, length, words[text / 4 + j]), 1);
        if (width === 0) continue;
        const first = Math.max(0, Math.min(Math.floor((j - k) / BLOCK_ROWS), Math.ceil(length / BLOCK_ROWS) - 1));
        words[firsts / 4 + j] = first;
        const at = kept / 4 + 4 * width * j;
        words.fill(0, at, at + 4 * width);
        for (let i = BLOCK_ROWS * first; i < Math.min(length, BLOCK_ROWS * (first + width)); i++) {
          const rise = column[i + 1] - column[i];
          const word = at + (i >> 5) - 2 * first + (rise < 0 ? 2 * width : 0);
          if (rise !== 0) words[word] |= 1 << (i & 31);
        }
      }
      words[out / 4] = column[length];
    },
    affine(...[wide, scope, columns, rows, match, mismatch, gapOpen, gapExtend, text, pattern, , stride, best, bestAt, came]) {
      const scores = wide ? words : new Int16Array(buffer);
      const [textAt, patternAt, bestRow, at] = [text, pattern, best, bestAt].map((place) => place / scores.BYTES_PER_ELEMENT);
      const lowest = wide ? -(2 ** 30) : -(2 ** 15);
      /** Values, deletions and insertions of the row above and of this one, column by column. */
      const above = Array.from({ length: columns + 1 }, (_, j) => [
        scope === 0 && j > 0 ? -gapOpen - j * gapExtend : 0,
        lowest,
        lowest,
      ]);
      for (let i = 1; i <= rows; i++) {
        let left = [scope === 2 ? 0 : -gapOpen - i * gapExtend, lowest, lowest];
        for (let j = 1; j <= columns; j++) {
          const [opened, longer] = [above[j][0] - gapOpen - gapExtend, above[j][2] - gapExtend];
          const [fresh, further] = [left[0] - gapOpen - gapExtend, left[1] - gapExtend];
          const [insertion, deletion] = [Math.max(opened, longer), Math.max(fresh, further)];
          const isSame = scores[patternAt + i - 1] === scores[textAt + columns - j];
          let value = above[j - 1][0] + (isSame ? match : -mismatch);
          let from: number = CAME.diagonal;
          if (deletion > value) [value, from] = [deletion, CAME.deletion];
          if (insertion > value) [value, from] = [insertion, CAME.insertion];
          if (scope === 2 && value <= 0) [value, from] = [0, 0];
          if (longer > opened) from |= CAME.extendsInsertion;
          if (further > fresh) from |= CAME.extendsDeletion;
          cells[came + stride * (i + j) + i] = from;
          if (scope > 0 && value > scores[bestRow + i]) [scores[bestRow + i], scores[at + i]] = [value, i + j];
          above[j - 1] = left;
          left = [value, deletion, insertion];
        }
        above[columns] = left;
      }
      if (scope === 0) scores[bestRow] = above[columns][0];
    },
  };
}

/** The kernels, for `workspace.kernels(editKernels)`. */
export const editKernels: KernelModule<EditKernels> = /* @__PURE__ */ defineKernels({ simd, relaxedSimd, reference });

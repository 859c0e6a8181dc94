// The check of compressed rows and columns.
import { checkInteger, checkList, fault } from '@infimum/core';
import type { CsrMatrix } from './matrices.ts';
import { tooLarge } from './too-large.ts';

/** Lines that 32-bit indices can tell apart. */
export const MOST_LINES = 2 ** 31;

/**
 * Checks that a sparse matrix is valid: pointers that rise from 0 to the number of entries, columns that rise
 * within each row and lie in the matrix, finite values. Time O(entries + rows).
 *
 * @param matrix - the value to check, of any type
 * @param argument - its name, for the message
 * @throws {InvalidInputError} `type`, `shape`, `out-of-range` or `not-finite`, with the index
 *
 * @example
 * ```ts
 * import { checkCsr } from '@infimum/linalg';
 *
 * const rows = { rowPointers: Int32Array.of(0, 1), columnIndices: Int32Array.of(2) };
 * try {
 *   checkCsr({ rows: 1, cols: 2, ...rows, values: Float64Array.of(5) }, 'a');
 * } catch (error) {
 *   console.log((error as Error).message.startsWith('a.columnIndices')); // true
 * }
 * ```
 */
export function checkCsr(matrix: unknown, argument: string): asserts matrix is CsrMatrix {
  const { rows, cols, rowPointers, columnIndices, values } = (matrix ?? {}) as Partial<CsrMatrix>;
  checkInteger(rows, `${argument}.rows`, { min: 0 });
  checkInteger(cols, `${argument}.cols`, { min: 0 });
  for (const [name, lines] of Object.entries({ rows, cols })) {
    if (lines >= MOST_LINES) throw tooLarge(4 * (lines + 1), `${argument}.${name}`);
  }
  checkCompressed(
    { lines: rows, length: cols, pointers: rowPointers, indices: columnIndices, values },
    { argument, pointers: 'rowPointers', indices: 'columnIndices', line: 'row', place: 'column' },
  );
}

/** What compressed rows and compressed columns have in common. */
interface Compressed {
  readonly lines: number;
  readonly length: number;
  readonly pointers: unknown;
  readonly indices: unknown;
  readonly values: unknown;
}

/** How its parts are called. */
interface CompressedNames {
  readonly argument: string;
  readonly pointers: string;
  readonly indices: string;
  readonly line: string;
  readonly place: string;
}

/** The check of `checkCsr` and `checkCsc`. */
export function checkCompressed({ lines, length, pointers, indices, values }: Compressed, names: CompressedNames): void {
  const fail = (part: string, code: 'type' | 'shape' | 'out-of-range' | 'not-finite', problem: string, index?: number) =>
    fault(problem, `${names.argument}.${part}`, code, index);
  if (!(pointers instanceof Int32Array)) throw fail(names.pointers, 'type', 'expected an Int32Array');
  if (!(indices instanceof Int32Array)) throw fail(names.indices, 'type', 'expected an Int32Array');
  if (!(values instanceof Float64Array)) throw fail('values', 'type', 'expected a Float64Array');
  // Without memory, an array looks like that of a matrix without entries.
  for (const [part, list] of Object.entries({ [names.pointers]: pointers, [names.indices]: indices, values })) {
    checkList(list, `${names.argument}.${part}`);
  }
  if (pointers.length !== lines + 1) {
    throw fail(names.pointers, 'shape', `expected ${lines + 1} pointers, got ${pointers.length}`);
  }
  if (indices.length !== values.length) {
    throw fail(names.indices, 'shape', `expected ${values.length} indices, got ${indices.length}`);
  }
  if (pointers[0] !== 0) throw fail(names.pointers, 'out-of-range', 'must begin with 0', 0);
  if (pointers[lines] !== values.length) {
    const problem = `must end with the number of entries, ${values.length}`;
    throw fail(names.pointers, 'out-of-range', problem, lines);
  }
  for (let i = 0; i < lines; i++) {
    if (pointers[i + 1] >= pointers[i]) continue;
    throw fail(names.pointers, 'out-of-range', `falls at index ${i + 1}, the end of ${names.line} ${i}`, i + 1);
  }
  for (let i = 0; i < lines; i++) {
    let previous = -1;
    for (let k = pointers[i]; k < pointers[i + 1]; k++) {
      const index = indices[k];
      // x - x is 0 for finite numbers only.
      if (index > previous && index < length && values[k] - values[k] === 0) {
        previous = index;
        continue;
      }
      const where = `at index ${k}, in ${names.line} ${i}`;
      if (index < 0 || index >= length) {
        const problem = `is ${index} ${where}, of ${length} ${names.place}s`;
        throw fail(names.indices, 'out-of-range', problem, k);
      }
      if (index <= previous) {
        const problem = `does not rise within ${names.line} ${i}, at index ${k}`;
        throw fail(names.indices, 'out-of-range', problem, k);
      }
      throw fail('values', 'not-finite', `is ${values[k]} ${where}`, k);
    }
  }
}

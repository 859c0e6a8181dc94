// The text format of LIBSVM and liblinear: `label index:value …`, a point a line, indices from 1 on and rising.
import { checkInteger, checkNumbers, checkObject, fault } from '@infimum/core';
import type { CsrMatrix } from '@infimum/linalg';
import { checkCsr } from '@infimum/linalg';

/** Points with labels. */
export interface LabeledPoints {
  /** The points, sparse. */
  readonly points: CsrMatrix;
  /** The number before each point. */
  readonly labels: Float64Array;
}

/**
 * Reads points in LIBSVM's text format. Empty lines and text after a # are ignored.
 *
 * @param text - the file
 * @param cols - number of columns, if the last ones may be missing in the file; by default the largest index
 * @throws {InvalidInputError} naming the line and what is wrong in it
 *
 * @example
 * ```ts
 * import { parseLibsvm } from '@infimum/learn';
 *
 * const { points, labels } = parseLibsvm('1 1:0.5 3:2\n-1 2:1\n');
 * console.log(points.rows, points.cols, labels.join(' ')); // 2 3 1 -1
 * ```
 */
export function parseLibsvm(text: string, cols?: number): LabeledPoints {
  if (typeof text !== 'string') throw fault('expected a text', 'text', 'type');
  if (cols !== undefined) checkInteger(cols, 'cols', { min: 0 });
  const labels: number[] = [];
  const pointers = [0];
  const indices: number[] = [];
  const values: number[] = [];
  let widest = 0;
  text.split(/\r?\n/).forEach((line, number) => {
    const words = line.replace(/#.*/, '').trim().split(/\s+/);
    if (words[0] === '') return;
    const fail = (problem: string) => {
      throw fault(`line ${number + 1}: ${problem}`, 'text', 'type', number);
    };
    const label = Number(words[0]);
    if (!Number.isFinite(label)) fail(`'${words[0]}' is not a label`);
    let last = 0;
    for (const word of words.slice(1)) {
      const match = /^(\d+):(\S+)$/.exec(word);
      if (!match) fail(`'${word}' is not of the form index:value`);
      const [index, value] = [Number(match?.[1]), Number(match?.[2])];
      if (!Number.isFinite(value)) fail(`'${word}' has no finite value`);
      if (!(index > last)) fail(`index ${index} follows ${last}; indices must increase from 1`);
      if (index >= 2 ** 31) fail(`index ${index} is too large`);
      last = index;
      indices.push(index - 1);
      values.push(value);
    }
    widest = Math.max(widest, last);
    labels.push(label);
    pointers.push(indices.length);
  });
  if (cols !== undefined && !(Number.isInteger(cols) && cols >= widest)) {
    throw fault(`must be an integer of at least ${widest}, got ${cols}`, 'cols', 'out-of-range');
  }
  return {
    labels: Float64Array.from(labels),
    points: {
      rows: labels.length,
      cols: cols ?? widest,
      rowPointers: Int32Array.from(pointers),
      columnIndices: Int32Array.from(indices),
      values: Float64Array.from(values),
    },
  };
}

/** Writes points in LIBSVM's text format; numbers are read back as they were, bit for bit. */
export function formatLibsvm(labeled: LabeledPoints): string {
  checkObject(labeled, 'labeled');
  const { points, labels } = labeled;
  checkObject(points, 'points');
  checkNumbers(labels, 'labels');
  checkCsr(points, 'points');
  const { rows, rowPointers, columnIndices, values } = points;
  if (labels.length !== rows) throw fault(`expected ${rows} labels, got ${labels.length}`, 'labels', 'shape');
  let text = '';
  for (let i = 0; i < rows; i++) {
    text += String(labels[i]);
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) text += ` ${columnIndices[k] + 1}:${values[k]}`;
    text += '\n';
  }
  return text;
}

// Tables with a label column, as CSV readers return them, and CSV itself.
import { checkObject, checkText, describeValue, fault } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';

/** A table as numbers and labels. */
export interface LabeledTable {
  /** One row of numbers a row of the table. */
  readonly points: DenseMatrix;
  /** The labels as in the table. */
  readonly labels: string[];
  /** Names of the columns of `points`. */
  readonly columns: readonly string[];
}

/**
 * Rows as numbers and labels: objects as d3-dsv, papaparse (`header: true`) and arquero return them, or the text of a CSV file with
 * a header (RFC 4180: quotes, commas and line breaks within quotes).
 *
 * @param rows - the rows, or the file's text
 * @param label - the column of the labels; all others must be numbers
 * @throws {InvalidInputError} naming the row, counted from 0 without the header, and the column
 *
 * @example
 * ```ts
 * import { fitClassifier, labeledTable } from '@infimum/learn';
 *
 * const { points, labels, columns } = labeledTable('height,width,kind\n1,5,oak\n6,1,pine\n2,6,oak\n7,2,pine\n', 'kind');
 * console.log(columns.join(' '), labels.join(' ')); // height width oak pine oak pine
 * console.log(fitClassifier(points, labels).planes[0].separates); // true
 * ```
 */
export function labeledTable(rows: string | readonly Readonly<Record<string, unknown>>[], label: string): LabeledTable {
  const fail = (problem: string, index?: number): never => {
    throw fault(problem, 'rows', 'type', index);
  };
  if (typeof rows !== 'string' && !Array.isArray(rows)) fail('expected rows, or the text of a CSV file');
  const records = typeof rows === 'string' ? recordsOf(rows, fail) : rows;
  if (records.length === 0) fail('contain no row');
  checkText(label, 'label');
  for (let i = 0; i < records.length; i++) checkObject(records[i], `rows[${i}]`);
  const names = Object.keys(records[0]);
  if (!names.includes(label)) {
    throw fault(`'${label}' is not a column; the columns are ${names.join(', ')}`, 'label', 'unknown');
  }
  const columns = names.filter((name) => name !== label);
  const values = new Float64Array(records.length * columns.length);
  const labels = records.map((record, i) => {
    for (const [j, column] of columns.entries()) {
      const cell = record[column];
      const isText = typeof cell === 'string' && cell.trim() !== '';
      const value = isText ? Number(cell) : typeof cell === 'number' ? cell : Number.NaN;
      if (!Number.isFinite(value)) fail(`row ${i}, column ${column}: ${describeValue(cell)} is not a number`, i);
      values[i * columns.length + j] = value;
    }
    const name = record[label];
    if (name === undefined || name === null || name === '') fail(`row ${i} has no ${label}`, i);
    return String(name);
  });
  return { points: { rows: records.length, cols: columns.length, values }, labels, columns };
}

function recordsOf(text: string, fail: (problem: string, index?: number) => never): Record<string, string>[] {
  const [header, ...lines] = cellsOf(text, fail);
  if (!header) fail('contain no header');
  if (new Set(header).size < header.length) fail('have two columns of the same name');
  return lines.map((cells, i) => {
    if (cells.length !== header.length) fail(`row ${i} has ${cells.length} cells, but the header has ${header.length}`, i);
    return Object.fromEntries(header.map((name, j) => [name, cells[j]]));
  });
}

/** The cells of every line that is not empty. */
function cellsOf(text: string, fail: (problem: string) => never): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  const body = text.replace(/^\uFEFF/, '');
  while (pattern.lastIndex < body.length) {
    const match = pattern.exec(body) ?? fail(`have a stray quote in line ${lines.length + 1}`);
    const [, quoted, plain, end] = match;
    cells.push(quoted !== undefined ? quoted.replaceAll('""', '"') : plain);
    if (end === ',' && pattern.lastIndex < body.length) continue;
    if (end === ',') cells.push('');
    if (cells.length > 1 || cells[0] !== '') lines.push(cells);
    cells = [];
  }
  return lines;
}

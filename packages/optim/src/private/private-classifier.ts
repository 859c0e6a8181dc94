// A classifier of sensitive rows in one call, from the text of a CSV file, public ranges of its columns, and a budget. Only the weights
// depend on the rows: a row that cannot be read silently counts as a record without features.
//
// K. Chaudhuri, C. Monteleoni, A. Sarwate: Differentially private empirical risk minimization (2011), for the setting.
import type { Iterate, LimitOptions, OptionSpecs, OptionsOf, Outcome, RunOptions } from '@infimum/core';
import { checkNumber, checkObject, checkText, fault, resolveOptions } from '@infimum/core';
import type { Accountant } from './accountant.ts';
import { dpGd } from './dp-gradient-descent.ts';
import { linearLoss } from './private-loss.ts';
import type { PrivateSolution } from './private-run.ts';
import { accountant, adjacency, delta, epsilon, noiseSeed, publicSize } from './private-run.ts';

const privateClassifierOptions = {
  label: { type: 'value', required: true, check: checkText, description: 'The column of the label' },
  positive: {
    type: 'value',
    required: true,
    check: checkText,
    description: 'The label to distinguish from all others, as written in the file',
  },
  ranges: {
    type: 'value',
    required: true,
    check: checkRanges,
    description: 'The columns to learn from, each with its range: known beforehand, not computed from the rows',
  },
  epsilon,
  delta,
  adjacency,
  publicSize,
  accountant,
  steps: { type: 'integer', min: 1, max: 1e6, default: 20, description: 'Noisy gradients; more of them are noisier' },
  stepSize: {
    type: 'number',
    above: 0,
    default: 2,
    description: 'Step size, relative to 1/L1: L1 is 1/4, because rows have norm at most 1',
  },
  clipNorm: {
    type: 'number',
    was: 'clip',
    above: 0,
    default: 0.5,
    description: 'Clipping norm of row gradients: 0.5 clips none at the start, and needs half of the noise of 1',
  },
  seed: noiseSeed,
} as const satisfies OptionSpecs;

/** Options of `privateClassifier`. */
export type PrivateClassifierOptions = OptionsOf<typeof privateClassifierOptions> & LimitOptions<Iterate<PrivateSolution>>;

/** A classifier, and what it cost. */
export interface PrivateClassifier extends PrivateSolution {
  /** What a unit of a column adds to the logit of the positive label, column by column: private. */
  readonly coefficients: Readonly<Record<string, number>>;
  /** The logit where all columns are 0. */
  readonly intercept: number;
}

/** Half of the width of a range, at least: no value within it overflows then. */
const LEAST_WIDTH = 1e-290;

function checkRanges(value: unknown, argument: string): asserts value is Readonly<Record<string, readonly [number, number]>> {
  checkObject(value, argument);
  const ranges = Object.entries(value as Record<string, readonly unknown[]>);
  if (ranges.length === 0) throw fault('name no column', argument, 'shape');
  for (const [name, range] of ranges) {
    if (!Array.isArray(range) || range.length !== 2) throw fault('expected [least, largest]', `${argument}.${name}`, 'type');
    checkNumber(range[0], `${argument}.${name}`);
    checkNumber(range[1], `${argument}.${name}`, { above: range[0] as number });
    // Rows are divided by half of the width.
    if ((range[1] as number) / 2 - range[0] / 2 >= LEAST_WIDTH) continue;
    throw fault(`is narrower than ${LEAST_WIDTH}`, `${argument}.${name}`, 'out-of-range');
  }
}

/**
 * Logistic regression of one label against all others on the rows of a CSV file with a header, (ε, δ)-private: `dpGd` on columns that
 * are moved to [-1, 1] by their ranges, with an intercept. The whole run is charged to the accountant, and written by its `persist`,
 * before any noise is drawn; a spent budget refuses.
 *
 * No error, warning or status depends on a value: values outside of their range are moved to its ends, those that are no numbers to
 * its middle, labels that are missing count as the other one. What is a row is public: a quoted cell may
 * hold line breaks, and belongs to one person. The number of rows is public with `adjacency: 'replace'`; with `add-remove` give
 * `publicSize`. O(rows
 * columns) a step.
 *
 * The logit of a row is `intercept` plus the products of `coefficients` and its columns, moved into their ranges.
 *
 * @param csv - the text of the file: a header, then a row a line; commas, quotes as in RFC 4180, line breaks within them too
 * @throws {InvalidInputError} naming `csv` for a header without the columns or a file without rows, `epsilon` where the budget is spent
 *
 * @example
 * ```ts
 * import { privateClassifier } from '@infimum/optim/private';
 *
 * const rows = Array.from({ length: 4000 }, (_, i) => `${20 + (i % 50)},${i % 7},${i % 50 > 25 ? 'yes' : 'no'}`);
 * const { coefficients, ledger } = privateClassifier(['age,visits,ill', ...rows].join('\n'), {
 *   label: 'ill', positive: 'yes', ranges: { age: [18, 90], visits: [0, 10] }, epsilon: 1, delta: 1e-6,
 * });
 * console.log(coefficients['age'] > 0, ledger.spent <= 1); // true true
 * ```
 */
export function privateClassifier(csv: string, options: PrivateClassifierOptions): Outcome<PrivateClassifier> {
  checkText(csv, 'csv');
  checkObject(options, 'options');
  const { signal, onIteration, maxSeconds, trace, ...given } = options;
  const settings = resolveOptions(privateClassifierOptions, given as PrivateClassifierOptions);
  const { label, positive, ranges, stepSize } = settings;
  const columns = Object.entries(ranges as Readonly<Record<string, readonly [number, number]>>);
  const [header = [], ...rows] = csvCells(csv);
  const places = columns.map(([name]) => placeOf(header, name, 'ranges'));
  const labelPlace = placeOf(header, label as string, 'label');
  if (rows.length === 0) throw fault('holds no row', 'csv', 'shape');
  const width = columns.length + 1;
  const size = Math.sqrt(width);
  const values = new Float64Array(rows.length * width);
  const targets = new Float64Array(rows.length);
  rows.forEach((cells, i) => {
    columns.forEach(([, [least, most]], j) => {
      const text = (cells[places[j]] ?? '').trim();
      const value = text === '' ? Number.NaN : Number(text);
      const middle = least / 2 + most / 2;
      const inside = Number.isNaN(value) ? middle : Math.min(Math.max(value, least), most);
      values[i * width + j] = (inside - middle) / (most / 2 - least / 2) / size;
    });
    values[i * width + width - 1] = 1 / size;
    targets[i] = cells[labelPlace] === positive ? 1 : -1;
  });
  const loss = linearLoss({ rows: rows.length, cols: width, values }, targets, 'logistic', 1);
  const found = dpGd(loss, {
    epsilon: settings.epsilon,
    delta: settings.delta,
    adjacency: settings.adjacency,
    publicSize: settings.publicSize,
    steps: settings.steps,
    clipNorm: settings.clipNorm,
    stepSize: stepSize / loss.smoothness,
    output: 'last',
    ...(settings.accountant && { accountant: settings.accountant as Accountant }),
    ...(settings.seed !== undefined && { seed: settings.seed }),
    ...({ signal, onIteration, maxSeconds, trace } as RunOptions<Iterate<PrivateSolution>>),
  });
  const slopes = columns.map(([, [least, most]], j) => found.w[j] / (most / 2 - least / 2) / size);
  const intercept = columns.reduce(
    (sum, [, [least, most]], j) => sum - slopes[j] * (least / 2 + most / 2),
    found.w[width - 1] / size,
  );
  const coefficients = Object.fromEntries(columns.map(([name], j) => [name, slopes[j]]));
  return { ...found, coefficients, intercept } as Outcome<PrivateClassifier>;
}

function placeOf(header: readonly string[], name: string, argument: string): number {
  const place = header.indexOf(name);
  if (place >= 0 && header.lastIndexOf(name) === place) return place;
  const problem =
    place < 0 ? `'${name}' is not a column; the columns are ${header.join(', ')}` : `there are two columns '${name}'`;
  throw fault(problem, argument, 'unknown');
}

/**
 * The cells of every row (RFC 4180): a quoted cell may hold commas, line breaks and doubled quotes. An empty line is a row. A quote
 * that is not closed, or whose closing quote does not end the cell, is an ordinary character, so that no text is refused.
 */
function csvCells(text: string): string[][] {
  const body = text.replace(/^\uFEFF/, '').replace(/\r?\n$/, '');
  const rows: string[][] = [];
  // A quoted cell or any other, and what ends it: a comma, the end of the row or that of the file.
  const cell = /(?:"((?:[^"]|"")*)"(?=[,\r\n]|$)|([^,\r\n]*))(,|\r\n|\r|\n|$)/y;
  let row: string[] = [];
  for (let isOver = body === ''; !isOver; ) {
    const [, quoted, plain, end] = cell.exec(body) as RegExpExecArray;
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    isOver = end === '';
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

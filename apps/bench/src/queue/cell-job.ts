// Cells over the queue: what a worker is told, and how both sides know that they mean the same code.
import { checkChoice, checkInteger, checkNumber, checkObject, checkText, InvalidInputError } from '@infimum/core';
import type { TaskName } from '@infimum/distributed';
import type { Cell, CellResult } from '../cell/messages.ts';

/** What a worker is told. */
export interface CellJob {
  readonly cell: Cell;
  /** Largest resident set in megabytes; a worker may allow less. */
  readonly memory: number;
}

/** What a worker answers. */
export interface CellAnswer {
  readonly result: CellResult;
  /** What it was measured on. */
  readonly machine: string;
}

/** What a worker reports on the way. */
export interface CellProgress {
  readonly iteration: number;
  readonly metrics: Readonly<Record<string, number | null>>;
}

/** Name of the task. */
export const CELL_TASK = 'bench/cell';

/** The largest job: options and parameters are short. */
export const MOST_BYTES = 4_000_000;

/** Days; a longer time limit of a cell is taken for a wrong unit. */
const LONGEST_BUDGET = 7 * 86_400;

/** The task of cells, in the version of all code that takes part. */
export function cellTask(version: string): TaskName {
  return { id: CELL_TASK, version, check: checkCellJob };
}

/** @throws {InvalidInputError} naming the field at fault */
export function checkCellJob(input: unknown): asserts input is CellJob {
  checkObject(input, 'input');
  const { cell, memory } = input as Partial<CellJob>;
  checkInteger(memory, 'memory', { min: 1 });
  checkObject(cell, 'cell');
  const { problem, family, params, seed, solver, role, variant, options, budget, codeVersion } = cell as Partial<Cell>;
  for (const [name, text] of Object.entries({ problem, family, solver, variant, codeVersion })) {
    checkText(text, `cell.${name}`);
  }
  checkInteger(seed, 'cell.seed', { min: 0 });
  checkNumber(budget, 'cell.budget', { above: 0, max: LONGEST_BUDGET });
  checkChoice(role, 'cell.role', ['paper', 'baseline', 'peer']);
  checkObject(params, 'cell.params');
  checkObject(options, 'cell.options');
  const known = new Set(CELL_FIELDS);
  const stranger = Object.keys(cell).find((name) => !known.has(name));
  if (stranger !== undefined) {
    throw new InvalidInputError('is not a field of a cell', { argument: `cell.${stranger}`, code: 'unknown' });
  }
}

const CELL_FIELDS = ['problem', 'family', 'params', 'seed', 'solver', 'role', 'variant', 'options', 'budget', 'codeVersion'];

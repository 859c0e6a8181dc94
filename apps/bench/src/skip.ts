// What the full suite leaves out: a solver that ran out of time on an instance is not run on larger ones that differ in
// nothing but their size. That such cells got nowhere is recorded, told and counted, as if they had been run.
import type { AnyProblem } from '@infimum/core';
import type { Cell, CellEnd } from './cell/messages.ts';
import { OVERDUE } from './cell/messages.ts';
import { canonicalJson, isJsonObject } from './json.ts';

/** Parameters of families that say how large an instance is; all others have to be equal. */
const SIZES: ReadonlySet<string> = new Set([
  ...['n', 'm', 'd', 'q', 'rows', 'cols', 'size', 'side', 'scale', 'edges', 'states', 'inputs', 'arms'],
  ...['dimension', 'tokens', 'experts', 'blocks', 'dimX', 'dimY', 'tasks', 'testTasks', 'queries', 'train'],
  ...['height', 'horizon', 'episodes', 'rounds', 'steps', 'paths', 'offline', 'arrivals', 'points', 'labeled'],
  ...['terms', 'equations', 'halfspaces', 'images', 'count', 'layers', 'dim', 'depth', 'fan', 'nonzeros', 'classes'],
]);

type Sizes = Readonly<Record<string, number>>;

/** Remembers who ran out of time on what. */
export class Outgrown {
  readonly #problemOf: (id: string) => AnyProblem;
  readonly #spent = new Map<string, Sizes[]>();

  constructor(problemOf: (id: string) => AnyProblem) {
    this.#problemOf = problemOf;
  }

  /** Notes how a cell ended. */
  note(cell: Cell, end: Pick<CellEnd, 'status' | 'reason' | 'metrics'>): void {
    if (!isLate(end) || this.#reached(cell, end.metrics)) return;
    const { key, sizes } = split(cell);
    this.#spent.set(key, [...(this.#spent.get(key) ?? []), sizes]);
  }

  /** Why a cell need not be run; undefined if it has to. */
  reason(cell: Cell): string | undefined {
    const { key, sizes } = split(cell);
    const found = this.#spent.get(key)?.find((spent) => isLarger(sizes, spent));
    if (!found) return undefined;
    const named = Object.entries(found).filter(([name, size]) => sizes[name] !== size);
    const where = named.map(([name, size]) => `${name} = ${size}`).join(', ');
    return `ran out of time at ${where}, so larger instances were skipped; --budget runs every cell`;
  }

  /** Whether the solution is at the tightest target or beyond. */
  #reached({ problem }: Cell, values: CellEnd['metrics']): boolean {
    const { primaryMetric, metrics } = this.#problemOf(problem);
    const { direction, targets = [] } = metrics[primaryMetric];
    const value = values[primaryMetric];
    if (typeof value !== 'number' || targets.length === 0) return false;
    return direction === 'minimize' ? value <= Math.min(...targets) : value >= Math.max(...targets);
  }
}

/** At the end of its budget, or killed in a step that went on far beyond it. */
function isLate({ status, reason }: Pick<CellEnd, 'status' | 'reason'>): boolean {
  return status === 'time-limit' || (status === 'failed' && reason.includes(OVERDUE));
}

/** The smaller instances of a family first, so that they tell of the larger ones. */
export function smallestFirst(cells: readonly Cell[]): Cell[] {
  const volume = (cell: Cell) => Object.values(split(cell).sizes).reduce((sum, size) => sum + Math.log(size), 0);
  const families = Map.groupBy(cells, ({ problem, family }) => canonicalJson([problem, family]));
  return [...families.values()].flatMap((members) => members.toSorted((a, b) => volume(a) - volume(b)));
}

/** What has to be equal, and the sizes. */
function split({ problem, family, params, seed, solver, options }: Cell) {
  const entries = Object.entries(isJsonObject(params) ? params : {});
  const isSize = (entry: [string, unknown]): entry is [string, number] =>
    SIZES.has(entry[0]) && Number.isSafeInteger(entry[1]) && Number(entry[1]) > 0;
  const rest = Object.fromEntries(entries.filter((entry) => !isSize(entry)));
  return {
    key: canonicalJson([problem, family, rest, seed, solver, options]),
    sizes: Object.fromEntries(entries.filter(isSize)),
  };
}

function isLarger(sizes: Sizes, spent: Sizes): boolean {
  const names = Object.keys(sizes);
  return (
    names.length === Object.keys(spent).length &&
    names.every((name) => sizes[name] >= spent[name]) &&
    names.some((name) => sizes[name] > spent[name])
  );
}

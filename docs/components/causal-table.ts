// From a text of comma-separated values to arrows, for a visitor's own table.
import { Random } from '@infimum/core';
import type { LearnedEdge } from '@infimum/graphs';
import { learnDag, readTable, toDot } from '@infimum/graphs';

/** What was found. */
interface LearnedTable {
  readonly found: readonly LearnedEdge[];
  readonly rows: number;
  readonly milliseconds: number;
  /** In Graphviz's language. */
  readonly graph: string;
}

/** Columns up to which a page can wait. */
const MOST_COLUMNS = 20;

/**
 * Learns from a table; rows with missing cells are skipped.
 *
 * @param forbidden - pairs `cause > effect`, separated by commas
 */
export function learnFromCsv(csv: string, forbidden: string, bootstraps: number): LearnedTable {
  const table = readTable(csv, { missing: 'drop' });
  if (table.names.length > MOST_COLUMNS)
    throw new Error(`${table.names.length} columns are too many: this page takes at most ${MOST_COLUMNS}.`);
  const start = performance.now();
  const { edges, weights } = learnDag(table, { bootstraps, forbidden: pairsOf(forbidden) });
  const milliseconds = performance.now() - start;
  return { found: edges, rows: table.data.rows, milliseconds, graph: toDot(weights, table.names) };
}

function pairsOf(text: string): [string, string][] {
  return text
    .split(',')
    .map((pair) => pair.split(/>|→/).map((name) => name.trim()))
    .filter((names) => names.some((name) => name !== ''))
    .map((names) => {
      if (names.length !== 2 || names.includes(''))
        throw new Error(`'${names.join(' > ')}' is not of the form cause > effect.`);
      return [names[0], names[1]];
    });
}

/** Rain and a sprinkler make the grass wet, and wet grass is slippery. */
export function sprinklerTable(): string {
  const random = new Random(1);
  const lines = ['rain,sprinkler,wet,slippery'];
  for (let row = 0; row < 300; row++) {
    const [rain, sprinkler] = [random.normal(), random.normal()];
    const wet = rain + sprinkler + 0.5 * random.normal();
    const slippery = 2 * wet + random.normal();
    lines.push([rain, sprinkler, wet, slippery].map((value) => value.toFixed(3)).join());
  }
  return lines.join('\n');
}

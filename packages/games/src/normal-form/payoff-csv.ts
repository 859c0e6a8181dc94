// Tables of payoffs as spreadsheets write them.
import { checkChoice, fault, InvalidInputError } from '@infimum/core';
import type { NormalFormGame } from './normal-form-game.ts';
import { bimatrix } from './normal-form-game.ts';

/** The layout of two players' payoffs in a text. */
export type PayoffLayout = 'zero-sum' | 'tables' | 'pairs';

/**
 * Reads the payoffs of two players from comma-, semicolon- or tab-separated lines. Numbers may be fractions and are kept exactly.
 *
 * @param text - the lines
 * @param layout - `zero-sum`: one table, of the first player; `tables`: the first player's, an empty line, the second one's;
 *   `pairs`: one table whose cells hold both payoffs, with a bar between them: `3|2`
 * @throws {InvalidInputError} naming `text`, with the line, for ragged tables, cells that are not numbers, and missing tables
 *
 * @example
 * ```ts
 * import { extremeEquilibria, readPayoffs } from '@infimum/games';
 *
 * const game = readPayoffs('2|1, 0|0\n0|0, 1|2', 'pairs');
 * console.log(extremeEquilibria(game).equilibria.length); // 3
 * ```
 */
export function readPayoffs(text: string, layout: PayoffLayout): NormalFormGame {
  if (typeof text !== 'string') throw fault('expected a text', 'text', 'type');
  checkChoice(layout, 'layout', ['zero-sum', 'tables', 'pairs']);
  const separator = text.includes('\t') ? '\t' : text.includes(';') ? ';' : ',';
  const tables: string[][][] = [[]];
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const current = tables[tables.length - 1];
    // Spreadsheets write empty lines as separators alone.
    if (line.split(separator).every((cell) => cell.trim() === '')) {
      if (current.length > 0) tables.push([]);
      continue;
    }
    const cells = line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    if (current.length > 0 && cells.length !== current[0].length) {
      throw lineFault(index, `has ${cells.length} cells, not ${current[0].length}`);
    }
    current.push(cells);
  }
  if (tables[tables.length - 1].length === 0) tables.pop();
  const expected = layout === 'tables' ? 2 : 1;
  if (tables.length !== expected) throw fault(`expected ${expected} tables, got ${tables.length}`, 'text', 'shape');
  if (layout !== 'pairs') return named(tables[0], tables[1]);
  const halves = tables[0].map((row, index) =>
    row.map((cell) => {
      const parts = cell.split('|');
      if (parts.length !== 2) throw lineFault(index, `holds '${cell}', not two payoffs with a bar between them`);
      return parts;
    }),
  );
  return named(
    halves.map((row) => row.map(([mine]) => mine)),
    halves.map((row) => row.map(([, other]) => other)),
  );
}

/** `bimatrix`, with errors that refer to the text. */
function named(first: string[][], second: string[][] | undefined): NormalFormGame {
  try {
    return bimatrix(first, second);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw fault(error.message, 'text', error.code);
  }
}

function lineFault(index: number, problem: string): InvalidInputError {
  return fault(`line ${index + 1} ${problem}`, 'text', 'shape', index);
}

// Alignments whose gaps cost more to open than to extend, as those of reads do.
//
// O. Gotoh: An improved algorithm for matching biological sequences (1982).
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { InvalidInputError, resolveOptions } from '@infimum/core';
import { unit } from '../solver-options.ts';
import type { Sequence } from '../symbols.ts';
import { toSymbols } from '../symbols.ts';
import { checkKinds } from './check-kinds.ts';

const score = { type: 'integer', min: 0, max: 1_000_000 } as const;

const alignAffineOptions = {
  match: { ...score, default: 2, description: 'What a match adds' },
  mismatch: { ...score, default: 4, description: 'What a substitution takes off' },
  gapOpen: { ...score, default: 4, description: 'What a gap takes off, however long' },
  gapExtend: { ...score, default: 2, description: 'What every symbol of a gap takes off besides' },
  scope: {
    type: 'choice',
    choices: ['global', 'fit', 'local'],
    default: 'global',
    description: 'All of both sequences; all of the pattern in a part of the text; the best parts of both',
  },
  unit,
} as const satisfies OptionSpecs;

/** Options of `alignAffine`. */
export type AlignAffineOptions = OptionsOf<typeof alignAffineOptions>;

/** An alignment with affine gaps. */
export interface AffineAlignment {
  /** The largest score. */
  readonly score: number;
  /** Where the part of the text begins. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
  /** Where the part of the pattern begins; 0 but for `local`. */
  readonly patternStart: number;
  /** Where it ends. */
  readonly patternEnd: number;
  /** In runs, as `alignWithDifferences` writes them. */
  readonly cigar: string;
}

/** Cells of a table: a byte each. */
const MOST_CELLS = 2 ** 30;
/** Below every score, and far from overflow. */
const LOWEST = -(2 ** 30);

/** Where a cell's three values come from: bits of a byte. */
const DIAGONAL = 1;
const FROM_DELETION = 2;
const FROM_INSERTION = 3;
const EXTENDS_DELETION = 4;
const EXTENDS_INSERTION = 8;

/**
 * The alignment with the largest score: matches add, substitutions take off, and a gap of l symbols takes off
 * `gapOpen` + l `gapExtend`. Time and memory O(n m), a byte a cell.
 *
 * @param text - a string or an array of integers, n symbols
 * @param pattern - the same kind, m symbols
 * @param options - scores, and whether parts may be left out
 * @throws {InvalidInputError} `type` unless both are of one kind, `too-large` for tables of more than 2^30 cells
 *
 * Source: O. Gotoh (1982); T. Smith, M. Waterman, Identification of common molecular subsequences (1981), for `local`.
 *
 * @example
 * ```ts
 * import { alignAffine } from '@infimum/strings';
 *
 * const { score, cigar } = alignAffine('GATTACA', 'GACA', { scope: 'global' });
 * console.log(score, cigar); // -2 1=3D3=
 * console.log(alignAffine('CCGATTACACC', 'GATTACA', { scope: 'fit' }).start); // 2
 * ```
 */
export function alignAffine(text: Sequence, pattern: Sequence, options: AlignAffineOptions = {}): AffineAlignment {
  const { match, mismatch, gapOpen, gapExtend, scope, unit } = resolveOptions(alignAffineOptions, options);
  checkKinds(text, pattern, 'pattern', 'text');
  const [t, p] = [toSymbols(text, 'text', unit), toSymbols(pattern, 'pattern', unit)];
  const [n, m] = [t.length, p.length];
  const width = n + 1;
  if (width * (m + 1) > MOST_CELLS) {
    throw new InvalidInputError(`a table of ${n} times ${m} cells does not fit`, { argument: 'text', code: 'too-large' });
  }
  const isLocal = scope === 'local';
  const came = new Uint8Array(width * (m + 1));
  /** Of the row above: the best values, and the best that end in an insertion (a symbol of the pattern alone). */
  const best = new Int32Array(width);
  const inserted = new Int32Array(width).fill(LOWEST);
  for (let j = 1; j <= n; j++) {
    if (scope !== 'global') continue;
    best[j] = -gapOpen - j * gapExtend;
    came[j] = FROM_DELETION | (j > 1 ? EXTENDS_DELETION : 0);
  }
  let [top, topI, topJ] = [isLocal ? 0 : LOWEST, 0, 0];
  for (let i = 1; i <= m; i++) {
    let diagonal = best[0];
    best[0] = isLocal ? 0 : -gapOpen - i * gapExtend;
    inserted[0] = best[0];
    came[i * width] = isLocal ? 0 : FROM_INSERTION | (i > 1 ? EXTENDS_INSERTION : 0);
    let deleted = LOWEST;
    for (let j = 1; j <= n; j++) {
      const opened = best[j] - gapOpen - gapExtend;
      const longer = inserted[j] - gapExtend;
      inserted[j] = Math.max(opened, longer);
      const fresh = best[j - 1] - gapOpen - gapExtend;
      const further = deleted - gapExtend;
      deleted = Math.max(fresh, further);
      let value = diagonal + (t[j - 1] === p[i - 1] ? match : -mismatch);
      let from = DIAGONAL;
      if (deleted > value) [value, from] = [deleted, FROM_DELETION];
      if (inserted[j] > value) [value, from] = [inserted[j], FROM_INSERTION];
      if (isLocal && value <= 0) [value, from] = [0, 0];
      if (longer > opened) from |= EXTENDS_INSERTION;
      if (further > fresh) from |= EXTENDS_DELETION;
      diagonal = best[j];
      best[j] = value;
      came[i * width + j] = from;
      if (isLocal && value > top) [top, topI, topJ] = [value, i, j];
    }
  }
  if (!isLocal) {
    topI = m;
    topJ = n;
    if (scope === 'fit') for (let j = 0; j <= n; j++) if (j === 0 || best[j] > best[topJ]) topJ = j;
    top = best[topJ];
  }
  return traced(came, width, scope, { score: top, i: topI, j: topJ }, (i, j) => p[i - 1] === t[j - 1]);
}

/** Goes back from the end of the best alignment. */
function traced(
  came: Uint8Array,
  width: number,
  scope: 'global' | 'fit' | 'local',
  { score, i: lastI, j: lastJ }: { score: number; i: number; j: number },
  isMatch: (i: number, j: number) => boolean,
): AffineAlignment {
  const runs: [count: number, kind: string][] = [];
  const add = (kind: string) => {
    const last = runs.at(-1);
    if (last?.[1] === kind) last[0]++;
    else runs.push([1, kind]);
  };
  let [i, j] = [lastI, lastJ];
  let within = 0;
  while (scope === 'fit' ? i > 0 : i > 0 || j > 0) {
    const cell = came[i * width + j];
    const from = within || cell & 3;
    if (from === 0) break;
    if (from === DIAGONAL) {
      add(isMatch(i, j) ? '=' : 'X');
      i--;
      j--;
    } else if (from === FROM_DELETION) {
      add('D');
      within = cell & EXTENDS_DELETION ? FROM_DELETION : 0;
      j--;
    } else {
      add('I');
      within = cell & EXTENDS_INSERTION ? FROM_INSERTION : 0;
      i--;
    }
  }
  const cigar = runs
    .reverse()
    .map(([count, kind]) => `${count}${kind}`)
    .join('');
  return { score, start: j, end: lastJ, patternStart: i, patternEnd: lastI, cigar };
}

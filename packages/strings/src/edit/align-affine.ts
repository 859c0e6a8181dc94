// Alignments with affine gaps, which cost more to open than to extend, as for sequencing reads.
//
// O. Gotoh: An improved algorithm for matching biological sequences (1982).
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { fault, resolveOptions } from '@infimum/core';
import { bytes, layout, scratch } from '@infimum/linalg/kernels';
import { unit } from '../solver-options.ts';
import type { Sequence } from '../symbols.ts';
import { checkKinds, numberPair, toSymbols } from '../symbols.ts';
import { CigarRuns } from './cigar-runs.ts';
import { CAME, editKernels } from './edit-kernels.ts';

const score = { type: 'integer', min: 0, max: 1_000_000 } as const;

const alignAffineOptions = {
  match: { ...score, default: 2, description: 'Score of a match' },
  mismatch: { ...score, default: 4, description: 'Penalty of a substitution' },
  gapOpen: { ...score, default: 4, description: 'Penalty of a gap of any length' },
  gapExtend: { ...score, default: 2, description: 'Additional penalty per gap symbol' },
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
  /** The start of the aligned part of the text. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
  /** The start of the aligned part of the pattern; 0 except for `local`. */
  readonly patternStart: number;
  /** Where it ends. */
  readonly patternEnd: number;
  /** In runs, as `alignWithDifferences` writes them. */
  readonly cigar: string;
}

/** Cells of a table: a byte each. */
const MOST_CELLS = 2 ** 30;
/**
 * The alignment with the largest score: matches add, substitutions subtract, and a gap of l symbols subtracts
 * `gapOpen` + l `gapExtend`. Time O(n m / 8) with scores of 16 bits, which hold those of short reads, else O(n m / 4); memory a byte
 * for each of (n + m) m cells.
 *
 * @param text - a string or an array of integers, n symbols
 * @param pattern - the same kind, m symbols
 * @throws {InvalidInputError} `type` unless both are of one kind, `too-large` for tables of more than 2^30 cells, and for
 *   scores beyond 2^29
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
  if ((n + 1) * (m + 1) > MOST_CELLS) throw fault(`a table of ${n} times ${m} cells does not fit`, 'text', 'too-large');
  // No score is larger, and no initial gap costs more.
  const most = Math.max(match * Math.min(n, m), mismatch + 3 * gapOpen + (n + m + 2) * gapExtend, n + m);
  if (most >= 2 ** 29) throw fault('scores of such long sequences overflow', 'text', 'too-large');
  const wide = most >= 2 ** 15 - 64 ? 1 : 0;
  const stride = 16 * Math.ceil((m + 17) / 16);
  const bytesOf = (length: number) => bytes((wide ? 4 : 2) * (length + 16));
  const { pattern: numbers, numberText } = numberPair({ text: t, pattern: p });
  using memory = layout({
    text: bytesOf(n),
    pattern: bytesOf(m),
    room: bytesOf(6 * stride),
    best: bytesOf(stride),
    bestAt: bytesOf(stride),
    came: scratch(Math.ceil(((n + m + 1) * stride) / 8)),
  });
  const { workspace } = memory;
  const scores = (array: Uint8Array): Int16Array | Int32Array =>
    new (wide ? Int32Array : Int16Array)(array.buffer as ArrayBuffer, array.byteOffset, array.length / (wide ? 4 : 2));
  const [best, bestAt] = [scores(memory.best), scores(memory.bestAt)];
  scores(memory.pattern).set(numbers);
  scores(memory.text).set(numberText(0, n, new Int32Array(n)).reverse());
  if (scope === 'fit') [best[m], bestAt[m]] = [m > 0 ? -gapOpen - m * gapExtend : 0, m];
  const kind = { global: 0, fit: 1, local: 2 }[scope];
  const places = [memory.text, memory.pattern, memory.room].map(({ byteOffset }) => byteOffset) as [number, number, number];
  const ends = [memory.best.byteOffset, memory.bestAt.byteOffset, memory.came.byteOffset] as const;
  workspace.kernels(editKernels).affine(wide, kind, n, m, match, mismatch, gapOpen, gapExtend, ...places, stride, ...ends);
  let [score, i, j] = [best[0], m, n];
  if (scope === 'fit') [score, j] = [best[m], bestAt[m] - m];
  if (scope === 'local') {
    [score, i, j] = [0, 0, 0];
    for (let row = 1; row <= m; row++) if (best[row] > score) [score, i, j] = [best[row], row, bestAt[row] - row];
  }
  const came = new Uint8Array(memory.came.buffer, memory.came.byteOffset);
  return traced(
    (i, j) => came[stride * (i + j) + i],
    scope,
    { score, i, j },
    (i, j) => p[i - 1] === t[j - 1],
  );
}

/** Goes back from the end of the best alignment. */
function traced(
  cameAt: (i: number, j: number) => number,
  scope: 'global' | 'fit' | 'local',
  { score, i: lastI, j: lastJ }: { score: number; i: number; j: number },
  isMatch: (i: number, j: number) => boolean,
): AffineAlignment {
  const runs = new CigarRuns();
  let [i, j] = [lastI, lastJ];
  let within = 0;
  while (scope === 'local' ? i > 0 && j > 0 : i > 0 || (scope === 'global' && j > 0)) {
    const cell = i === 0 ? CAME.deletion : j === 0 ? CAME.insertion : cameAt(i, j);
    const from = within || cell & 3;
    if (from === 0) break;
    if (from === CAME.deletion) {
      runs.add('D');
      within = cell & CAME.extendsDeletion ? from : 0;
    } else if (from === CAME.insertion) {
      runs.add('I');
      within = cell & CAME.extendsInsertion ? from : 0;
    } else runs.add(isMatch(i, j) ? '=' : 'X');
    if (from !== CAME.deletion) i--;
    if (from !== CAME.insertion) j--;
  }
  return { score, start: j, end: lastJ, patternStart: i, patternEnd: lastI, cigar: runs.backwards() };
}

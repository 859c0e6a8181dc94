// Matches of unequal symbols: wildcards, symbols that represent several (such as IUPAC's codes of bases), letters in both cases; and the
// reading of text and pattern with them.
//
// Nomenclature Committee of the IUB: Nomenclature for incompletely specified bases in nucleic acid sequences (1985).
import type { OptionSpecs, ResolvedOptions } from '@infimum/core';
import { checkInteger, fault } from '@infimum/core';
import { unit, wildcard } from './solver-options.ts';
import type { Sequence, StringUnit, SymbolArray, SymbolPair } from './symbols.ts';
import { checkPair, toSymbols } from './symbols.ts';

/**
 * Symbols that represent several: IUPAC's codes of bases in capitals (R for A and G, N for all four, U for T), an object of letters and the
 * letters that each represents, or a map of integers.
 */
export type SymbolClasses = 'iupac' | Readonly<Record<string, string>> | ReadonlyMap<number, readonly number[]>;

/** Options that say how sequences are read and which symbols match. */
export const matchingOptions = {
  unit,
  wildcard,
  ignoreCase: {
    type: 'boolean',
    default: false,
    description: 'Whether to ignore case: for strings all letters, for arrays ASCII letters',
  },
  classes: {
    type: 'value',
    check: checkClasses,
    description:
      'Symbols that stand for several others, in text and pattern; symbols match if they share one: iupac, an object of letters, or a map of integers',
  },
} as const satisfies OptionSpecs;

/** How sequences are read and which symbols match. */
export type ResolvedMatching = Pick<ResolvedOptions<typeof matchingOptions>, 'unit' | 'wildcard' | 'ignoreCase' | 'classes'> & {
  /** Whether strands of nucleic acids are compared, in which U and T are one base. */
  readonly strands?: 'forward' | 'both';
};

/** Matches of unequal symbols. */
export interface Matching {
  /** A symbol that matches every symbol. */
  readonly wildcard: number | undefined;
  /** Symbols that represent others, with these; two symbols match if their sets intersect. */
  readonly sets: ReadonlyMap<number, readonly number[]>;
}

const IUPAC: Readonly<Record<string, string>> = {
  A: 'A',
  C: 'C',
  G: 'G',
  T: 'T',
  U: 'T',
  R: 'AG',
  Y: 'CT',
  S: 'CG',
  W: 'AT',
  K: 'GT',
  M: 'AC',
  B: 'CGT',
  D: 'AGT',
  H: 'ACT',
  V: 'ACG',
  N: 'ACGT',
};

function checkClasses(value: unknown, argument: string): asserts value is SymbolClasses {
  if (value === 'iupac') return;
  if (typeof value !== 'object' || value === null) {
    throw fault("expected 'iupac', an object of letters or a map of integers", argument, 'type');
  }
  const entries = value instanceof Map ? value : Object.entries(value);
  for (const [symbol, members] of entries) {
    const good =
      value instanceof Map
        ? isInteger(symbol) && Array.isArray(members) && members.every(isInteger)
        : typeof members === 'string';
    if (good) continue;
    const wanted = value instanceof Map ? 'integers with lists of integers' : 'a string of letters for each letter';
    throw fault(`expected ${wanted}, got something else for ${String(symbol)}`, argument, 'type');
  }
}

function isInteger(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 32;
}

/**
 * Checks a pair and reads it, in one case where case does not matter.
 *
 * @throws {InvalidInputError} as `checkPair`, and for bad wildcards and classes
 */
export function readMatchingPair(
  text: Sequence,
  pattern: Sequence,
  options: ResolvedMatching,
): { readonly pair: SymbolPair; readonly matching: Matching | undefined } {
  const pair = checkPair(text, pattern, options.unit);
  const fold = foldOf(typeof text === 'string', options);
  return {
    pair: { text: foldAll(pair.text, fold), pattern: foldAll(pair.pattern, fold) },
    matching: matchingOf(typeof text === 'string', options),
  };
}

/**
 * The wildcard's symbol, undefined if there is none.
 *
 * @throws {InvalidInputError} `type`, `not-integer`, or `out-of-range` for a string of more than one symbol
 */
export function wildcardSymbol({
  wildcard,
  unit,
}: {
  readonly unit: StringUnit;
  readonly wildcard: number | string | undefined;
}): number | undefined {
  if (wildcard === undefined) return undefined;
  if (typeof wildcard !== 'string') {
    checkInteger(wildcard, 'wildcard', { min: -(2 ** 31), max: 2 ** 32 - 1 });
    return wildcard;
  }
  const symbols = toSymbols(wildcard satisfies Sequence, 'wildcard', unit);
  checkInteger(symbols.length, 'wildcard.length', { min: 1, max: 1 });
  return symbols[0];
}

/** Whether a wildcard occurs in text or pattern, so that it matters. */
export function hasWildcards({ text, pattern }: SymbolPair, wildcard: number): boolean {
  // As stored: a value that an array cannot hold is never found.
  return text.indexOf(wildcard) >= 0 || pattern.indexOf(wildcard) >= 0;
}

/**
 * Matches of unequal symbols; undefined if there are none.
 *
 * @param strings - whether the sequences are strings
 */
export function matchingOf(strings: boolean, options: ResolvedMatching): Matching | undefined {
  const { classes, unit } = options;
  const wild = wildcardSymbol(options);
  if (wild === undefined && classes === undefined) return undefined;
  const fold = foldOf(strings, options) ?? ((symbol: number) => symbol);
  const sets = new Map<number, readonly number[]>();
  if (classes instanceof Map) {
    for (const [symbol, members] of classes) sets.set(fold(symbol), members.map(fold));
  } else {
    for (const [letter, members] of Object.entries(classes === 'iupac' ? IUPAC : (classes ?? {}))) {
      const [symbol, ...more] = toSymbols(letter, 'classes', unit);
      if (symbol === undefined || more.length > 0) throw fault(`“${letter}” is not one symbol`, 'classes', 'out-of-range');
      sets.set(fold(symbol), Array.from(toSymbols(members, 'classes', unit), fold));
    }
  }
  return { wildcard: wild === undefined ? undefined : fold(wild), sets };
}

/** The map by which symbols are read. */
export type Fold = ((symbol: number) => number) & {
  /** The only symbols that it changes, if they are few. */
  readonly changed?: readonly number[];
};

/** U and T, which are one base. */
const baseFold: Fold = /* @__PURE__ */ Object.assign(
  (symbol: number) => (symbol === 85 || symbol === 117 ? symbol - 1 : symbol),
  { changed: [85, 117] },
);

/** Symbols in one case, and U as T where both strands are searched; undefined where nothing is changed. */
export function foldOf(
  strings: boolean,
  { ignoreCase, unit, strands }: Pick<ResolvedMatching, 'ignoreCase' | 'unit' | 'strands'>,
): Fold | undefined {
  const bases = strands === 'both' ? baseFold : undefined;
  if (!ignoreCase) return bases;
  const small = strings
    ? (symbol: number) => lowerCase(symbol, unit)
    : (symbol: number) => (symbol > 64 && symbol < 91 ? symbol + 32 : symbol);
  return bases ? (symbol) => bases(small(symbol)) : small;
}

/** The small letter of a symbol, itself where that is more or less than one symbol. */
function lowerCase(symbol: number, unit: StringUnit): number {
  if (symbol < 128) return symbol > 64 && symbol < 91 ? symbol + 32 : symbol;
  if (unit === 'code-unit' && symbol >= 0xd800 && symbol < 0xe000) return symbol;
  if (!(symbol <= 0x10ffff)) return symbol;
  const [small, ...more] = Array.from(String.fromCodePoint(symbol).toLowerCase());
  return more.length > 0 ? symbol : (small.codePointAt(0) as number);
}

/** Whether a table of all values that an array can hold costs less than looking up its symbols one by one. */
export function isWorthTable({ BYTES_PER_ELEMENT, length }: SymbolArray): boolean {
  return BYTES_PER_ELEMENT === 1 || (BYTES_PER_ELEMENT === 2 && length >= 2 ** 12);
}

/** All symbols through a function that is called once for each different one; the same array without one. */
export function foldAll(symbols: SymbolArray, fold: Fold | undefined): SymbolArray {
  if (!fold || fold.changed?.every((symbol) => symbols.indexOf(symbol) < 0)) return symbols;
  const folded = symbols.slice();
  if (!isWorthTable(symbols)) {
    const known = new Map<number, number>();
    for (let i = 0; i < folded.length; i++) {
      const symbol = symbols[i];
      let small = known.get(symbol);
      if (small === undefined) {
        small = fold(symbol);
        known.set(symbol, small);
      }
      folded[i] = small;
    }
    return folded;
  }
  const values = 2 ** (8 * symbols.BYTES_PER_ELEMENT);
  const table = new Int32Array(values).fill(-(2 ** 30));
  for (let i = 0; i < folded.length; i++) {
    const place = symbols[i] & (values - 1);
    if (table[place] === -(2 ** 30)) table[place] = fold(symbols[i]);
    folded[i] = table[place];
  }
  return folded;
}

/** Whether a symbol matches others than itself, or not even itself. */
export function isSpecial(symbol: number, { wildcard, sets }: Matching): boolean {
  if (symbol === wildcard) return true;
  const members = sets.get(symbol);
  return members !== undefined && !(members.length === 1 && members[0] === symbol);
}

/** Where symbols are special: a test that is fast for whole arrays. */
export function specialTest(matching: Matching | undefined): ((symbols: SymbolArray) => boolean) | undefined {
  if (!matching) return undefined;
  const special = [...matching.sets.keys(), ...(matching.wildcard === undefined ? [] : [matching.wildcard])].filter((symbol) =>
    isSpecial(symbol, matching),
  );
  // As stored: a value that the array cannot hold is never found.
  return (symbols) => special.some((symbol) => symbols.indexOf(symbol) >= 0);
}

/** Whether a pair has symbols that match others: otherwise matching is equality. */
export function concerns(pair: SymbolPair, matching: Matching | undefined): matching is Matching {
  const test = specialTest(matching);
  return test !== undefined && (test(pair.text) || test(pair.pattern));
}

/** Whether only wildcards matter to a pair. */
export function onlyWild(pair: SymbolPair, { wildcard, sets }: Matching): boolean {
  return !concerns(pair, { wildcard: undefined, sets: new Map([...sets].filter(([symbol]) => symbol !== wildcard)) });
}

/** Whether two symbols match. */
export function matches(text: number, pattern: number, { wildcard, sets }: Matching): boolean {
  if (wildcard !== undefined && (text === wildcard || pattern === wildcard)) return true;
  const [left, right] = [sets.get(text), sets.get(pattern)];
  if (left) return right ? left.some((member) => right.includes(member)) : left.includes(pattern);
  return right ? right.includes(text) : text === pattern;
}

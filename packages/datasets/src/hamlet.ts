// A play, for language models.
import { text } from './fixtures/hamlet.ts';
import { hamlet } from './metadata.ts';
import type { Provenance } from './types.ts';

export type { Provenance } from './types.ts';

/** A text, character by character. */
export interface CharacterText extends Provenance {
  /** The text: ASCII, lines ending in `\n`. */
  readonly text: string;
  /** The characters that occur, in the order of their codes. */
  readonly alphabet: string;
  /** For every character of the text its place in the alphabet. */
  readonly characters: Uint8Array;
}

/**
 * Loads Shakespeare's Hamlet with its stage directions: 173 942 characters, 65 different ones. A new array with every call.
 *
 * @example
 * ```ts
 * import { loadHamlet } from '@infimum/datasets/hamlet';
 *
 * const { text, alphabet, characters } = loadHamlet();
 * console.log(text.slice(0, 25), alphabet.length); // HAMLET, PRINCE OF DENMARK 65
 * console.log(alphabet[characters[0]]); // H
 * ```
 */
export function loadHamlet(): CharacterText {
  const { license, source } = hamlet;
  const alphabet = [...new Set(text)].sort().join('');
  const characters = Uint8Array.from(text, (character) => alphabet.indexOf(character));
  return { text, alphabet, characters, license, source };
}

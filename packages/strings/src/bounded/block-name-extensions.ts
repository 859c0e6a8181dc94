// Longest common extensions of a text and a pattern, exact and without hashing: equal blocks of 2^l symbols have equal names.
//
// R. Karp, R. Miller, A. Rosenberg: Rapid identification of repeated patterns in strings, trees and arrays (1972).
import type { CommonExtensions } from './common-extensions.ts';

/** Finds how far text and pattern agree from two positions on, in O(log m); O((n + m) log m) to prepare. */
export class BlockNameExtensions implements CommonExtensions {
  readonly #textNames: readonly Int32Array[];
  readonly #patternNames: readonly Int32Array[];

  /** @param text - numbered symbols, negative where the pattern has no such symbol */
  constructor(text: Int32Array, pattern: Int32Array) {
    const textNames = [text];
    const patternNames = [pattern];
    for (let half = 1; 2 * half <= pattern.length; half *= 2) {
      const level = textNames.length - 1;
      const names = nameBlocks(patternNames[level], half);
      patternNames.push(names.pattern);
      textNames.push(names.lookUp(textNames[level]));
    }
    this.#textNames = textNames;
    this.#patternNames = patternNames;
  }

  /** The largest l with text[i … i+l) = pattern[j … j+l). */
  at(i: number, j: number): number {
    let length = 0;
    for (let level = this.#textNames.length - 1; level >= 0; level--) {
      const text = this.#textNames[level];
      const pattern = this.#patternNames[level];
      if (j + length >= pattern.length || i + length >= text.length) continue;
      if (text[i + length] === pattern[j + length]) length += 2 ** level;
    }
    return length;
  }
}

/** Names of the pattern's blocks of 2·half symbols, from those of half as many, and of the text's: -1 if unknown. */
function nameBlocks(pattern: Int32Array, half: number) {
  const names = new Map<number, number>();
  const radix = pattern.length + 1;
  const blocks = new Int32Array(pattern.length - half);
  for (let j = 0; j < blocks.length; j++) {
    const key = pattern[j] * radix + pattern[j + half];
    const name = names.get(key) ?? names.size;
    names.set(key, name);
    blocks[j] = name;
  }
  const lookUp = (text: Int32Array): Int32Array => {
    const found = new Int32Array(Math.max(0, text.length - half)).fill(-1);
    for (let i = 0; i < found.length; i++) {
      if (text[i] >= 0 && text[i + half] >= 0) found[i] = names.get(text[i] * radix + text[i + half]) ?? -1;
    }
    return found;
  };
  return { pattern: blocks, lookUp };
}

// `@infimum/strings/us-constitution`: a natural text, small enough for tests and demos.
import { text } from './fixtures/us-constitution.ts';

/**
 * The constitution of the United States with its amendments, 45 345 characters of ASCII. Source and licence:
 * `data-licenses/us-constitution.md`.
 *
 * @example
 * ```ts
 * import { loadUsConstitution } from '@infimum/strings/us-constitution';
 *
 * const text = loadUsConstitution();
 * console.log(text.length, text.slice(62, 75)); // 45345 We the People
 * ```
 */
export function loadUsConstitution(): string {
  return text;
}

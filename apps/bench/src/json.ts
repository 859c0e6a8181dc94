// JSON from users and for identities.
import { UsageError } from './usage-error.ts';

/** A JSON object. */
export type JsonObject = { readonly [key: string]: unknown };

/**
 * Parses JSON that a user wrote.
 *
 * @param source - where it comes from, the beginning of the message
 * @throws {UsageError} with line and column
 */
export function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const offset = syntaxErrorOffset(text);
    const before = text.slice(0, offset).split('\n');
    const place = `line ${before.length}, column ${(before.at(-1) as string).length + 1}`;
    const found = offset < text.length ? `unexpected ${JSON.stringify(text[offset])}` : 'unexpected end';
    throw new UsageError(`${source} is not JSON: ${found} at ${place}`, { cause: error });
  }
}

/** Whether `value` is a JSON object, not a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON with sorted keys: equal values give equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    isJsonObject(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );
}

/**
 * The first character that makes `text` wrong however it went on.
 *
 * The parser's own message gives a position only sometimes. A prefix is either incomplete or wrong, and a wrong one
 * stays wrong when it grows, so bisection finds the place.
 */
function syntaxErrorOffset(text: string): number {
  if (!isWrong(text)) return text.length;
  let good = 0;
  let wrong = text.length;
  while (wrong - good > 1) {
    const middle = (good + wrong) >> 1;
    if (isWrong(text.slice(0, middle))) wrong = middle;
    else good = middle;
  }
  return good;
}

/** Whether no continuation makes a prefix valid JSON. */
function isWrong(prefix: string): boolean {
  try {
    JSON.parse(prefix);
    return false;
  } catch (error) {
    const { message } = error as Error;
    const position = /at position (\d+)/.exec(message)?.[1];
    if (position !== undefined) return Number(position) < prefix.length && !/^Unterminated/.test(message);
    return !/^Unexpected end/.test(message);
  }
}

// JSON from users and for identities.
import { UsageError } from './usage-error.ts';

/** A JSON object. */
export type JsonObject = { readonly [key: string]: unknown };

/** Levels of lists and objects within each other; nothing that we read has ten. */
const DEEPEST = 200;

/**
 * Parses JSON that a user wrote, in time linear in its length, right or wrong.
 *
 * @param source - where it comes from, the beginning of the message
 * @throws {UsageError} with line and column
 */
export function parseJson(text: string, source: string): unknown {
  if (depthOf(text) > DEEPEST) {
    throw new UsageError(`${source} nests lists and objects more than ${DEEPEST} deep`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const offset = faultIn(text);
    const line = text.lastIndexOf('\n', offset - 1) + 1;
    const place = `line ${lineNumber(text, offset)}, column ${offset - (offset > 0 ? line : 0) + 1}`;
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

/** The largest number of brackets that are open at a time; what is no JSON has some number too. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (character === QUOTE) {
      i = stringEnd(text, i).end - 1;
    } else if (character === 0x5b || character === 0x7b) {
      deepest = Math.max(deepest, ++depth);
    } else if (character === 0x5d || character === 0x7d) {
      depth--;
    }
  }
  return deepest;
}

const QUOTE = 0x22;

function lineNumber(text: string, offset: number): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

/**
 * The first character that makes `text` wrong however it went on; its length if it only ends too early.
 *
 * The parser's own message gives a position only sometimes, so the text is read once more here, by the grammar of
 * RFC 8259, without building anything.
 */
function faultIn(text: string): number {
  /** The brackets that are open. */
  const open: string[] = [];
  /** What may come next: a value (`]` too after `[`), a key (`}` too after `{`), a colon, or what follows a value. */
  let expected: 'value' | 'item' | 'key' | 'member' | 'colon' | 'next' = 'value';
  for (let i = 0; i < text.length; ) {
    const character = text[i];
    if (' \t\n\r'.includes(character)) {
      i++;
    } else if (expected === 'value' || expected === 'item') {
      if (character === '[' || character === '{') {
        open.push(character);
        expected = character === '[' ? 'item' : 'member';
        i++;
      } else if (character === ']' && expected === 'item') {
        open.pop();
        expected = 'next';
        i++;
      } else {
        const { end, right } = scalarEnd(text, i);
        if (!right) return end;
        expected = 'next';
        i = end;
      }
    } else if (expected === 'key' || expected === 'member') {
      if (character === '}' && expected === 'member') {
        open.pop();
        expected = 'next';
        i++;
      } else {
        if (character !== '"') return i;
        const { end, right } = stringEnd(text, i);
        if (!right) return end;
        expected = 'colon';
        i = end;
      }
    } else if (expected === 'colon') {
      if (character !== ':') return i;
      expected = 'value';
      i++;
    } else {
      const bracket = open.at(-1);
      if (bracket === undefined) return i;
      if (character === ',') expected = bracket === '[' ? 'value' : 'key';
      else if (character === (bracket === '[' ? ']' : '}')) open.pop();
      else return i;
      i++;
    }
  }
  return text.length;
}

/** Where a token ends, or the first character that is wrong in it. */
interface Token {
  readonly end: number;
  readonly right: boolean;
}

function scalarEnd(text: string, start: number): Token {
  if (text[start] === '"') return stringEnd(text, start);
  const word = ['true', 'false', 'null'].find((candidate) => candidate[0] === text[start]);
  if (word === undefined) return numberEnd(text, start);
  let length = 0;
  while (length < word.length && text[start + length] === word[length]) length++;
  return { end: start + length, right: length === word.length };
}

function stringEnd(text: string, start: number): Token {
  for (let i = start + 1; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (character === QUOTE) return { end: i + 1, right: true };
    if (character < 0x20) return { end: i, right: false };
    if (character !== 0x5c) continue;
    i++;
    if (text[i] === 'u') {
      for (let digit = 0; digit < 4; digit++) {
        if (!/[\da-f]/i.test(text[++i] ?? '')) return { end: i, right: false };
      }
    } else if (!/["\\/bfnrt]/.test(text[i] ?? '')) {
      return { end: i, right: false };
    }
  }
  return { end: text.length, right: false };
}

function numberEnd(text: string, start: number): Token {
  let i = start;
  const digits = () => {
    const first = i;
    while (text[i] >= '0' && text[i] <= '9') i++;
    return i > first;
  };
  if (text[i] === '-') i++;
  if (text[i] === '0') i++;
  else if (!digits()) return { end: i, right: false };
  if (text[i] === '.') {
    i++;
    if (!digits()) return { end: i, right: false };
  }
  if (text[i] === 'e' || text[i] === 'E') {
    i++;
    if (text[i] === '+' || text[i] === '-') i++;
    if (!digits()) return { end: i, right: false };
  }
  return { end: i, right: true };
}

// Random mutations of instances, options and arguments: the faults that real data and callers have.
import type { Random } from '../random.ts';

/** A mutated copy and what was done to it. */
export interface Mutated {
  /** The copy; functions in it are the original's own, or wrapped. */
  readonly value: unknown;
  /** What was done, and where. */
  readonly description: string;
  /** Lets the functions that fail half-way answer again, so that a solution can be judged by them. */
  readonly heal: () => void;
}

/** Numbers on which arithmetic and comparisons go wrong. */
const HOSTILE_NUMBERS = [
  Number.NaN,
  Infinity,
  -Infinity,
  -0,
  0,
  1,
  -1,
  0.5,
  1e308,
  -1e308,
  1e150,
  1e-150,
  1e-310,
  Number.MIN_VALUE,
  Number.MAX_SAFE_INTEGER,
  2 ** 31,
  2 ** 32,
  2 ** 53,
];

/** Values that callers pass by mistake. */
const HOSTILE_VALUES: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => '',
  () => 'constructor',
  () => true,
  () => [],
  () => ({}),
  () => [Number.NaN],
  () => new Float64Array(0),
  () => Float64Array.of(Number.NaN),
  () => Float32Array.of(1, 2),
  () => new Int32Array(3),
  () => ({ rows: 1e308, cols: 2, values: Float64Array.of(1, 2) }),
  () => ({ rows: 2 ** 16, cols: 2 ** 16, values: new Float64Array(0) }),
  () => detached(),
  () => 10n,
  () => Symbol('strange'),
  () => () => Number.NaN,
  () => new Map(),
  () => new Date(0),
  () => Object.create(null),
  () => new Array(2),
];

/** Values that replace every field and argument in turn; each breaks an operation that no other value breaks. */
const EVERYWHERE: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => 'text',
  () => true,
  () => 10n,
  () => Symbol('strange'),
  () => detached(),
  () => Object.create(null),
  () => [],
  () => new Array(2),
  () => [10n, Symbol('strange')],
  () => [null, undefined],
  () => throwing(),
  () => () => undefined,
  () => Float64Array.of(1, 2, 3),
  () => BigInt64Array.of(1n, 2n),
  () => Number.NaN,
  () => Infinity,
  () => -0,
  () => -1,
  () => 0.5,
  () => 2 ** 31,
  () => 2 ** 53,
  () => 1e308,
];

/** A place inside a value: the container and the key that leads on from it. */
interface Place {
  readonly container: object;
  readonly key: string | number;
  readonly path: string;
}

/**
 * Copies a value and changes it in one to three places: numbers become hostile or are scaled, arrays get hostile entries,
 * ties, other lengths or no memory, fields go or change their type, functions fail half-way. The original stays as it is.
 *
 * @param value - an instance, options, or a list of arguments
 * @param random - where the choice comes from: the same state gives the same mutation
 */
export function mutate(value: unknown, random: Random): Mutated {
  const root = { value: copy(value) };
  const descriptions: string[] = [];
  const health = { broken: true };
  const times = 1 + Math.floor(random.uniform() ** 2 * 3);
  for (let i = 0; i < times; i++) {
    const places = [...placesOf(root, '', 0)];
    const { container, key, path } = places[Math.floor(random.uniform() * places.length)];
    const fields = container as Record<string | number, unknown>;
    const [changed, description] = change(fields[key], random, health);
    if (changed === REMOVED && container !== root) delete fields[key];
    else if (changed === REMOVED) fields[key] = undefined;
    else fields[key] = changed;
    descriptions.push(`${path.slice('.value'.length) || 'all'}: ${description}`);
  }
  return {
    value: root.value,
    description: descriptions.join('; '),
    heal: () => {
      health.broken = false;
    },
  };
}

/** The error of fields that throw when they are read: not a fault of the code that reads them. */
export const CALLER_THROWS = 'the caller throws';

/** An object none of whose fields can be read, as of a getter that fails. */
function throwing(): object {
  const fail = () => {
    throw new Error(CALLER_THROWS);
  };
  return new Proxy({}, { get: fail, has: fail, ownKeys: fail, getOwnPropertyDescriptor: fail });
}

/**
 * Every place of a value, replaced by every hostile value in turn, without randomness. Of a list only the first two items and the
 * last are replaced. Each replacement may be applied to any value of the same shape.
 *
 * @param value - an instance, options, or a list of arguments
 * @param isKnown - whether to pass over a place, such as one that was visited in another value
 */
export function* everyReplacement(
  value: unknown,
  isKnown: (path: string) => boolean = () => false,
): Generator<(value: unknown) => Mutated> {
  for (const { path, keys } of pathsOf(value, [], 0)) {
    if (isKnown(path)) continue;
    const last = keys[keys.length - 1];
    const changed = (change: (found: unknown) => [unknown, string]) => (original: unknown) => {
      const root = copy(original);
      const container = keys.slice(0, -1).reduce((inner, key) => inner[key as never], root as object);
      const fields = container as Record<string | number, unknown>;
      const [hostile, description] = change(fields[last]);
      fields[last] = hostile;
      return { value: root, description: `${path}: ${description}`, heal: () => {} };
    };
    const found = keys.reduce((inner, key) => inner[key as never], value as object) as unknown;
    for (const make of EVERYWHERE) {
      yield changed(() => {
        const hostile = make();
        return [hostile, `becomes ${show(hostile)}`];
      });
    }
    if (typeof found === 'number') {
      for (const hostile of MORE_NUMBERS) yield changed(() => [hostile, `becomes ${hostile}`]);
    }
    if (!isNumberArray(found) || found.length === 0) continue;
    for (const hostile of HOSTILE_ENTRIES) {
      for (const at of [0, found.length - 1]) {
        yield changed((values) => [(values as Float64Array).with(at, hostile), `the entry at ${at} becomes ${hostile}`]);
      }
    }
    yield changed((values) => [(values as Float64Array).slice(1), 'loses an entry']);
    yield changed((values) => [withAnother(values as Float64Array), 'gets another entry']);
    yield changed((values) => [Array.from(values as Float64Array).with(0, 10n as never), 'holds a BigInt']);
  }
}

function withAnother(values: Float64Array): Float64Array {
  const longer = new (values.constructor as Float64ArrayConstructor)(values.length + 1);
  longer.set(values);
  return longer;
}

/** Entries of arrays, places in other arrays among them. */
const HOSTILE_ENTRIES = [Number.NaN, -1, 1e308, 2 ** 31] as const;

/** Where there was a number before. */
const MORE_NUMBERS = [0, -1e308, 1e-310, 2 ** 32] as const;

interface Path {
  readonly keys: readonly (string | number)[];
  readonly path: string;
}

function* pathsOf(value: unknown, keys: Path['keys'], depth: number): Generator<Path> {
  if (depth > 6 || !(Array.isArray(value) || isRecord(value))) return;
  const own = Array.isArray(value) ? [...value.keys()] : Object.keys(value).slice(0, 64);
  // Arguments are distinguished; below them, the items of a list are treated alike.
  const chosen = depth > 0 && Array.isArray(value) ? own.filter((_, i) => i < 2 || i === own.length - 1) : own;
  for (const key of chosen) {
    const inner = [...keys, key];
    yield { keys: inner, path: inner.map((part) => `.${part}`).join('') };
    yield* pathsOf((value as Record<string | number, unknown>)[key], inner, depth + 1);
  }
}

/** A hostile value alone, of any type. */
export function hostileValue(random: Random): unknown {
  return random.uniform() < 0.3 ? pick(HOSTILE_NUMBERS, random) : pick(HOSTILE_VALUES, random)();
}

const REMOVED = Symbol('removed');

/** Whether the functions that fail half-way do so. */
interface Health {
  broken: boolean;
}

function change(value: unknown, random: Random, health: Health): [unknown, string] {
  const chance = random.uniform();
  if (chance < 0.08) return [REMOVED, 'removed'];
  if (chance < 0.2) {
    const hostile = hostileValue(random);
    return [hostile, `becomes ${show(hostile)}`];
  }
  if (typeof value === 'number') return changeNumber(value, random);
  if (isNumberArray(value)) return changeArray(value, random);
  if (typeof value === 'function') return [failingLate(value as AnyFunction, random, health), 'fails half-way'];
  if (typeof value === 'boolean') return [!value, 'is turned round'];
  if (typeof value === 'string') return [`${value}x`, 'is misspelt'];
  if (Array.isArray(value) && value.length > 0) {
    const shorter = value.slice(0, -1);
    return chance < 0.6 ? [shorter, 'loses its last item'] : [[...value, value[0]], 'gets an item again'];
  }
  const hostile = hostileValue(random);
  return [hostile, `becomes ${show(hostile)}`];
}

function changeNumber(value: number, random: Random): [unknown, string] {
  const chance = random.uniform();
  if (chance < 0.5) {
    const hostile = pick(HOSTILE_NUMBERS, random);
    return [hostile, `becomes ${hostile}`];
  }
  if (chance < 0.6) return [String(value), 'becomes a text'];
  const factor = 10 ** (random.uniform() * 600 - 300);
  return chance < 0.8 ? [value * factor, `times ${factor}`] : [value + 1, 'plus 1'];
}

type NumberArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;

function changeArray(values: NumberArray, random: Random): [unknown, string] {
  if (values.length === 0) return [new Float64Array(3), 'is no longer empty'];
  const chance = random.uniform();
  if (chance < 0.08) return [Array.from(values), 'becomes a plain array'];
  if (chance < 0.14) return [values.slice(0, Math.floor(random.uniform() * values.length)), 'is cut short'];
  if (chance < 0.18) return [new (values.constructor as typeof Float64Array)(0), 'becomes empty'];
  if (chance < 0.2) return [detached(), 'loses its memory'];
  if (chance < 0.3) return [values.slice().fill(values[0] ?? 0), 'all entries are the same'];
  if (chance < 0.36) return [values.slice().fill(0), 'all entries are 0'];
  if (chance < 0.5) {
    const factor = 10 ** (random.uniform() * 600 - 300);
    return [values.map((entry: number) => entry * factor), `all entries times ${factor}`];
  }
  const entries = values.slice();
  const many = chance < 0.6 ? entries.length : 1 + Math.floor(random.uniform() * 3);
  const hostile = pick(HOSTILE_NUMBERS, random);
  for (let i = 0; i < many; i++) {
    if (many < entries.length || random.uniform() < 0.5) {
      entries[Math.floor(random.uniform() * entries.length)] = hostile;
    }
  }
  return [entries, `entries become ${hostile}`];
}

type AnyFunction = (...given: unknown[]) => unknown;

/** A function that answers NaN, or writes NaN into the arrays that it is given, from some call on. */
function failingLate(f: AnyFunction, random: Random, health: Health): AnyFunction {
  let left = Math.floor(random.uniform() * 20);
  return function (this: unknown, ...given) {
    const answer = f.apply(this, given);
    if (left-- > 0 || !health.broken) return answer;
    const out = given.at(-1);
    if (answer === undefined && isNumberArray(out)) out.fill(Number.NaN);
    return typeof answer === 'number' ? Number.NaN : answer;
  };
}

/** Typed arrays are places as wholes: their entries are changed by `changeArray`. */
function* placesOf(value: unknown, path: string, depth: number): Generator<Place> {
  if (depth > 6 || !(Array.isArray(value) || isRecord(value))) return;
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  let left = 64; // only the first items are visited
  for (const key of keys) {
    if (left-- === 0) return;
    yield { container: value, key, path: `${path}.${key}` };
    yield* placesOf((value as Record<string | number, unknown>)[key], `${path}.${key}`, depth + 1);
  }
}

/** A deep copy of data that keeps functions and the classes of objects. */
function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return (value as Float64Array).slice();
  if (Array.isArray(value)) return value.map(copy);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, copy(field)]));
}

/** Instances of classes are neither copied nor changed inside. */
function isRecord(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function detached(): Float64Array {
  const values = Float64Array.of(1, 2, 3);
  structuredClone(values.buffer, { transfer: [values.buffer] });
  return values;
}

function isNumberArray(value: unknown): value is NumberArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) && !(value instanceof BigInt64Array);
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[Math.floor(random.uniform() * items.length)];
}

function show(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${(value as Float64Array).length})`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  try {
    return value.constructor?.name ?? 'an object without a class';
  } catch {
    return 'an object that throws';
  }
}

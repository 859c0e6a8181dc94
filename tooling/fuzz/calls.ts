// Calls of every function that a module exports, with wrong, missing and hostile arguments: the answer is right, or an
// `InvalidInputError` that names the argument.
import type { Outcome } from '@infimum/core';
import { InvalidInputError, Random } from '@infimum/core';
import type { FuzzFailure, FuzzReport } from '@infimum/core/testing';
import { CALLER_THROWS, everyReplacement, hostileValue, mutate } from '@infimum/core/testing';
import type { Arguments, ExampleCalls } from './examples.ts';
import { EXAMPLE_FRAME, exampleCalls, isClass } from './examples.ts';

/** Which calls to make. */
export interface CallSettings {
  /** Names of the functions to call, in turn. */
  readonly names: readonly string[];
  readonly seed: number;
  readonly first: number;
  readonly count: number;
  readonly maxSeconds: number;
  readonly onMutation?: (number: number, mutation: string) => void;
  readonly onFailure?: (failure: FuzzFailure) => void;
}

/** Seconds of processor time allowed for a function without a limit. */
export const UNLIMITED = 10;

type AnyFunction = (...given: unknown[]) => unknown;

/** Makes `count` calls; the same number and seed give the same call again. */
export async function callFunctions(module: string, settings: CallSettings): Promise<FuzzReport> {
  const { names, seed, first, count } = settings;
  const exports = (await import(module)) as Record<string, unknown>;
  const functions = names.map((name) => [name, callable(exports[name] as object)] as const);
  const examples = await exampleCalls(module);
  const judge = new Judge(settings);
  for (let number = first; number < first + count; number++) {
    const [name, call] = functions[number % functions.length];
    const random = new Random(seed * 1_000_003 + number);
    await judge.call(number, name, call, (limits) => argumentsOf(call, examples.of(name, call.length), random, limits));
  }
  return judge.report;
}

/**
 * Calls every function with the arguments of its examples, in which every field is replaced by every hostile value in turn: no
 * chance is in it. How many calls that are follows from the examples; it begins with number `first`, and ends after `count` of them.
 */
export async function callEverywhere(module: string, settings: Omit<CallSettings, 'seed'>): Promise<FuzzReport> {
  const { first, count } = settings;
  const exports = (await import(module)) as Record<string, unknown>;
  const examples = await exampleCalls(module);
  const judge = new Judge(settings, 50);
  let number = 0;
  for (const name of settings.names) {
    const call = callable(exports[name] as object);
    for await (const argumentsWith of replacementsOf(name, call, examples)) {
      if (number >= first + count) return judge.report;
      if (number >= first && !(AS_TOLD.test(name) && isMuch(argumentsWith({})))) {
        await judge.call(number, name, call, argumentsWith);
      }
      number++;
    }
  }
  return judge.report;
}

/** A count so large that a function that obeys it does not finish. */
function isMuch({ mutation }: Call): boolean {
  return /becomes (\d{10,}|1e\+308)$/.test(mutation);
}

/** Of functions without an example, so many of others are borrowed. */
const BORROWED = 1;

async function* replacementsOf(
  name: string,
  call: AnyFunction,
  examples: ExampleCalls,
): AsyncGenerator<(limits: object) => Call> {
  const own = examples.own(name);
  const visited = new Set<string>();
  for (const example of own.length > 0 ? own : examples.of(name, call.length).slice(0, BORROWED)) {
    const given = withLimits(example, example, FEW);
    const asked = await fieldsAsked(call, given);
    const paths = new Set<string>();
    // A place that two examples share is visited in the first of them; limits that no example has are left alone.
    const isKnown = (path: string) => {
      paths.add(path);
      return visited.has(path) || (given.length > example.length && path.startsWith(`.${example.length}.`));
    };
    // Fields that are asked for and not there come behind all that is there.
    for (const [from, extended] of [
      [given, (limits: unknown[]) => limits],
      [withFields(given, asked), (limits: unknown[]) => withFields(limits, asked)],
    ] as const) {
      for (const replace of everyReplacement(from, from === given ? isKnown : (path) => visited.has(path))) {
        yield (limits) => {
          const { value, description } = replace(extended(withLimits(example, example, limits)));
          return { given: value as unknown[], mutation: description };
        };
      }
      for (const path of paths) visited.add(path);
    }
  }
}

const FEW = { maxSeconds: 0.03, maxIterations: 10, signal: undefined };

/** What the language asks of objects. */
const OF_LANGUAGE = /^(then|valueOf|toString|constructor|toJSON)$/;

/** Names of the fields that a function reads of each of its arguments which is plain data. */
async function fieldsAsked(call: AnyFunction, given: readonly unknown[]): Promise<ReadonlySet<string>[]> {
  const asked = given.map(() => new Set<string>());
  const heard = given.map((value, i) => {
    if (!isOptions(value)) return value;
    return new Proxy(value as object, {
      get(target, key, receiver) {
        if (typeof key === 'string' && !OF_LANGUAGE.test(key)) asked[i].add(key);
        return Reflect.get(target, key, receiver);
      },
    });
  });
  await answerOf(call, heard, 50).catch(() => {});
  return asked;
}

function withFields(given: readonly unknown[], asked: readonly ReadonlySet<string>[]): unknown[] {
  return given.map((value, i) => {
    if (!isOptions(value)) return value;
    const fields = Array.from(asked[i], (name) => [name, undefined]);
    return { ...Object.fromEntries(fields), ...(value as object) };
  });
}

/** Makes calls, and says of each whether its end was right. */
class Judge {
  readonly #settings: Omit<CallSettings, 'seed' | 'count'>;
  readonly #patience: number;
  readonly #failures: FuzzFailure[] = [];
  #tried = 0;
  #rejected = 0;
  #converged = 0;

  /** @param patience - milliseconds in which a promise is to settle, or is let go */
  constructor(settings: Omit<CallSettings, 'seed' | 'count'>, patience = 300) {
    this.#settings = settings;
    this.#patience = patience;
  }

  get report(): FuzzReport {
    return { tried: this.#tried, rejected: this.#rejected, converged: this.#converged, failures: this.#failures };
  }

  async call(number: number, name: string, call: AnyFunction, argumentsWith: (limits: object) => Call): Promise<void> {
    const { maxSeconds, onMutation, onFailure } = this.#settings;
    // What goes on behind an answer ends with the attempt.
    const controller = new AbortController();
    const { given, mutation: how } = argumentsWith({ maxSeconds, maxIterations: 50, signal: controller.signal });
    const mutation = `${name}(${how})`;
    onMutation?.(number, mutation);
    const fail = (fault: FuzzFailure['fault'], message: string) => {
      this.#failures.push({ number, fault, mutation, message });
      onFailure?.({ number, fault, mutation, message });
    };
    this.#tried++;
    const before = cpuSeconds();
    let allowed = UNLIMITED;
    try {
      const answer = await answerOf(call, given, this.#patience);
      const status = (answer as Partial<Outcome<object>> | undefined)?.status;
      // A function whose result has a status is driven by `run`, and obeys its limits.
      if (status === 'time-limit') allowed = maxSeconds + 1;
      // A function that returns an argument makes no claim about it.
      if (status === 'converged' && !given.includes(answer)) {
        this.#converged++;
        const place = placeOfNaN(answer, '');
        if (place !== undefined) fail('false-success', `converged, and ${place} is NaN`);
      }
    } catch (error) {
      if (isOfCaller(error)) this.#rejected++;
      else if (!(error instanceof InvalidInputError)) fail(faultOf(error), textOf(error));
      else if (error.argument === '') fail('native-error', `no argument is named: ${error.message}`);
      else this.#rejected++;
    }
    controller.abort();
    const spent = cpuSeconds() - before;
    if (spent > allowed && !AS_TOLD.test(name)) fail('hang', `worked for ${spent.toFixed(1)} s`);
  }
}

function callable(value: object): AnyFunction {
  if (!isClass(value)) return value as AnyFunction;
  const call = (...given: unknown[]) => Reflect.construct(value as AnyFunction, given);
  return Object.defineProperty(call, 'length', { value: (value as AnyFunction).length });
}

interface Call {
  readonly given: unknown[];
  /** How they came about, for people. */
  readonly mutation: string;
}

/**
 * Those of an example, mutated, with limits, where there is one; or as many as the function wants, or one more or fewer, of
 * all sorts, every second time with limits.
 */
function argumentsOf({ length }: AnyFunction, examples: readonly Arguments[], random: Random, limits: object): Call {
  if (examples.length > 0 && random.uniform() < 0.6) {
    const example = examples[Math.floor(random.uniform() * examples.length)];
    const { value, description } = mutate(example, random);
    const given = Array.isArray(value) ? value : [value];
    return { given: withLimits(given, example, limits), mutation: `as documented, ${description}` };
  }
  const count = Math.floor(random.uniform() * (length + 2));
  const some = Array.from({ length: count }, () => argument(random));
  const given = random.uniform() < 0.5 ? [...some, limits] : some;
  return { given, mutation: given.map(show).join(', ') };
}

/** Limits among the example's options, which come last, or behind all. */
function withLimits(given: readonly unknown[], example: Arguments, limits: object): unknown[] {
  const place = example.findLastIndex(isOptions);
  if (place < 1 || !isOptions(given[place])) return [...given, limits];
  return given.with(place, { ...(given[place] as object), ...limits });
}

function isOptions(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || 'values' in value) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}

/** Something that nearly fits: small vectors, matrices, numbers and functions, a third of them mutated. */
function argument(random: Random): unknown {
  const n = 1 + Math.floor(random.uniform() * 4);
  const vector = (length: number) => random.uniforms(new Float64Array(length));
  const matrix = () => ({ rows: n, cols: n, values: vector(n * n) });
  const sparse = () => ({
    rows: n,
    cols: n,
    rowPointers: Int32Array.from({ length: n + 1 }, (_, i) => i),
    columnIndices: Int32Array.from({ length: n }, (_, i) => i),
    values: vector(n),
  });
  const objective = () => ({
    dimension: n,
    value: (x: Float64Array) => x.reduce((sum, entry) => sum + entry * entry, 0),
    gradient: (x: Float64Array, out: Float64Array) => out.set(x.map((entry) => 2 * entry)),
  });
  const fitting: (() => unknown)[] = [
    () => vector(n),
    matrix,
    sparse,
    () => n,
    () => random.uniform(),
    objective,
    () => (x: number) => x * x - 1,
    () => 'text',
    () => [matrix(), matrix()],
    () => Int32Array.from({ length: n }, (_, i) => i),
    () => ({ epsilon: 0.1 }),
    () => ({ seed: 1, tolerance: 1e-6 }),
  ];
  const chance = random.uniform();
  if (chance < 0.25) return hostileValue(random);
  const made = fitting[Math.floor(random.uniform() * fitting.length)]();
  return chance < 0.6 ? mutate(made, random).value : made;
}

/** What came back; of promises what they settle to soon, of steps how they begin. */
async function answerOf(call: AnyFunction, given: unknown[], milliseconds: number): Promise<unknown> {
  const answer = call(...given);
  if (answer instanceof Promise) {
    const patience = new Promise((resolve) => setTimeout(resolve, milliseconds));
    return Promise.race([answer, patience]);
  }
  if (isSteps(answer)) {
    // Some steps check their arguments when they begin.
    await answer.next();
    await answer.return(undefined);
  }
  return answer;
}

function isSteps(value: unknown): value is Generator {
  const { next, return: end } = Object(value);
  return typeof next === 'function' && typeof end === 'function';
}

function placeOfNaN(value: unknown, path: string): string | undefined {
  if (typeof value === 'number') return Number.isNaN(value) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, field] of Object.entries(value)) {
    const place = placeOfNaN(field, `${path}.${key}`);
    if (place !== undefined) return place;
  }
  return undefined;
}

/** What fails outside of the library, and is said so: queues that cannot be reached, imports of examples in a test runner. */
const OUTSIDE = /^(no connection to |A dynamic import callback was not specified)/;

/**
 * They make as many steps as requested, at once and without limits; for a count of 2^53 the caller has to wait. All other functions
 * that run for longer than `UNLIMITED` are hung.
 */
export const AS_TOLD = /^(trainEgg|comparePolicies|simulateDiffusion)$/;

/** Whether a function passed by an example threw it: errors of callers pass through. */
function isOfCaller(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (OUTSIDE.test(error.message) || error.message === CALLER_THROWS) return true;
  // Frames of built-in functions lie below their caller.
  const frames = error.stack?.split('\n    at ').slice(1) ?? [];
  const isExample = (frame: string) => frame.includes(EXAMPLE_FRAME) || frame.includes('data:text/javascript');
  const own = frames.find((frame) => isExample(frame) || !/<anonymous>\)?$/.test(frame));
  return own !== undefined && isExample(own);
}

function faultOf(error: unknown): FuzzFailure['fault'] {
  return error instanceof WebAssembly.RuntimeError || /^a kernel wrote/.test(String(Object(error).message))
    ? 'trap'
    : 'native-error';
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [, place = ''] = /\n\s+(at .*)/.exec(error.stack ?? '') ?? [];
  return `${error.name}: ${error.message} ${place}`;
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function show(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${(value as Float64Array).length})`;
  if (typeof value === 'function') return 'function';
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  const plain = JSON.stringify(value, (_, field) =>
    typeof field === 'bigint' || typeof field === 'symbol' ? String(field) : field,
  );
  return (plain ?? String(value)).slice(0, 80);
}

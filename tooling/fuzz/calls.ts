// Calls of every function that a module exports, with wrong, missing and hostile arguments: the answer is right, or an
// `InvalidInputError` that names the argument.
import { InvalidInputError, type Outcome, Random } from '@infimum/core';
import { type FuzzFailure, type FuzzReport, hostileValue, mutate } from '@infimum/core/testing';

/** Which calls to make. */
export interface CallSettings {
  readonly seed: number;
  readonly first: number;
  readonly count: number;
  readonly maxSeconds: number;
  readonly onMutation?: (number: number) => void;
}

type AnyFunction = (...given: unknown[]) => unknown;

/** Makes `count` calls; the same number and seed give the same call again. */
export async function callFunctions(module: string, settings: CallSettings): Promise<FuzzReport> {
  const { seed, first, count, maxSeconds, onMutation } = settings;
  const functions = functionsOf((await import(module)) as Record<string, unknown>);
  const failures: FuzzFailure[] = [];
  let [rejected, converged] = [0, 0];
  if (functions.length === 0) return { tried: 0, rejected, converged, failures };
  for (let number = first; number < first + count; number++) {
    const [name, call] = functions[number % functions.length];
    onMutation?.(number);
    const given = argumentsOf(call, new Random(seed * 1_000_003 + number), maxSeconds);
    const mutation = `${name}(${given.map(show).join(', ')})`;
    const fail = (fault: FuzzFailure['fault'], message: string) =>
      failures.push({ number, fault, mutation, message });
    const before = cpuSeconds();
    try {
      const answer = await answerOf(call, given);
      if ((answer as Partial<Outcome<object>> | undefined)?.status === 'converged') {
        converged++;
        const place = placeOfNaN(answer, '');
        if (place !== undefined) fail('false-success', `converged, and ${place} is NaN`);
      }
    } catch (error) {
      if (!(error instanceof InvalidInputError)) fail(faultOf(error), textOf(error));
      else if (error.argument === '') fail('native-error', `no argument is named: ${error.message}`);
      else rejected++;
    }
    const spent = cpuSeconds() - before;
    if (spent > maxSeconds + 1) fail('hang', `worked for ${spent.toFixed(1)} s`);
  }
  return { tried: count, rejected, converged, failures };
}

/**
 * Functions that judge or end what others have made, or that loops call for single numbers: who calls them has checked.
 * Validators are given names by programs, and what `converged` is given is the solver's word.
 */
const UNCHECKED =
  /^(check[A-Z]\w*|InvalidInputError|converged|stalled|exhausted|portable\w+|philox4x32|mulberry32)$/;

function functionsOf(exports: Record<string, unknown>): (readonly [string, AnyFunction])[] {
  return Object.entries(exports).flatMap(([name, value]) => {
    if (typeof value !== 'function' || UNCHECKED.test(name)) return [];
    const isClass = /^class\b/.test(Function.prototype.toString.call(value));
    const call = isClass ? (...given: unknown[]) => Reflect.construct(value, given) : (value as AnyFunction);
    return [[name, Object.defineProperty(call, 'length', { value: value.length })] as const];
  });
}

/** As many as it wants, or one more or fewer; every second time with limits behind them. */
function argumentsOf({ length }: AnyFunction, random: Random, maxSeconds: number): unknown[] {
  const count = Math.floor(random.uniform() * (length + 2));
  const given = Array.from({ length: count }, () => argument(random));
  return random.uniform() < 0.5 ? [...given, { maxSeconds, maxIterations: 50 }] : given;
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
async function answerOf(call: AnyFunction, given: unknown[]): Promise<unknown> {
  const answer = call(...given);
  if (answer instanceof Promise) {
    const patience = new Promise((resolve) => setTimeout(resolve, 300));
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

function faultOf(error: unknown): FuzzFailure['fault'] {
  return error instanceof WebAssembly.RuntimeError || /^a kernel wrote/.test(String(Object(error).message))
    ? 'trap'
    : 'native-error';
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
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

// The process in which one solver, or the functions of one package, are fuzzed. Tells its parent before every attempt
// which one it is, so that a loop without an end is found from outside, and in the end what it found.
import { InvalidInputError, Random } from '@infimum/core';
import { type FuzzFailure, fuzzSolver, hostileValue, mutate } from '@infimum/core/testing';
import { createInfimumRegistry } from 'infimum';

/** What the parent asks for. */
export type Request =
  | { readonly solver: string; readonly seed: number; readonly first: number; readonly count: number }
  | { readonly module: string; readonly seed: number; readonly first: number; readonly count: number };

/** What the parent hears. */
export type Message =
  | { readonly attempt: number; readonly subject?: string }
  | {
      readonly tried: number;
      readonly rejected: number;
      readonly converged: number;
      readonly failures: readonly FuzzFailure[];
    };

const tell = (message: Message) => process.send?.(message);

async function fuzzFunctions(module: string, seed: number, first: number, count: number): Promise<Message> {
  const exports = Object.entries((await import(module)) as Record<string, unknown>);
  const functions = exports.filter(
    (entry): entry is [string, (...given: unknown[]) => unknown] =>
      typeof entry[1] === 'function' && !/^class\b/.test(Function.prototype.toString.call(entry[1])),
  );
  const failures: FuzzFailure[] = [];
  let rejected = 0;
  if (functions.length === 0) return { tried: 0, rejected, converged: 0, failures };
  for (let number = first; number < first + count; number++) {
    const [name, call] = functions[number % functions.length];
    tell({ attempt: number, subject: `${module} ${name}` });
    const random = new Random(seed * 1_000_003 + number);
    const given = Array.from({ length: Math.floor(random.uniform() * (call.length + 2)) }, () =>
      argument(random),
    );
    const options = { maxSeconds: 0.2, maxIterations: 50 };
    const settled = random.uniform() < 0.5 ? [...given, options] : given;
    try {
      const answer = call(...settled);
      if (answer instanceof Promise) {
        await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 300))]);
      } else if (isSteps(answer)) {
        // Some steps check their arguments when they begin.
        answer.next();
        answer.return(undefined);
      }
    } catch (error) {
      if (error instanceof InvalidInputError) rejected++;
      else {
        const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        const mutation = `${name}(${settled.map(show).join(', ')})`;
        failures.push({ number, fault: 'native-error', mutation, message });
      }
    }
  }
  return { tried: count, rejected, converged: 0, failures };
}

/** Something that nearly fits: small vectors, matrices, numbers and functions, half of them mutated. */
function argument(random: Random): unknown {
  const n = 1 + Math.floor(random.uniform() * 4);
  const vector = (length: number) => random.uniforms(new Float64Array(length));
  const fitting: (() => unknown)[] = [
    () => vector(n),
    () => ({ rows: n, cols: n, values: vector(n * n) }),
    () => ({
      rows: n,
      cols: n,
      rowPointers: Int32Array.from({ length: n + 1 }, (_, i) => i),
      columnIndices: Int32Array.from({ length: n }, (_, i) => i),
      values: vector(n),
    }),
    () => n,
    () => random.uniform(),
    () => ({
      dimension: n,
      value: (x: Float64Array) => x.reduce((sum, entry) => sum + entry * entry, 0),
      gradient: (x: Float64Array, out: Float64Array) => out.set(x.map((entry) => 2 * entry)),
    }),
    () => (x: number) => x * x - 1,
    () => 'text',
    () => ({ epsilon: 0.1 }),
  ];
  const chance = random.uniform();
  if (chance < 0.25) return hostileValue(random);
  const made = fitting[Math.floor(random.uniform() * fitting.length)]();
  return chance < 0.6 ? mutate(made, random).value : made;
}

function isSteps(value: unknown): value is Generator {
  return (
    typeof (value as Generator | null)?.next === 'function' &&
    typeof (value as Generator).return === 'function'
  );
}

function show(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${(value as Float64Array).length})`;
  if (typeof value === 'function') return 'function';
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  return (JSON.stringify(value) ?? String(value)).slice(0, 80);
}

process.on('message', async (request: Request) => {
  const { seed, first, count } = request;
  if ('module' in request) tell(await fuzzFunctions(request.module, seed, first, count));
  else {
    const onMutation = (attempt: number) => tell({ attempt });
    tell(
      await fuzzSolver(createInfimumRegistry().solver(request.solver), { seed, first, count, onMutation }),
    );
  }
  process.disconnect();
});

// Helpers of all checks of the contract.

/** One check: a name for the report, and a run that throws when the check fails. */
export interface Check {
  /** What must hold. */
  readonly name: string;
  /** Rejects with the reason when it does not. */
  readonly run: () => Promise<void>;
}

/** Thrown when checks of the contract fail; the message lists all of them. */
export class ContractError extends Error {
  /** The failures by the name of the check. */
  readonly failures: ReadonlyMap<string, unknown>;

  constructor(subject: string, failures: ReadonlyMap<string, unknown>) {
    const lines = [...failures].map(([name, error]) => `  ${name}: ${error instanceof Error ? error.message : error}`);
    super(`${subject} fails ${failures.size} check(s) of the contract\n${lines.join('\n')}`);
    this.name = 'ContractError';
    this.failures = failures;
  }
}

/** Runs all checks and throws one error for all that fail. */
export async function runChecks(subject: string, checks: readonly Check[]): Promise<void> {
  const failures = new Map<string, unknown>();
  for (const check of checks) {
    try {
      await check.run();
    } catch (error) {
      failures.set(check.name, error);
    }
  }
  if (failures.size > 0) throw new ContractError(subject, failures);
}

/** Throws unless the condition holds. */
export function ensure(condition: boolean, complaint: string): asserts condition {
  if (!condition) throw new Error(complaint);
}

/** A canonical text of a value: equal exactly when all numbers are bitwise equal (and -0 differs from 0). */
export function fingerprint(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Map || value instanceof Set) return `${value.constructor.name}${fingerprint([...value])}`;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const entries = value as unknown as ArrayLike<number>;
    const text = value instanceof Float64Array ? `${value.length}:${bits(value)}` : Array.from(entries, fingerprint).join(',');
    return `${value.constructor.name}(${text})`;
  }
  if (Array.isArray(value)) return `[${value.map(fingerprint).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => typeof field !== 'function');
    return `{${fields.map(([key, field]) => `${key}:${fingerprint(field)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? String(value);
}

/** One character per byte, much faster than decimals: all bytes are distinct in this encoding. All NaN are equal. */
function bits(values: Float64Array): string {
  const same = Float64Array.from(values);
  for (let k = 0; k < same.length; k++) if (Number.isNaN(same[k])) same[k] = Number.NaN;
  return new TextDecoder('windows-1252').decode(same);
}

/** The path of the first NaN inside a value, if there is one. */
export function findNaN(value: unknown, path = 'solution'): string | undefined {
  if (typeof value === 'number') return Number.isNaN(value) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (ArrayBuffer.isView(value)) {
    const index = Array.prototype.findIndex.call(value, Number.isNaN);
    return index < 0 ? undefined : `${path}[${index}]`;
  }
  const fields = value instanceof Map || value instanceof Set ? [...value].entries() : Object.entries(value);
  for (const [key, field] of fields) {
    const found = findNaN(field, `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}

/** The memory behind all typed arrays inside a value, except empty ones. */
export function* buffersOf(value: unknown): Generator<ArrayBufferLike> {
  if (typeof value !== 'object' || value === null) return;
  if (ArrayBuffer.isView(value)) {
    if (value.byteLength > 0) yield value.buffer;
    return;
  }
  for (const field of Object.values(value)) yield* buffersOf(field);
}

/** The largest fall of memory between two consecutive collections at which nothing is left to collect. */
const SETTLED = 2 ** 14;

/**
 * Bytes in use after garbage collection; undefined where the platform does not report it.
 *
 * @param enough - stop collecting when no more bytes than this are in use
 */
export async function bytesInUse(enough = 0): Promise<number | undefined> {
  const collect = collector();
  if (!collect) return undefined;
  let least = Infinity;
  for (let turn = 0; turn < 4 && !(least <= enough); turn++) {
    collect();
    const atOnce = usedAndOld(collect);
    await new Promise((resume) => setTimeout(resume, 5));
    const later = usedAndOld(collect);
    least = Math.min(least, atOnce, later);
    if (enough === 0 && atOnce - later < SETTLED) break;
  }
  return least;
}

/**
 * Runs `work` and returns whether it certainly left fewer bytes than this behind, without a walk over everything
 * alive: until the next one nothing old is freed, so that what is used more is at least what more is alive.
 */
export async function surelyLeavesLess(bytes: number, work: () => void): Promise<boolean> {
  const collect = collector();
  if (!collect) {
    work();
    return false;
  }
  const untilNextWalk = new WeakRef({});
  await new Promise((resume) => setTimeout(resume, 5));
  usedAndOld(collect);
  const before = usedAndOld(collect);
  work();
  return usedAndOld(collect) - before < bytes && untilNextWalk.deref() !== undefined;
}

/**
 * Bytes that are used, or were until they grew old. Array buffers are swept on another thread, some time after the collection
 * that found them dead; a collection of what is young waits until they are, and costs little.
 */
function usedAndOld(collect: Collect): number {
  collect({ type: 'minor' });
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

type Collect = (options?: { type: 'minor' | 'major' }) => void;

let collectGarbage: Collect | undefined;

/** The platform's garbage collection, if it can be called; requested once, since its context takes memory. */
function collector(): Collect | undefined {
  const builtin = globalThis.process?.getBuiltinModule;
  if (!builtin) return undefined;
  if (!collectGarbage) {
    builtin('node:v8').setFlagsFromString('--expose-gc');
    collectGarbage = builtin('node:vm').runInNewContext('gc') as Collect;
  }
  return collectGarbage;
}

/** Processor time where the platform reports it, so that the load of the machine does not count. */
export function cpuSeconds(): number {
  const usage = globalThis.process?.cpuUsage?.();
  return usage ? (usage.user + usage.system) / 1e6 : performance.now() / 1000;
}

// Runs an example of the site as shown: types are removed, imports are resolved to the packages, and the arguments of `console.log` are
// returned as text.
import { transform } from 'sucrase';

/** A package's exports by the name that programs import. */
export type LoadModule = (name: string) => Promise<object>;

type Runner = (
  require: (name: string) => object,
  exports: object,
  console: { log(...values: unknown[]): void },
) => Promise<void>;

const AsyncFunction = (async () => {}).constructor as new (...parts: string[]) => Runner;

/**
 * Runs a program.
 *
 * @throws what the program throws, and for imports that are not of these packages
 */
export async function runExample(code: string, load: LoadModule, print: (line: string) => void): Promise<void> {
  const { code: script } = transform(code, { transforms: ['typescript', 'imports'], disableESTransforms: true });
  const names = new Set([...script.matchAll(/\brequire\('([^']+)'\)/g)].map(([, name]) => name));
  const modules = new Map<string, object>();
  for (const name of names) modules.set(name, await load(name));
  const run = new AsyncFunction('require', 'exports', 'console', script);
  await run(
    (name) => modules.get(name) as object,
    {},
    { log: (...values) => print(values.map((value) => (typeof value === 'string' ? value : shown(value))).join(' ')) },
  );
}

/** Number of entries shown of a list. */
const SHOWN = 100;

/** A value in the format of a console. */
export function shown(value: unknown, depth = 0): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `[Function: ${value.name}]`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (depth > 3) return Array.isArray(value) ? '[Array]' : '[Object]';
  if (value instanceof Map)
    return braced(
      `Map(${value.size}) `,
      [...value].map(([key, entry]) => `${shown(key, depth + 1)} => ${shown(entry, depth + 1)}`),
    );
  if (value instanceof Set)
    return braced(
      `Set(${value.size}) `,
      [...value].map((entry) => shown(entry, depth + 1)),
    );
  if (Array.isArray(value)) return listed('', value, depth);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const entries = value as unknown as ArrayLike<unknown>;
    return listed(`${value.constructor.name}(${entries.length}) `, entries, depth);
  }
  return braced(
    '',
    Object.entries(value).map(([key, entry]) => `${key}: ${shown(entry, depth + 1)}`),
  );
}

function listed(name: string, entries: ArrayLike<unknown>, depth: number): string {
  const first = Array.from({ length: Math.min(entries.length, SHOWN) }, (_, k) => shown(entries[k], depth + 1));
  if (entries.length > SHOWN) first.push(`… ${entries.length - SHOWN} more`);
  return first.length === 0 ? `${name}[]` : `${name}[ ${first.join(', ')} ]`;
}

function braced(name: string, entries: readonly string[]): string {
  return entries.length === 0 ? `${name}{}` : `${name}{ ${entries.join(', ')} }`;
}

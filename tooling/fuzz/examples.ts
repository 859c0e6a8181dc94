// Valid arguments of functions, to be mutated: those of the examples in the documentation. The examples of a package are run
// once, with every imported function in a wrapper that records its arguments.
import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { modulesOf, ROOT } from './modules.ts';
import { MORE_EXAMPLES } from './more-examples.ts';

/** Arguments of one call, whose entries are given anew where they are data. */
export type Arguments = readonly unknown[];

/** So many calls of a function are kept. */
const MOST = 6;

const known = new Map<string, Promise<ExampleCalls>>();

/** The calls in the examples of a package. */
export class ExampleCalls {
  readonly #calls = new Map<string, Arguments[]>();

  /**
   * What may be right for a function: its own calls, or those of the function whose steps it gives, or else those of all
   * functions that take as many arguments.
   */
  of(name: string, length: number): readonly Arguments[] {
    const own = this.own(name);
    if (own.length > 0) return own;
    return [...this.#calls.values()].flat().filter((given) => given.length >= length && length > 0);
  }

  /** Its own calls, or those of the function whose steps it gives. */
  own(name: string): readonly Arguments[] {
    return this.#calls.get(name) ?? this.#calls.get(name.replace(/Steps$/, '')) ?? [];
  }

  note(name: string, given: Arguments): void {
    const kept = this.#calls.get(name) ?? [];
    if (kept.length < MOST) this.#calls.set(name, [...kept, given.map(copy)]);
  }
}

/** What the examples of the package call that a module belongs to. */
export function exampleCalls(address: string): Promise<ExampleCalls> {
  const folder = modulesOf({ everything: true }).find((module) => module.address === address)?.folder ?? '';
  const calls = known.get(folder) ?? runExamples(folder);
  known.set(folder, calls);
  return calls;
}

/** Reported on the error stream: an example failed, and the calls after it are missing. */
function complain(error: unknown): void {
  console.error(error);
}

async function runExamples(folder: string): Promise<ExampleCalls> {
  const calls = new ExampleCalls();
  const take = recorder(folder, calls);
  const log = console.log;
  console.log = () => {};
  try {
    for (const code of examplesOf(folder)) {
      // The calls of an example that needs more than the library (a file, a browser) were recorded before it failed.
      await programOf(code)(take).catch(() => {});
    }
    for (const [name, code] of MORE_EXAMPLES) {
      if (name.split('/')[0] !== folder) continue;
      const module = `@infimum/${name}`;
      const names = Object.keys(await take(module)).filter((key) => new RegExp(`\\b${key}\\b`).test(code));
      await programOf(`const { ${names.join(', ')} } = await takeModule('${module}');\n${code}`)(take).catch(complain);
    }
  } finally {
    console.log = log;
  }
  return calls;
}

type Take = (name: string) => Promise<object>;
type AnyConstructor = new (...given: unknown[]) => object;

/** Gives modules to examples, with wrappers round the functions of the package. */
function recorder(folder: string, calls: ExampleCalls): Take {
  const modules = new Map(modulesOf({ everything: true }).map((module) => [module.name, module]));
  return async (name) => {
    const module = modules.get(name);
    const exports = (await import(module?.address ?? name)) as Record<string, unknown>;
    if (module?.folder !== folder) return exports;
    return Object.fromEntries(
      Object.entries(exports).map(([key, value]) => {
        if (typeof value !== 'function') return [key, value];
        const note = (given: Arguments) => calls.note(key, given);
        return [key, isClass(value) ? heardClass(value as AnyConstructor, note) : heard(value, note)];
      }),
    );
  };
}

function heard(call: (typeof Function)['prototype'], note: (given: Arguments) => void): unknown {
  return (...given: unknown[]) => {
    note(given);
    return Reflect.apply(call, undefined, given);
  };
}

function heardClass(base: AnyConstructor, note: (given: Arguments) => void): unknown {
  return new Proxy(base, {
    construct(target, given, caller) {
      note(given);
      return Reflect.construct(target, given, caller);
    },
  });
}

/** Whether a function wants `new`. */
export function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}

/** Copies of typed arrays, because the called function may write into them later. */
function copy(value: unknown): unknown {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? (value as Float64Array).slice() : value;
}

function examplesOf(folder: string): string[] {
  const sources = readdirSync(join(ROOT, folder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .toSorted();
  return sources.flatMap((path) => {
    const text = readFileSync(join(ROOT, folder, 'src', path), 'utf8');
    return [...text.matchAll(/@example[^`]*```ts\n([\s\S]*?)```/g)].map(([, code]) => code.replaceAll(/^ *\* ?/gm, ''));
  });
}

const IMPORT = /import \{([^}]*)\} from '([^']+)';/g;

/** What stands in the stack of an error that an example's own code throws. */
export const EXAMPLE_FRAME = 'eval at programOf';

/** An example as a function of what gives it its imports. */
function programOf(code: string): (take: Take) => Promise<unknown> {
  try {
    const plain = stripTypeScriptTypes(code, { mode: 'strip' }).replaceAll(
      IMPORT,
      (_, names: string, from: string) => `const {${names.replaceAll(' as ', ': ')}} = await takeModule('${from}');`,
    );
    const AsyncFunction = (async () => {}).constructor as new (...parts: string[]) => typeof programOf.prototype;
    return new AsyncFunction('takeModule', plain);
  } catch (error) {
    return () => Promise.reject(error);
  }
}

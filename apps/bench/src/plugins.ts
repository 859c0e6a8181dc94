// The plug-ins of a run: the library's own and the files that the user names.
import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { AnyProblem, AnySolver, Plugin, Registry } from '@infimum/core';
import { createRegistry } from '@infimum/core';
import type { PeerSolver } from '@infimum/peers';
import type { JsonObject } from './json.ts';
import { isJsonObject } from './json.ts';
import { printable } from './output.ts';
import { isInvalidInput, UsageError } from './usage-error.ts';

/** Seconds in which a plug-in has to be loaded; INFIMUM_LOAD_SECONDS sets others. */
const LOAD_SECONDS = 60;

/** A plug-in and where it came from. */
export interface LoadedPlugin {
  readonly plugin: Plugin;
  /** The files of a plug-in that the user named, the named one first; undefined for the library's own. */
  readonly files: readonly string[] | undefined;
  /** Programs in other languages that the plug-in brings. */
  readonly peers?: readonly PluginPeer[];
}

/** A program that solves a problem, as a plug-in exports it in its list `peers`. */
export interface PluginPeer extends PeerSolver {
  /** The program and its arguments, run in `folder`. */
  readonly command: readonly string[];
  readonly folder: string;
}

/** Everything that can be run. */
export interface Loaded {
  readonly registry: Registry;
  readonly plugins: readonly LoadedPlugin[];
}

/**
 * Loads the library's plug-ins and those in `files`.
 *
 * @param files - `.ts` or `.js` modules that export `plugin`, anywhere on the disk
 * @throws {UsageError} when a file is missing, does not load, exports no plug-in or one that does not fit
 */
export async function loadPlugins(files: readonly string[]): Promise<Loaded> {
  const { plugins: libraryPlugins } = await import('infimum');
  const plugins: LoadedPlugin[] = libraryPlugins.map((plugin) => ({ plugin, files: undefined }));
  if (files.length > 0) freeze(libraryPlugins);
  for (const file of files) plugins.push(await loadPluginFile(path.resolve(file)));
  try {
    return { registry: createRegistry(...plugins.map(({ plugin }) => plugin)), plugins };
  } catch (error) {
    if (isInvalidInput(error)) throw new UsageError(`--plugin: ${error.message}`);
    throw error;
  }
}

/**
 * Loads no more than a problem and a solver need, which is quicker: their packages and those whose problems these
 * solve. With plug-ins of the user's, which may stand on anything, all that `loadPlugins` loads.
 */
export async function loadPluginsOf(ids: readonly string[], files: readonly string[]): Promise<Loaded> {
  if (files.length > 0) return loadPlugins(files);
  const plugins = new Map<string, LoadedPlugin>();
  const wanted = ids.map(packageOf);
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (plugins.has(name)) continue;
    const plugin = await loadPackage(name);
    if (!plugin) return loadPlugins([]);
    plugins.set(name, { plugin, files: undefined });
    for (const { problem } of (plugin.solvers ?? []) as readonly AnySolver[]) wanted.push(packageOf(problem.id));
  }
  const loaded = [...plugins.values()];
  return { registry: createRegistry(...loaded.map(({ plugin }) => plugin)), plugins: loaded };
}

/** A problem without anything that is not needed for it: of the library, or of the one plug-in in `files`. */
export async function problemOf(id: string, files: readonly string[]): Promise<AnyProblem> {
  const plugin = files.length > 0 ? (await loadPluginFile(path.resolve(files[0]))).plugin : await loadPackage(packageOf(id));
  const problem = plugin?.problems?.find((candidate) => candidate.id === id);
  return (problem as AnyProblem | undefined) ?? (await loadPlugins([])).registry.problem(id);
}

/** The files that are needed for a problem and a solver, of those that were named; none for the library's own. */
export function filesOf({ plugins }: Loaded, { problem, solver }: { problem: string; solver: string }) {
  const fileOf = (list: 'problems' | 'solvers', id: string) =>
    plugins.find(({ plugin }) => plugin[list]?.some((one) => one.id === id))?.files?.slice(0, 1) ?? [];
  const judge = fileOf('problems', problem);
  const peer = plugins.find(({ peers = [] }) => peers.some(({ id }) => id === solver))?.files?.slice(0, 1) ?? [];
  return { judge, cell: [...new Set([...judge, ...fileOf('solvers', solver), ...peer])] };
}

/** The peers that plug-ins bring. */
export const peersOf = ({ plugins }: Loaded): readonly PluginPeer[] => plugins.flatMap(({ peers = [] }) => peers);

/** Keeps plug-ins from changing the library's problems and solvers. */
function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && !Array.isArray(value)) return;
  Object.freeze(value);
  for (const item of Object.values(value)) freeze(item);
}

/** `ot` of `ot/sinkhorn`. */
function packageOf(id: string): string {
  return id.split('/')[0];
}

/** The plug-in of a package of the library; undefined if there is none of that name. */
async function loadPackage(name: string): Promise<Plugin | undefined> {
  try {
    const file = createRequire(import.meta.resolve('infimum')).resolve(`@infimum/${name}/plugin`);
    return (await import(pathToFileURL(file).href)).plugin;
  } catch (error) {
    if (/^(MODULE_NOT_FOUND|ERR_PACKAGE_PATH_NOT_EXPORTED)$/.test((error as NodeJS.ErrnoException).code ?? ''))
      return undefined;
    throw error;
  }
}

/** Plug-ins may be JavaScript; what the commands read of them must be there. */
function checkPlugin(plugin: unknown, file: string): Plugin {
  const where = `--plugin: ${file}`;
  if (!isJsonObject(plugin) || typeof plugin['name'] !== 'string') {
    throw new UsageError(`${where} must export \`plugin\`, an object { name, problems, solvers, claims }`);
  }
  for (const [list, fields] of Object.entries(FIELDS)) {
    const entries = plugin[list] ?? [];
    if (!Array.isArray(entries)) throw new UsageError(`${where}: plugin.${list} must be a list`);
    for (const [index, entry] of entries.entries()) checkFields(entry, fields, `${where}: plugin.${list}[${index}]`);
  }
  for (const [index, problem] of ((plugin['problems'] ?? []) as JsonObject[]).entries()) {
    for (const [group, fields] of Object.entries({ families: FAMILY_FIELDS, metrics: METRIC_FIELDS })) {
      for (const [name, entry] of Object.entries(problem[group] as JsonObject)) {
        checkFields(entry, fields, `${where}: plugin.problems[${index}].${group}.${name}`);
      }
    }
  }
  return plugin as unknown as Plugin;
}

function checkFields(entry: unknown, fields: Readonly<Record<string, string>>, place: string): void {
  if (!isJsonObject(entry)) throw new UsageError(`${place} must be an object`);
  for (const [name, type] of Object.entries(fields)) {
    const value = entry[name];
    if (value === null || typeof value !== type) {
      throw new UsageError(`${place}.${name} must be ${type === 'object' ? 'an' : 'a'} ${type}`);
    }
  }
}

const FIELDS = {
  problems: {
    id: 'string',
    title: 'string',
    families: 'object',
    metrics: 'object',
    primaryMetric: 'string',
    validate: 'function',
  },
  solvers: { id: 'string', title: 'string', problem: 'object', paper: 'object', options: 'object', steps: 'function' },
  claims: { id: 'string', statement: 'string', published: 'string', paper: 'object', run: 'function' },
};

const FAMILY_FIELDS = { title: 'string', params: 'object', suites: 'object', generate: 'function' };

const METRIC_FIELDS = { title: 'string', direction: 'string', compute: 'function' };

async function loadPluginFile(file: string): Promise<LoadedPlugin> {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) throw new UsageError(`--plugin: there is no ${file}`);
  if (!found.isFile()) throw new UsageError(`--plugin: ${file} is not a regular file`);
  const files = new Set([file]);
  const hooks = resolveFromHere(files);
  const complain = () => endedWhileLoading(file);
  process.on('exit', complain);
  // The address may hold a password, and standard output is for results.
  delete process.env['INFIMUM_QUEUE'];
  const { write } = process.stdout;
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof write;
  const limit = limitLoading(file);
  let exported: { readonly plugin?: unknown; readonly default?: unknown; readonly peers?: unknown };
  try {
    exported = await import(pathToFileURL(file).href);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--plugin: ${file} does not load: ${reason}`, { cause: error });
  } finally {
    await limit.terminate();
    process.stdout.write = write;
    process.off('exit', complain);
    hooks.deregister();
  }
  const plugin = checkPlugin(exported.plugin ?? exported.default, file);
  return { plugin, files: [...files], peers: readPeers(exported.peers, file) };
}

/** The peers of a plug-in; their version has a hash of the files that their commands name. */
function readPeers(list: unknown, file: string): PluginPeer[] {
  if (list === undefined) return [];
  const where = `--plugin: ${file}: peers`;
  if (!Array.isArray(list)) throw new UsageError(`${where} must be a list`);
  const folder = path.dirname(file);
  return list.map((entry: unknown, index) => {
    checkFields(entry, { id: 'string', problem: 'string', command: 'object' }, `${where}[${index}]`);
    const { id, problem, title = id, variant = '', package: pkg = id, version = '', command } = entry as PluginPeer;
    if (!Array.isArray(command) || command.length === 0 || command.some((word) => typeof word !== 'string')) {
      throw new UsageError(`${where}[${index}].command must be a list of texts`);
    }
    const hash = createHash('sha256').update(command.join('\0'));
    for (const word of command) {
      const named = path.resolve(folder, word);
      if (statSync(named, { throwIfNoEntry: false })?.isFile()) hash.update(readFileSync(named));
    }
    const full = [version, hash.digest('hex').slice(0, 8)].filter(Boolean).join(' ');
    return { id, problem, title, variant, package: pkg, version: full, command, folder };
  });
}

/** A thread that ends the process if a plug-in does not come back from being loaded; nothing else can. */
function limitLoading(file: string): Worker {
  const seconds = Number(process.env['INFIMUM_LOAD_SECONDS']) || LOAD_SECONDS;
  const message = `error: --plugin: ${printable(file)} was not loaded after ${seconds} s, so the process was ended\n`;
  const program = `setTimeout(() => {
    require('node:fs').writeSync(2, ${JSON.stringify(message)});
    process.kill(process.pid, 'SIGKILL');
  }, ${1000 * seconds})`;
  const worker = new Worker(program, { eval: true });
  worker.unref();
  return worker;
}

/** A plug-in that ends the process, or waits for what never comes, must not look like a command that did its work. */
function endedWhileLoading(file: string): void {
  writeSync(2, `error: --plugin: ${printable(file)} ended the process while it was loaded, or never finished loading\n`);
  process.exitCode = 2;
}

/**
 * Lets a plug-in import the library (and zod) although it is not installed where the file lies; what is installed
 * there comes first. Notes the files that the plug-in is made of.
 */
function resolveFromHere(files: Set<string>) {
  const parents = [import.meta.url, import.meta.resolve('infimum')];
  return registerHooks({
    resolve(specifier, context, next) {
      const resolved = resolve();
      if (resolved.url.startsWith('file:') && !resolved.url.includes('/node_modules/')) {
        const parent = context.parentURL?.startsWith('file:') ? fileURLToPath(context.parentURL) : undefined;
        if (parent && files.has(parent) && /^[./]/.test(specifier)) files.add(fileURLToPath(resolved.url));
      }
      return resolved;

      function resolve() {
        try {
          return next(specifier, context);
        } catch (error) {
          if (!/^(@infimum\/|infimum$|zod$|zod\/)/.test(specifier)) throw error;
          for (const parentURL of parents) {
            try {
              return next(specifier, { ...context, parentURL });
            } catch {
              // The first complaint, about the plug-in's own place, is the one to show.
            }
          }
          throw error;
        }
      }
    },
  });
}

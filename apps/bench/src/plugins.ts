// The plug-ins of a run: the library's own and the files that the user names.
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createRegistry, type Plugin, type Registry } from '@infimum/core';
import { plugins as libraryPlugins } from 'infimum';
import { isInvalidInput, UsageError } from './usage-error.ts';

/** A plug-in and where it came from. */
export interface LoadedPlugin {
  readonly plugin: Plugin;
  /** The files of a plug-in that the user named, the named one first; undefined for the library's own. */
  readonly files: readonly string[] | undefined;
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
  const plugins: LoadedPlugin[] = libraryPlugins.map((plugin) => ({ plugin, files: undefined }));
  for (const file of files) plugins.push(await loadPluginFile(path.resolve(file)));
  try {
    return { registry: createRegistry(...plugins.map(({ plugin }) => plugin)), plugins };
  } catch (error) {
    if (isInvalidInput(error)) throw new UsageError(`--plugin: ${error.message}`);
    throw error;
  }
}

async function loadPluginFile(file: string): Promise<LoadedPlugin> {
  if (!existsSync(file)) throw new UsageError(`--plugin: there is no ${file}`);
  const files = new Set([file]);
  const hooks = resolveFromHere(files);
  let exported: { readonly plugin?: Plugin; readonly default?: Plugin };
  try {
    exported = await import(pathToFileURL(file).href);
  } catch (error) {
    throw new UsageError(`--plugin: ${file} does not load: ${(error as Error).message}`, { cause: error });
  } finally {
    hooks.deregister();
  }
  const plugin = exported.plugin ?? exported.default;
  if (typeof plugin?.name !== 'string') {
    throw new UsageError(
      `--plugin: ${file} must export \`plugin\`, an object { name, problems, solvers, claims }`,
    );
  }
  return { plugin, files: [...files] };
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

// Data sets are separate packages, so that users with their own data need not install them.
import { fault } from './errors.ts';
import { checkFunction, checkText } from './validate.ts';

/**
 * Imports a data package, for families of instances that use it.
 *
 * @param load - the import: `() => import('@infimum/datasets/iris')`
 * @param name - the package to install when it is not there; `@infimum/datasets` by default
 * @throws {InvalidInputError} `unsupported`, saying what to install
 *
 * @example
 * ```ts
 * import { importData } from '@infimum/core/data';
 *
 * const complaint = await importData(() => import('no-such-data' as string), 'no-such-data').catch((e) => e.message);
 * console.log(complaint); // family: needs no-such-data, which is not installed; install it with your package manager
 * ```
 */
export async function importData<Module>(load: () => Promise<Module>, name = '@infimum/datasets'): Promise<Module> {
  checkFunction(load, 'load');
  checkText(name, 'name');
  try {
    return await load();
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw fault(`needs ${name}, which is not installed; install it with your package manager`, 'family', 'unsupported');
  }
}

/** Whether an import failed because nothing of that name was found: runtimes and bundlers say it differently. */
function isMissing(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === 'ERR_MODULE_NOT_FOUND' || /resolve module|find (module|package)|not found/i.test(String(message));
}

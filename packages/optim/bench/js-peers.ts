// Packages of npm that the benchmarks race: from a folder in which they are installed, INFIMUM_JS_PEERS, or none.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What a package exports; undefined where it is not installed. */
export async function loadJsPeer<Exports>(name: string): Promise<Exports | undefined> {
  const folder = process.env['INFIMUM_JS_PEERS'];
  if (!folder) return undefined;
  try {
    const path = createRequire(join(folder, 'index.js')).resolve(name);
    return (await import(pathToFileURL(path).href)) as Exports;
  } catch (error) {
    console.log(`no ${name}: ${(error as Error).message.split('\n')[0]}\n`);
    return undefined;
  }
}

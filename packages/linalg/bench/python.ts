// Where the Python side of a benchmark is: INFIMUM_PYTHON, or the peers' environment (`pnpm peers:install`).
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A file beside the benchmarks. */
export function file(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** The interpreter, if there is one. */
export const python: string | undefined = [process.env['INFIMUM_PYTHON'], file('../../../tooling/peers/.venv/bin/python')].find(
  (path) => path && existsSync(path),
);

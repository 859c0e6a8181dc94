// The declarations of a package, by the native TypeScript compiler: one file a source that an entry leads to.
//
// Nothing is checked here, because `typecheck` is a task of its own; so a build takes half the time.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { documentOptions } from './document-options.ts';

/** `Symbol.dispose` stands in declarations, and users' TypeScript need not have asked for it. */
const BANNER = '/// <reference lib="esnext.disposable" />\n';

/** A relative import, of a declaration or inside a type; sources name the file, and so its extension is `.ts`. */
const RELATIVE_IMPORT = /(\bfrom |\bimport\(|\bimport )(["'])(\.[^"']*)\.ts\2/g;

/** Writes the declarations of the entries (`src/index.ts`) of the package in the working directory into `dist`. */
export function writeDeclarations(entries: readonly string[]): void {
  const emitted = mkdtempSync(join(tmpdir(), 'infimum-declarations-'));
  try {
    emit(entries, emitted);
    const declarations = documentOptions(read(emitted));
    const names = entries.map((entry) => entry.replace(/^src\//, '').replace(/\.ts$/, ''));
    const waiting = [...names];
    const seen = new Set(waiting);
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const text = declarations.get(name);
      if (text === undefined) throw new Error(`the compiler wrote no declarations of src/${name}.ts`);
      for (const [, , , target] of text.matchAll(RELATIVE_IMPORT)) {
        const imported = join(dirname(name), target);
        if (!seen.has(imported)) waiting.push(imported);
        seen.add(imported);
      }
      const path = join('dist', `${name}.d.ts`);
      mkdirSync(dirname(path), { recursive: true });
      const banner = names.includes(name) ? BANNER : '';
      writeFileSync(path, banner + text.replaceAll(RELATIVE_IMPORT, '$1$2$3.js$2'));
    }
  } finally {
    rmSync(emitted, { recursive: true });
  }
}

/** The declarations in a folder, by path. */
function read(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.d.ts'));
  return new Map(names.map((name) => [name.slice(0, -5), readFileSync(join(folder, name), 'utf8')]));
}

/** What of the shared configuration decides how declarations look. */
const OPTIONS = ['target', 'module', 'moduleResolution', 'lib', 'types', 'strict', 'stripInternal'] as const;

function emit(entries: readonly string[], outDir: string): void {
  const base = fileURLToPath(new URL('../tsconfig/base.json', import.meta.url));
  const { compilerOptions } = JSON.parse(readFileSync(base, 'utf8')) as { compilerOptions: Record<string, unknown> };
  const shared = OPTIONS.flatMap((name) => [`--${name}`, String(compilerOptions[name])]);
  const declarations = ['--declaration', '--emitDeclarationOnly', '--rootDir', 'src', '--outDir', outDir];
  // Files that are named do not go together with the package's own configuration.
  const unchecked = ['--ignoreConfig', '--allowImportingTsExtensions', '--noCheck', '--skipLibCheck'];
  const compiler = join(dirname(fileURLToPath(import.meta.resolve('typescript/package.json'))), 'bin/tsc');
  const args = [compiler, ...entries, ...shared, ...declarations, ...unchecked, '--singleThreaded'];
  // Packages are built side by side, and it ends before collecting its garbage pays.
  execFileSync(process.execPath, args, { stdio: 'inherit', env: { ...process.env, GOGC: 'off' } });
}

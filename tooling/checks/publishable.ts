// Checks packages before publication, a script: the public package of the working directory (from the root all of them)
// is packed and checked by publint and Are the Types Wrong; importing one function must not exceed its budget, and
// imports must not have side effects.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { rolldown } from 'rolldown';
import type { WorkspacePackage } from './workspace.ts';
import { entriesOf, fromRoot, isForNode, makeConsumer, pack, publicPackages, readJson } from './workspace.ts';

/** What importing one function may cost, minified and gzipped. */
interface Budget {
  readonly named: string;
  /** The entry it is imported from, the main one by default. */
  readonly entry?: string;
  readonly kilobytes: number;
}

/** Of a package without a line the first function by name is imported, for this many kilobytes. */
const DEFAULT_KILOBYTES = 32;

const BUDGETS: Readonly<Record<string, Budget>> = {
  '@infimum/autodiff': { named: 'differentiable', kilobytes: 9.6 },
  '@infimum/core': { named: 'run', kilobytes: 1.7 },
  '@infimum/rigor': { named: 'signOfForm', kilobytes: 1.2 },
  '@infimum/linalg': { named: 'conjugateGradient', kilobytes: 21 },
  '@infimum/datasets': { named: 'datasets', kilobytes: 1.1 },
  '@infimum/optim': { named: 'lbfgs', kilobytes: 7.2 },
  '@infimum/ot': { named: 'sinkhorn', kilobytes: 30 },
  '@infimum/bandits-rl': { named: 'logBarrierFtrl', entry: '/online-learning', kilobytes: 1.4 },
  '@infimum/bilevel': { named: 'minimizeBilevel', kilobytes: 30 },
  '@infimum/graphs': { named: 'createWalk', kilobytes: 7.9 },
  '@infimum/strings': { named: 'findWithMismatches', kilobytes: 34.5 },
  '@infimum/verify': { named: 'localLipschitz', kilobytes: 41 },
  infimum: { named: 'plugins', kilobytes: 1215 },
};

async function main(): Promise<void> {
  const here = fromRoot(process.cwd());
  const packages = publicPackages().filter(({ folder }) => here === '' || here === folder);
  if (packages.length === 0) throw new Error(`${here} is no public package`);
  const temporary = mkdtempSync(join(tmpdir(), 'infimum-publishable-'));
  const consumer = makeConsumer(join('publishable', here));
  const failures: string[] = [];
  try {
    for (const workspacePackage of packages) {
      const { name } = workspacePackage.manifest;
      const tarball = pack(workspacePackage, temporary);
      const found = [
        ...(await lint(workspacePackage, tarball)),
        ...resolveTypes(tarball),
        ...(await importEffects(workspacePackage, temporary)),
        ...globalEffects(workspacePackage, consumer),
      ];
      const { size, problem } = await bundleSize(workspacePackage, consumer);
      if (problem) found.push(problem);
      failures.push(...found.map((line) => `${name}: ${line}`));
      const packed = `${kilobytes(statSync(tarball).size)} kB packed`;
      console.log(`${found.length === 0 ? 'ok    ' : 'FAILED'}  ${name.padEnd(22)} ${packed.padStart(16)}  ${size}`);
    }
  } finally {
    rmSync(temporary, { recursive: true });
  }
  for (const failure of failures) console.error(failure);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

async function lint({ folder }: WorkspacePackage, tarball: string): Promise<string[]> {
  const bytes = readFileSync(tarball);
  const { messages } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer },
    strict: true,
  });
  const manifest = readJson(join(folderPath(folder), 'package.json')) as Record<string, unknown>;
  return messages.map((message) => `publint: ${formatMessage(message, manifest) ?? message.code}`);
}

/** The packages are ES modules only, so what CommonJS would see does not matter. */
function resolveTypes(tarball: string): string[] {
  const attw = join(import.meta.dirname, 'node_modules/.bin/attw');
  try {
    execFileSync(attw, [tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-color', '--no-emoji'], {
      encoding: 'utf8',
    });
    return [];
  } catch (error) {
    return [`attw: ${(error as { stdout?: string }).stdout ?? error}`];
  }
}

/** Bundles an import of the main entry without uses: any remaining code is a side effect of the import. */
async function importEffects(workspacePackage: WorkspacePackage, temporary: string): Promise<string[]> {
  const [main] = entriesOf(workspacePackage);
  // A copy without package.json: its `sideEffects: false` must be true, not believed.
  const copy = join(temporary, `${workspacePackage.folder.replace('/', '-')}-copy`);
  cpSync(dirname(main.file), copy, { recursive: true });
  const nobody = join(copy, 'nobody.js');
  writeFileSync(nobody, `import './${basename(main.file)}';\n`);
  const bundled = await rolldown({ input: nobody, external: /^[^./]/, logLevel: 'silent' });
  const { output } = await bundled.generate({ format: 'esm' });
  const code = output.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join('');
  const left = code.split('\n').filter((line) => !/^(import\b.*|export \{\s*\};|\s*|\/\/.*)$/.test(line));
  return left.length === 0
    ? []
    : [
        `import has effects, this is left of a bundle of nothing:\n${left
          .slice(0, 12)
          .map((line) => line.slice(0, 160))
          .join('\n')}`,
      ];
}

/** Imports every entry in a separate process, which must end without being stopped and leave the globals unchanged. */
function globalEffects(workspacePackage: WorkspacePackage, consumer: string): string[] {
  const specifiers = entriesOf(workspacePackage).map(({ specifier }) => specifier);
  // What a dependency does on import is its own affair.
  const foreign = publicPackages().flatMap(({ manifest }) => Object.entries(manifest.dependencies ?? {}));
  const dependencies = foreign.filter(([, version]) => !version.startsWith('workspace:')).map(([name]) => name);
  const program = `
    for (const dependency of ${JSON.stringify(dependencies)}) await import(dependency);
    const before = new Set(Reflect.ownKeys(globalThis));
    for (const specifier of ${JSON.stringify(specifiers)}) await import(specifier);
    const added = Reflect.ownKeys(globalThis).filter((key) => !before.has(key)).map(String);
    if (added.length > 0) throw new Error('import adds globals: ' + added.join(', '));`;
  try {
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: consumer,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 30_000,
    });
    return output === '' ? [] : [`import prints: ${output}`];
  } catch (error) {
    return [(error as { stderr?: string }).stderr || String(error)];
  }
}

async function bundleSize(workspacePackage: WorkspacePackage, consumer: string): Promise<{ size: string; problem?: string }> {
  const { name } = workspacePackage.manifest;
  const budget = BUDGETS[name] ?? (await defaultBudget(workspacePackage));
  const { named, entry = '' } = budget;
  const program = `import { ${named} } from '${name}${entry}'; globalThis.used = ${named};`;
  const code = await bundle(program, consumer, isForNode(name)).catch((error: Error) => error);
  if (code instanceof Error) return { size: 'cannot be bundled', problem: code.message };
  const size = gzipSync(code, { level: 9 }).length;
  const report = `${kilobytes(size)} of ${budget.kilobytes} kB for { ${named} }`;
  return size > budget.kilobytes * 1000 ? { size: report, problem: `over its size budget: ${report}` } : { size: report };
}

async function defaultBudget(workspacePackage: WorkspacePackage): Promise<Budget> {
  const [main] = entriesOf(workspacePackage);
  const exported = (await import(main.file)) as Record<string, unknown>;
  const named = Object.keys(exported).find((name) => typeof exported[name] === 'function');
  if (named === undefined) throw new Error(`${main.specifier} exports no function`);
  return { named, kilobytes: DEFAULT_KILOBYTES };
}

/** What is for Node is not bundled with what it depends on. */
async function bundle(contents: string, resolveDir: string, isForNode: boolean): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2024',
    logLevel: 'silent',
    ...(isForNode && { platform: 'node', external: ['bullmq', 'ioredis'] }),
  });
  return outputFiles[0].text;
}

const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(1);

const folderPath = (folder: string): string => join(import.meta.dirname, '../..', folder);

await main();

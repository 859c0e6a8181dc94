// Bundlers, and projects with a single package as its users install it, without the optional data sets.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ReadmeExample } from './tarball.ts';
import { readJson } from './workspace.ts';

/** What comes from npm, and only where the long tests run; today's versions, and the Vite that others still have. */
const PACKAGES = {
  '@rollup/plugin-node-resolve': '16',
  bun: '1.4.5',
  esbuild: '0.28.2',
  parcel: '2.16.4',
  rollup: '4.68.8',
  vite: '8.4.0',
  'vite-5': 'npm:vite@5.4.21',
  webpack: '5.113.0',
  'webpack-cli': '6',
};

/** A bundler that builds one file from `main.js` in a project, and the path of the result. */
interface Bundler {
  readonly name: string;
  readonly command: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly out: string;
  /** Whether it makes several files and a page that loads them. */
  readonly makesPage?: boolean;
  /** What must be installed beside a package. */
  readonly beside?: readonly string[];
}

const PAGE = '<!doctype html><script type="module" src="main.js"></script>';

/** With chunks: on one file Vite 5 throws at its start for a package that is imported on demand and missing. */
const vite = (folder: string): Omit<Bundler, 'name'> => ({
  command: ['node', `node_modules/${folder}/bin/vite.js`, 'build', '--logLevel', 'warn'],
  files: {
    'index.html': PAGE,
    'vite.config.js': "export default { publicDir: false, build: { target: 'es2022', assetsDir: '' } };",
  },
  out: 'dist',
  makesPage: true,
});

/** Each bundler with the settings of its manual: the only plug-in is the one that finds packages for Rollup. */
export const BUNDLERS: readonly Bundler[] = [
  {
    name: 'esbuild',
    command: ['node_modules/.bin/esbuild', 'main.js', '--bundle', '--minify', '--format=esm', '--outfile=dist/main.js'],
    out: 'dist',
  },
  {
    name: 'webpack 5',
    command: ['node', 'node_modules/webpack/bin/webpack.js', '--config', 'webpack.config.js'],
    files: {
      'webpack.config.js': `export default {
  mode: 'production', entry: './main.js', performance: false, stats: 'errors-warnings',
  output: { asyncChunks: false },
};`,
    },
    out: 'dist',
  },
  {
    name: 'Rollup 4',
    command: ['node', 'node_modules/rollup/dist/bin/rollup', '--config', 'rollup.config.js', '--silent'],
    files: {
      'rollup.config.js': `import resolve from '@rollup/plugin-node-resolve';
export default { input: 'main.js', output: { file: 'dist/main.js', inlineDynamicImports: true }, plugins: [resolve({ browser: true })] };`,
    },
    out: 'dist',
  },
  { name: 'Vite 5', ...vite('vite-5') },
  { name: 'Vite 8', ...vite('vite') },
  { name: 'Bun', command: ['node_modules/.bin/bun', 'build', 'main.js', '--minify', '--outdir=dist'], out: 'dist' },
  {
    name: 'Parcel 2',
    command: [
      'node',
      'node_modules/parcel/lib/bin.js',
      'build',
      'index.html',
      '--no-source-maps',
      '--no-cache',
      '--log-level=error',
    ],
    files: { 'index.html': PAGE },
    out: 'dist',
    makesPage: true,
    // It takes no import for one that may be missing.
    beside: ['@infimum/datasets'],
  },
];

/** Installs the bundlers into a folder. */
export function installBundlers(folder: string): void {
  mkdirSync(folder, { recursive: true });
  // Parcel reads the `exports` of packages only if the root of a project enables it.
  const parcel = { '@parcel/resolver-default': { packageExports: true } };
  const manifest = { private: true, type: 'module', dependencies: PACKAGES, ...parcel };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** The packages that an install of some brings: they, and what they depend on. */
function closure(modules: string, names: readonly string[], seen = new Set<string>()): Set<string> {
  for (const name of names) {
    if (seen.has(name)) continue;
    seen.add(name);
    const { dependencies = {} } = readJson(join(modules, name, 'package.json')) as { dependencies?: Record<string, string> };
    closure(modules, Object.keys(dependencies), seen);
  }
  return seen;
}

/** A project whose only packages are those that an example imports, and others that are named, from where all packed packages are. */
export function projectAlone(
  folder: string,
  packed: string,
  { name, code }: ReadmeExample,
  beside: readonly string[] = [],
): void {
  const imported = [...code.matchAll(/from '((?:@[\w-]+\/)?[\w-]+)/g)].map(([, one]) => one);
  const modules = join(packed, 'node_modules');
  for (const one of closure(modules, [name, ...imported, ...beside])) {
    cpSync(join(modules, one), join(folder, 'node_modules', one), { recursive: true });
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  writeFileSync(join(folder, 'main.ts'), code);
  writeFileSync(join(folder, 'main.js'), stripTypeScriptTypes(code));
}

/** Bundles a project below the folder of the tools; gives the script. */
export function bundleWith({ command, files = {}, out }: Bundler, project: string, tools: string): string {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
  rmSync(join(project, out.split('/')[0]), { recursive: true, force: true });
  const [program, ...parameters] = command.map((part) => (part.includes('node_modules/') ? join(tools, part) : part));
  execFileSync(program === 'node' ? process.execPath : program, parameters, {
    cwd: project,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  const scripts = readdirSync(join(project, out)).filter((file) => file.endsWith('.js'));
  const [largest] = scripts.sort((a, b) => statSync(join(project, out, b)).size - statSync(join(project, out, a)).size);
  if (largest === undefined) throw new Error(`no script in ${out}`);
  return readFileSync(join(project, out, largest), 'utf8');
}

/** Bytes of a script as sent by servers. */
export const compressed = (script: string): number => gzipSync(script).length;

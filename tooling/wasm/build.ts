#!/usr/bin/env node
// The build step of every package with kernels: compiles `assembly/index.ts` to WebAssembly, once with plain
// SIMD and once with relaxed SIMD (fused multiply-add), and inlines both in `src/generated/kernels.ts`. A folder
// `assembly/NAME` with an `index.ts` of its own becomes `src/generated/NAME-kernels.ts`, a separate module, so that
// each can be loaded without the other.
import { existsSync, globSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import asc from 'assemblyscript/asc';
import { bytesToText } from './bytes-as-text.ts';
import { memoryFlags } from './memory-flags.ts';

const OUTPUT = 'src/generated';

/** One compiled module, as the loader of `@infimum/linalg/kernels` wants it. */
interface Binary {
  readonly text: string;
  /** Position of the byte that says whether the imported memory is shared. */
  readonly memoryFlags: number;
}

await mkdir(OUTPUT, { recursive: true });
if (existsSync('assembly/index.ts')) await buildModule('assembly/index.ts', 'kernels.ts');
for (const entry of globSync('assembly/*/index.ts')) {
  await buildModule(entry, `${basename(dirname(entry))}-kernels.ts`);
}

async function buildModule(entry: string, output: string): Promise<void> {
  await writeFile(`${OUTPUT}/${output}`, source(await compile(entry), await compile(entry, 'relaxed-simd')));
}

async function compile(assembly: string, feature?: string): Promise<Binary> {
  // The base directory is the folder of all packages, so that kernels can import those of another package.
  const entry = `${basename(process.cwd())}/${assembly}`;
  const args = [entry, '--baseDir', '..', '--outFile', 'module.wasm', '-O3', '--noAssert', '--runtime', 'stub'];
  args.push('--importMemory', '--initialMemory', '1', '--maximumMemory', '65536', '--enable', 'simd');
  args.push('--enable', 'threads'); // atomics; whether the memory is shared is decided when it is made
  if (feature) args.push('--enable', feature);

  const files = new Map<string, string | Uint8Array>();
  const { error, stderr } = await asc.main(args, { writeFile: (name, contents) => void files.set(name, contents) });
  const wasm = files.get('module.wasm');
  if (error || !(wasm instanceof Uint8Array)) throw new Error(`${entry} does not compile\n${stderr}`);
  return { text: bytesToText(wasm), memoryFlags: memoryFlags(wasm) };
}

function source(simd: Binary, relaxedSimd: Binary): string {
  return [
    '// Made from assembly/ by tooling/wasm; do not edit.',
    `export const simd = ${JSON.stringify(simd)};`,
    `export const relaxedSimd = ${JSON.stringify(relaxedSimd)};`,
    '',
  ].join('\n');
}

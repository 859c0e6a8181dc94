#!/usr/bin/env node
// The command. It is here before the build is, so that package managers can link it.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const program = new URL('../dist/cli.js', import.meta.url);
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(`infimum-bench needs Node 24 or newer; this is ${process.version}`);
  process.exit(2);
}
if (!existsSync(fileURLToPath(program))) {
  console.error('infimum-bench has not been built yet; run: pnpm build');
  process.exit(2);
}
// Compiling the packages anew takes most of the time of a short command.
module.enableCompileCache();
const { lockIntrinsics, main } = await import(program.href);
// Plug-ins share this process.
lockIntrinsics();
process.exitCode = await main(process.argv.slice(2));

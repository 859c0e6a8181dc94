// `pnpm peers:install [FOLDER]`: makes a virtual environment from the pinned requirements with the ordinary pip;
// in .venv beside this file, where the benchmark looks for it, unless another folder is given.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startPeers } from './src/client.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const venv = process.argv[2] ?? `${folder}.venv`;
const venvPython = process.platform === 'win32' ? `${venv}\\Scripts\\python.exe` : `${venv}/bin/python`;
const candidates = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python'];
const oldest = [3, 11];

await install();

async function install(): Promise<void> {
  if (!existsSync(venvPython)) createVenv(findPython());
  installRequirements();
  const peers = await startPeers({ venv });
  if (!peers.present) return fail(peers.reason, `Delete ${venv} and try again.`);
  for (const { id, package: name, version } of peers.process.list()) console.log(`${id}  (${name} ${version})`);
  await peers.process.close();
}

/** The first interpreter that is new enough for the pinned packages. */
function findPython(): string {
  const program = 'import sys; print(*sys.version_info[:2])';
  const found = candidates.map((name) => ({ name, run: spawnSync(name, ['-c', program], { encoding: 'utf8' }) }));
  const versions = found
    .filter(({ run }) => run.status === 0)
    .map(({ name, run }) => ({ name, version: run.stdout.trim().split(' ').map(Number) }));
  const fit = versions.find(({ version: [major, minor] }) => major === oldest[0] && minor >= oldest[1]);
  if (fit) return fit.name;
  const seen = versions.map(({ name, version }) => `${name} is ${version.join('.')}`).join(', ');
  return fail(
    `Python ${oldest.join('.')} or newer is needed and was not found${seen && ` (${seen})`}.`,
    'Install python3 and python3-venv with your package manager; the benchmark also runs without peers.',
  );
}

function createVenv(python: string): void {
  const made = spawnSync(python, ['-m', 'venv', venv], { encoding: 'utf8' });
  if (made.status === 0) return;
  rmSync(venv, { recursive: true, force: true });
  fail(
    `${python} cannot make a virtual environment: ${(made.stderr || made.stdout).trim()}`,
    'On Debian and Ubuntu: apt-get install python3-venv.',
  );
}

function installRequirements(): void {
  const parameters = ['--only-binary', ':all:', '--disable-pip-version-check', '--requirement'];
  const pip = spawnSync(venvPython, ['-m', 'pip', 'install', '--quiet', ...parameters, `${folder}requirements.txt`], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (pip.status === 0) return;
  fail('pip could not install requirements.txt; its message is above.', 'Check the network and try again.');
}

function fail(problem: string, whatNext: string): never {
  console.error(`peers: ${problem}\n${whatNext}`);
  process.exit(1);
}

// The client against a stand-in server; no Python needed.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PeerProcess } from './client.ts';
import { startPeers } from './client.ts';

const fakeServer = fileURLToPath(new URL('./fake-server.mjs', import.meta.url));
const installer = fileURLToPath(new URL('../install.ts', import.meta.url));

describe('startPeers without peers', () => {
  let empty: string;
  beforeAll(() => {
    empty = mkdtempSync(join(tmpdir(), 'infimum-peers-'));
  });
  afterAll(() => rmSync(empty, { recursive: true }));

  it('says that the virtual environment is not there, and what makes it', async () => {
    const peers = await startPeers({ venv: empty });
    expect(peers).toEqual({ present: false, reason: `there is no Python in ${empty}; \`pnpm peers:install\` makes it` });
  });

  it('says that the program cannot be run', async () => {
    const peers = await startPeers({ command: [join(empty, 'python')] });
    expect(peers.present || peers.reason).toMatch(/^the peers do not start: cannot run .*ENOENT/);
  });

  it('says that the program died, with its last complaint', async () => {
    const program = 'console.error("No module named ot"); process.exitCode = 1';
    const peers = await startPeers({ command: [process.execPath, '--eval', program] });
    expect(peers.present || peers.reason).toBe(
      "the peers do not start: the peers' process ended with exit code 1: No module named ot",
    );
  });
});

describe('PeerProcess', () => {
  let peers: PeerProcess;
  beforeEach(async () => {
    vi.stubEnv('OPENBLAS_CORETYPE', 'Haswell');
    vi.stubEnv('OPENBLAS_L2_SIZE', '512');
    const started = await startPeers({ command: [process.execPath, fakeServer] });
    if (!started.present) throw new Error(started.reason);
    peers = started.process;
  });
  afterEach(async () => {
    await peers.close();
    vi.unstubAllEnvs();
  });

  it("answers a peer's questions with the instance's functions, and hands on what it knew on the way", async () => {
    const product = ([x, y]: Float64Array) => Float64Array.of(x * y);
    const result = await peers.solve('ask', {}, {}, { seconds: 60, functions: { product } });
    expect(result).toMatchObject({ status: 'stalled', iterations: undefined });
    expect(result.solution).toEqual({ values: [0, 0, 1, 2, 2, 4], names: ['product'], stop: false });
    expect(result.path).toEqual([{ seconds: 0.25, iterations: 1, solution: { x: 1 } }]);
  });

  it('tells a peer to stop that has asked until its own seconds are over', async () => {
    const functions = { product: ([x, y]: Float64Array) => x * y };
    const result = await peers.solve('ask', {}, {}, { seconds: 0.25, functions });
    expect(result.solution).toMatchObject({ values: [0, 0, 1, 2], stop: true });
  });

  it('lists the solvers with their versions', () => {
    expect(peers.list()).toContainEqual({
      id: 'echo',
      title: 'echo',
      problem: 'test/echo',
      variant: '',
      package: 'fake',
      version: '1.2.3',
    });
    expect(peers.environment).toEqual({ python: 'none' });
  });

  it.each(['echo', 'dribble'])('sends and receives arrays and scalars (%s)', async (id) => {
    const instance = {
      cost: { rows: 2, cols: 3, values: new Float64Array([1, 2, 3, 4, NaN, -0]) },
      labels: new Uint8Array([7, 8, 9]),
      nothing: new Int32Array(0),
      epsilon: 0.01,
      bound: Infinity,
    };
    expect(await peers.solve(id, instance)).toEqual({
      status: 'converged',
      reason: 'done',
      seconds: 0.25,
      iterations: undefined,
      solution: instance,
    });
  });

  it('carries arrays larger than any pipe', async () => {
    const values = Float64Array.from({ length: 300_000 }, (_, index) => index / 7);
    const { solution } = await peers.solve('echo', { values });
    expect(solution?.['values']).toEqual(values);
  });

  it('answers concurrent calls one after the other', async () => {
    const results = await Promise.all([1, 2, 3].map((number) => peers.solve('echo', { number })));
    expect(results.map(({ solution }) => solution)).toEqual([{ number: 1 }, { number: 2 }, { number: 3 }]);
  });

  it('gives the process one thread and no foreign OpenBLAS settings', async () => {
    const { solution } = await peers.solve('environment', {});
    const variables = solution?.['variables'] as Record<string, string>;
    expect(variables).not.toHaveProperty('OPENBLAS_CORETYPE');
    expect(variables).not.toHaveProperty('OPENBLAS_L2_SIZE');
    expect(variables).toMatchObject({ OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' });
  });

  it('kills a process that exceeds its time, and starts another for the next call', async () => {
    const hung = peers.pid as number;
    const late = await peers.solve('hang', {}, {}, { seconds: 0.1 });
    expect(late).toMatchObject({ status: 'time-limit', reason: 'no answer within 0.1 s', solution: undefined });
    await gone(hung);
    expect(await peers.solve('echo', { x: 1 })).toMatchObject({ status: 'converged', solution: { x: 1 } });
    expect(peers.pid).not.toBe(hung);
  });

  it('ends a run that is aborted, and does not start one that was', async () => {
    const controller = new AbortController();
    const hung = peers.pid as number;
    const running = peers.solve('hang', {}, {}, { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    expect(await running).toMatchObject({ status: 'aborted', solution: undefined });
    await gone(hung);
    expect(await peers.solve('echo', {}, {}, { signal: controller.signal })).toMatchObject({ status: 'aborted' });
  });

  it.each([
    ['crash', "the peers' process ended with exit code 3: out of memory"],
    ['babble', /^the process does not speak the protocol: /],
    ['refuse', 'ValueError: no'],
  ])('reports a failure with its reason and goes on (%s)', async (id, reason) => {
    const failed = await peers.solve(id, { x: new Float64Array(2) });
    expect(failed).toMatchObject({ status: 'failed', reason: expect.stringMatching(reason), solution: undefined });
    expect(await peers.solve('echo', { x: 1 })).toMatchObject({ status: 'converged' });
  });

  it('rejects what cannot be sent, and goes on', async () => {
    await expect(peers.solve('echo', { cost: () => 0 })).rejects.toThrow('message.instance.cost');
    expect(await peers.solve('echo', { x: 1 })).toMatchObject({ status: 'converged' });
  });

  it('leaves no process behind', async () => {
    const { pid } = peers;
    const running = peers.solve('hang', {});
    await new Promise((resolve) => setTimeout(resolve, 20));
    await peers.close();
    expect(await running).toMatchObject({ status: 'failed', reason: 'the peers were closed' });
    await gone(pid as number);
    expect(peers.pid).toBeUndefined();
  });
});

describe.skipIf(process.platform === 'win32')('peers:install', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'infimum-peers-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('says what to do when there is no Python', () => {
    expect(install()).toEqual({
      exitCode: 1,
      message:
        'peers: Python 3.11 or newer is needed and was not found.\n' +
        'Install python3 and python3-venv with your package manager; the benchmark also runs without peers.\n',
    });
  });

  it('says which Python is too old', () => {
    pythonThat('echo 3 9');
    expect(install().message).toMatch('not found (python3 is 3.9).');
  });

  it('says what to do when venv is missing', () => {
    pythonThat('if [ "$1" = -c ]; then echo 3 12; else echo "No module named venv" >&2; exit 1; fi');
    expect(install()).toEqual({
      exitCode: 1,
      message:
        'peers: python3 cannot make a virtual environment: No module named venv\n' +
        'On Debian and Ubuntu: apt-get install python3-venv.\n',
    });
  });

  function pythonThat(script: string): void {
    writeFileSync(join(folder, 'python3'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'python3'), 0o755);
  }

  function install(): { exitCode: number | null; message: string } {
    const parameters = [installer, join(folder, 'venv')];
    const { status, stderr } = spawnSync(process.execPath, parameters, { env: { PATH: folder }, encoding: 'utf8' });
    return { exitCode: status, message: stderr };
  }
});

/** Resolves when no process has that number. */
async function gone(pid: number): Promise<void> {
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 5000 });
}

// A queue for tests: a private Redis or Valkey server on a free port of this machine, which ends with the process.
import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkIterable } from '@infimum/core';

/** A server that runs. */
export interface TestServer {
  /** `redis://127.0.0.1:PORT`. */
  readonly url: string;
  /** The port. */
  readonly port: number;
  /** Ends it. */
  close(): Promise<void>;
}

/** Ends the server when its input ends, which happens when the process that started it ends. */
const SCRIPT = `"$@" >server.log 2>&1 & server=$!; cat >/dev/null; kill -s KILL $server; wait $server`;

/**
 * The reason why no private server can be started here; undefined if one can.
 *
 * @example
 * ```ts
 * import { serverMissing } from '@infimum/distributed/testing';
 *
 * const reason = serverMissing();
 * console.log(reason === undefined || reason.startsWith('neither')); // true
 * ```
 */
export function serverMissing(): string | undefined {
  return findServer() === undefined
    ? 'neither redis-server nor valkey-server is installed (Debian: apt-get install redis-server)'
    : undefined;
}

/**
 * Starts a server that writes nothing to disk.
 *
 * @param more - further arguments of `redis-server`
 * @throws {Error} when there is none or it does not start
 *
 * @example
 * ```ts
 * import { serverMissing, startServer } from '@infimum/distributed/testing';
 *
 * const server = serverMissing() === undefined ? await startServer() : undefined;
 * console.log(server?.url.startsWith('redis://127.0.0.1:') ?? true); // true
 * await server?.close();
 * ```
 */
export async function startServer(more: readonly string[] = []): Promise<TestServer> {
  checkIterable(more, 'more');
  const program = findServer();
  if (program === undefined) throw new Error(serverMissing());
  const folder = mkdtempSync(join(tmpdir(), 'infimum-queue-'));
  // Another process may take the port before the server does.
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
    const shell = spawn('sh', ['-c', SCRIPT, 'sh', program, ...own, ...more], {
      cwd: folder,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const close = async () => {
      const ended = shell.exitCode === null ? once(shell, 'exit') : undefined;
      shell.stdin?.end();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    };
    if (await answers(port, shell)) return { url: `redis://127.0.0.1:${port}`, port, close };
    await close();
    if (attempt === 5) throw new Error(`${program} does not start`);
  }
}

function findServer(): string | undefined {
  return ['redis-server', 'valkey-server'].find((program) => {
    try {
      execFileSync(program, ['--version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

/** Waits until the port accepts connections. */
async function answers(port: number, shell: ChildProcess): Promise<boolean> {
  for (let attempt = 0; attempt < 400 && shell.exitCode === null; attempt++) {
    const socket = connect(port, '127.0.0.1');
    const stands = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (stands) return true;
    await new Promise((resume) => setTimeout(resume, 25));
  }
  return false;
}

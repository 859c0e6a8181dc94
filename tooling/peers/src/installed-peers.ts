// The peers of tests, where `pnpm peers:install` has made them.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import type { PeerProcess } from './client.ts';
import { startPeers } from './client.ts';

/** Whether the virtual environment is there; without it the tests of peers are skipped. */
export const installed = ['bin/python', 'Scripts/python.exe'].some((path) =>
  existsSync(fileURLToPath(new URL(`../.venv/${path}`, import.meta.url))),
);

/** One process for all tests of a `describe`; call the result within a test. */
export function peersOfTests(): () => PeerProcess {
  let peers: PeerProcess;
  beforeAll(async () => {
    const started = await startPeers();
    if (!started.present) throw new Error(started.reason);
    peers = started.process;
  }, 60_000);
  afterAll(() => peers.close());
  return () => peers;
}

// A storm of SIGKILL on the coordinator, its cells and their process groups, with cells that are stopped in between: in
// the end every cell is there once.
import { setTimeout as sleep } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { childrenOf, emptyFolder, fixture, start } from './command.ts';

const seeds = Array.from({ length: 100 }, (_, index) => index + 1).join();
const args = [
  ...[
    'run',
    '--plugin',
    fixture('demo.ts'),
    '--plugin',
    fixture('rogues.ts'),
    '--params',
    '{"n": 20}',
    '--jobs',
    '2',
  ],
  ...[
    '--solvers',
    'demo/division,demo/conjugate-gradients,rogues/idler',
    '--seeds',
    seeds,
    '--budget',
    '0.1',
  ],
];
/** Kills of whatever kind before the storm abates. */
const KILLS = 100;

/** Kills this and that until the run ends or is killed; how often it did. */
async function harass(
  random: Random,
  kills: number,
  { child, finished }: ReturnType<typeof start>,
): Promise<number> {
  let ended = false;
  void finished.then(() => {
    ended = true;
  });
  let done = 0;
  for (;;) {
    await sleep(150 + 350 * random.uniform());
    if (ended || done >= kills) return done;
    const cells = childrenOf(child.pid ?? 0);
    const dice = random.uniform();
    if (dice < 0.1) {
      // A stopped cell whose coordinator is gone could not end itself.
      for (const cell of cells) signal(cell, 'SIGCONT');
      child.kill('SIGKILL');
      return done + 1;
    }
    const cell = cells[Math.floor(random.uniform() * cells.length)];
    if (cell === undefined) continue;
    done++;
    if (dice < 0.55) signal(cell, 'SIGKILL');
    else if (dice < 0.97) signal(-cell, 'SIGKILL');
    else signal(cell, 'SIGSTOP');
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}

describe.runIf(process.platform === 'linux')('a storm of kills', () => {
  it('loses no cell and runs none twice', { timeout: 600_000 }, async () => {
    const folder = emptyFolder();
    const random = new Random(7);
    let kills = 0;
    let code: number | null = null;
    while (code !== 0) {
      const running = start(folder, args);
      kills += await harass(random, KILLS - kills, running);
      ({ code } = await running.finished);
    }
    expect(kills).toBeGreaterThan(KILLS / 2);
    const database = await DuckDBInstance.create(`${folder}/bench.duckdb`, { access_mode: 'READ_ONLY' });
    const connection = await database.connect();
    const finished = await connection.runAndReadAll(
      `SELECT count(*)::INTEGER AS cells, count(DISTINCT identity)::INTEGER AS different FROM cells WHERE status <> 'failed'`,
    );
    expect(finished.getRowObjectsJson()).toEqual([{ cells: 300, different: 300 }]);
    const reasons = await connection.runAndReadAll(
      `SELECT DISTINCT reason FROM cells WHERE status = 'failed'`,
    );
    for (const { reason } of reasons.getRowObjectsJson()) {
      expect(reason).toMatch(/was killed by SIGKILL|gave no sign of life/);
    }
    database.closeSync();
  });
});

// A storm of SIGKILL on coordinators, their cells and their process groups, with cells that are stopped in between and a
// second run on the same store; and a disk that is full. In the end every cell is there once, and no process is left.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { Random } from '@infimum/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Running } from './command.ts';
import { cellsOf, emptyFolder, fixture, infimumBench, linesOf, start } from './command.ts';

const plugins = ['run', '--plugin', fixture('demo.ts'), '--plugin', fixture('rogues.ts')];
const solvers = ['--solvers', 'demo/division,demo/conjugate-gradients,rogues/idler'];
const seeds = (count: number): string => Array.from({ length: count }, (_, index) => index + 1).join();
const args = [...plugins, ...solvers, ...['--params', '{"n": 20}', '--jobs', '2', '--seeds', seeds(120), '--budget', '0.1']];
const CELLS = 360;
/** Kills of whatever kind before the storm abates. */
const KILLS = 420;

/** What was done to whom. */
const kills = { coordinators: 0, cells: 0, groups: 0, stops: 0 };
const total = (): number => Object.values(kills).reduce((sum, count) => sum + count, 0);

/** Every cell that was ever seen. */
const seen = new Set<number>();

/** Kills this and that until both runs have ended or were killed. */
async function harass(random: Random, runs: readonly Running[]): Promise<void> {
  let left = runs.length;
  for (const { finished } of runs) void finished.then(() => left--);
  for (;;) {
    await sleep(50 + 250 * random.uniform());
    if (left === 0) return;
    if (total() >= KILLS) return void (await Promise.all(runs.map(({ finished }) => finished)));
    const { child } = runs[Math.floor(random.uniform() * runs.length)];
    const dice = random.uniform();
    if (dice < 0.06) {
      if (child.exitCode === null && child.kill('SIGKILL')) kills.coordinators++;
      continue;
    }
    const cells = cellsOf(child.pid ?? 0);
    for (const cell of cells) seen.add(cell);
    const cell = cells[Math.floor(random.uniform() * cells.length)];
    if (cell === undefined) continue;
    if (dice < 0.52) kills.cells += signal(cell, 'SIGKILL');
    else if (dice < 0.97) kills.groups += signal(-cell, 'SIGKILL');
    else kills.stops += signal(cell, 'SIGSTOP');
  }
}

/** 1 if it was heard. */
function signal(pid: number, name: NodeJS.Signals): number {
  try {
    process.kill(pid, name);
    return 1;
  } catch {
    return 0; // It ended by itself.
  }
}

async function query(folder: string, sql: string): Promise<unknown[]> {
  const database = await DuckDBInstance.create(`${folder}/bench.duckdb`, { access_mode: 'READ_ONLY' });
  const connection = await database.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    database.closeSync();
  }
}

const FINISHED = `SELECT count(*)::INTEGER AS cells, count(DISTINCT identity)::INTEGER AS different
  FROM cells WHERE status <> 'failed'`;

describe.runIf(process.platform === 'linux')('a storm of kills', () => {
  it('loses no cell, runs none twice and leaves no process', { timeout: 3_000_000 }, async () => {
    const random = new Random(7);
    // A quick machine is through with its cells before the storm abates: then there is another round, with a store of its own.
    while (total() < 400) await storm(random);
    for (const count of Object.values(kills)) expect(count).toBeGreaterThan(0);
  });

  async function storm(random: Random): Promise<void> {
    const folder = emptyFolder();
    let codes: (number | null)[] = [];
    while (!codes.includes(0)) {
      const runs = [start(folder, args), start(folder, args)];
      await harass(random, runs);
      const ends = await Promise.all(runs.map(({ finished }) => finished));
      codes = ends.map(({ code }) => code);
      // Whoever came second says why it does not run, and touches nothing.
      for (const { code, stderr } of ends) if (code === 2) expect(stderr).toMatch(/in use/);
    }
    console.log(`${CELLS} cells, ${total()} kills: ${JSON.stringify(kills)}`);
    expect(await query(folder, FINISHED)).toEqual([{ cells: CELLS, different: CELLS }]);
    const reasons = await query(folder, `SELECT DISTINCT reason FROM cells WHERE status = 'failed'`);
    for (const { reason } of reasons as { reason: string }[]) {
      expect(reason).toMatch(/was killed by SIGKILL|was silent for/);
    }
    await vi.waitFor(() => expect([...seen].filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]), { timeout: 20_000 });
  }
});

/** A file system in memory, of so many kilobytes. */
function mount(folder: string, kilobytes: number, ...more: string[]): boolean {
  try {
    const options = ['-t', 'tmpfs', '-o', [...more, `size=${kilobytes}k`].join()];
    execFileSync('/bin/mount', [...options, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.runIf(process.platform === 'linux')('a full disk', () => {
  const folder = emptyFolder();
  afterEach(() => {
    execFileSync('/bin/umount', ['--lazy', folder], { stdio: 'ignore' });
  });

  it('costs nothing that was stored before, and the next run goes on from there', { timeout: 300_000 }, async (test) => {
    test.skip(!mount(folder, 160), 'only root can mount a small disk');
    // The samples of the idler fill it.
    const long = [...plugins, '--solvers', 'rogues/idler', '--params', '[{"n": 2000}, {"n": 3000}]', '--json'];
    const runs = [...long, '--seeds', seeds(60), '--budget', '0.05', '--report', path.join(emptyFolder(), 'r.html')];
    const { code, stdout, stderr } = await infimumBench(folder, runs);
    expect(stderr).toMatch(/the disk is full/);
    expect(code).toBe(2);
    const before = stdout === '' ? [] : linesOf(stdout);
    expect(before.length).toBeGreaterThan(0);
    expect(mount(folder, 64_000, 'remount')).toBe(true);
    const [{ cells }] = (await query(folder, FINISHED)) as { cells: number }[];
    expect(cells).toBeGreaterThanOrEqual(before.length);
    const after = await infimumBench(folder, runs);
    expect(after.code).toBe(0);
    expect(after.stderr.match(/from the store/g)).toHaveLength(cells);
    expect(await query(folder, FINISHED)).toEqual([{ cells: 120, different: 120 }]);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cell, CellResult } from './cell/messages.ts';
import { describeEnvironment } from './environment.ts';
import { Store } from './store.ts';

const cell: Cell = {
  problem: 'demo/p',
  family: 'f',
  params: { n: 3, name: "it's" },
  seed: 2 ** 40,
  solver: 'demo/s',
  role: 'paper',
  variant: 'exact',
  options: { b: 1, a: [true, null] },
  budget: 1.5,
  codeVersion: 'abc',
};
const result: CellResult = {
  status: 'converged',
  reason: 'below 1e-9',
  seconds: 0.1 + 0.2,
  iterations: 2 ** 40,
  metrics: { error: 1e-300, other: null },
  peakMemory: 123456789,
  samples: [
    { iteration: 0, seconds: 0, metrics: { error: 1 } },
    { iteration: 7, seconds: 0.25, metrics: { error: 0.5, other: null } },
  ],
};

describe('Store', () => {
  let file = '';
  beforeEach(() => {
    file = path.join(mkdtempSync(path.join(tmpdir(), 'infimum-store-')), "it's a store.duckdb");
  });
  afterEach(() => rmSync(path.dirname(file), { recursive: true }));

  it('gives back what it was given, also after it was closed', async () => {
    const store = await Store.open(file);
    const run = await store.beginRun(describeEnvironment('POT 1'), 'abc', 'run --json');
    const stored = await store.addResult(run, cell, result, 'a toaster');
    store.close();
    const again = await Store.openExisting(file);
    const { samples, ...end } = result;
    expect(await again.cellsOf([run])).toEqual([{ ...cell, ...end, id: stored.id, machine: 'a toaster' }]);
    expect(await again.withSamples([stored])).toMatchObject([{ id: stored.id, samples }]);
    expect(await again.runs()).toMatchObject([{ id: run, codeVersion: 'abc', command: 'run --json', peers: 'POT 1' }]);
    again.close();
  });

  it('reads a store from before there were several machines, and brings it up to date when it writes', async () => {
    const store = await Store.open(file);
    const run = await store.beginRun(describeEnvironment(), 'abc', '');
    await store.addResult(run, cell, result);
    store.close();
    const database = await DuckDBInstance.create(file);
    const connection = await database.connect();
    await connection.run(
      'ALTER TABLE cells DROP COLUMN machine; ALTER TABLE cells DROP COLUMN details; UPDATE layout SET version = 2',
    );
    connection.closeSync();
    database.closeSync();
    const reader = await Store.openExisting(file);
    expect(await reader.cellsOf([run])).toMatchObject([{ seconds: result.seconds, machine: '' }]);
    reader.close();
    const writer = await Store.open(file);
    await writer.addResult(run, { ...cell, seed: 2 }, result, 'a toaster');
    expect((await writer.cellsOf([run])).map(({ machine }) => machine)).toEqual(['', 'a toaster']);
    writer.close();
    const again = await Store.openExisting(file);
    expect(await again.cellsOf([run])).toHaveLength(2);
    again.close();
  });

  it('finds a result again only under the same code, options, seed and budget', async () => {
    const store = await Store.open(file);
    const run = await store.beginRun(describeEnvironment(), 'abc', '');
    await store.addResult(run, cell, result);
    const found = await store.findResult({ ...cell, options: { a: [true, null], b: 1 } });
    expect(found).toMatchObject({ status: 'converged', seconds: 0.1 + 0.2 });
    const changes: Partial<Cell>[] = [{ codeVersion: 'x' }, { seed: 1 }, { budget: 2 }, { options: {} }, { params: {} }];
    for (const change of changes) expect(await store.findResult({ ...cell, ...change })).toBeUndefined();
    const second = await store.beginRun(describeEnvironment(), 'abc', '');
    await store.reuse(second, found as NonNullable<typeof found>);
    expect(await store.cellsOf([second])).toHaveLength(1);
    store.close();
  });

  it('takes results that arrive side by side', async () => {
    const store = await Store.open(file);
    const run = await store.beginRun(describeEnvironment(), 'abc', '');
    const seeds = [1, 2, 3, 4, 5];
    await Promise.all(seeds.map((seed) => store.addResult(run, { ...cell, seed }, result)));
    expect((await store.cellsOf([run])).map(({ seed }) => seed)).toEqual(seeds);
    store.close();
  });

  it('does not take failed or absent cells for results', async () => {
    const store = await Store.open(file);
    const run = await store.beginRun(describeEnvironment(), 'abc', '');
    await store.addResult(run, cell, { ...result, status: 'failed' });
    await store.addResult(run, cell, { ...result, status: 'absent' });
    expect(await store.findResult(cell)).toBeUndefined();
    store.close();
  });

  it('says what is wrong with a file', async () => {
    await expect(Store.openExisting(file)).rejects.toThrow(/there is no store .*infimum-bench run/);
    writeFileSync(file, 'something else '.repeat(1000));
    await expect(Store.open(file)).rejects.toThrow(/is damaged or not a store/);
    await expect(Store.open(`${file}/x`)).rejects.toThrow(/cannot be opened/);
    const foreign = `${file}.foreign`;
    const database = await DuckDBInstance.create(foreign);
    await (await database.connect()).run('CREATE TABLE t (x INTEGER)');
    database.closeSync();
    await expect(Store.open(foreign)).rejects.toThrow(/not a store of infimum-bench/);
  });
});

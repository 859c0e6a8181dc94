// Results that others judge again: a bundle is verified as it was signed, and refused after any change.
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { answer, emptyFolder, fixture, infimumBench } from './command.ts';

const plugin = ['--plugin', fixture('demo.ts')];
const problem = ['--problem', 'demo/diagonal-system', '--params', '{"n": 30}', '--budget', '2'];

describe('a bundle', () => {
  const folder = emptyFolder();
  const verify = (name: string, ...more: string[]) => infimumBench(folder, ['verify', name, ...plugin, ...more]);
  const copyOf = (name: string) => {
    cpSync(path.join(folder, 'good'), path.join(folder, name), { recursive: true });
    return (file: string) => path.join(folder, name, file);
  };
  const solutionIn = (at: (file: string) => string) => at(path.join('solutions', readdirSync(at('solutions'))[0]));
  let signer = '';

  beforeAll(async () => {
    const run = await infimumBench(folder, ['run', ...plugin, ...problem, '--bundle', 'good']);
    expect(run.code).toBe(0);
    const { code, stdout } = await infimumBench(folder, ['bundle', 'good', '--key', 'key.pem']);
    expect(code).toBe(0);
    signer = stdout.trim().slice(-39);
    expect(signer).toMatch(/^([0-9a-f]{4} ?){8}$/);
  });

  it('is verified by its solutions, and says who measured what', async () => {
    const { code, stdout, stderr } = await verify('good', '--signer', signer);
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /(\d{2,}) solutions of 3 cells were judged, 3 of them by the code that is here\n +measured 20.*, v24/,
    );
    expect(stdout).toContain(`verified; signed by ${signer}`);
    expect(code).toBe(0);
  });

  it('is published beside other results', async () => {
    const report = await answer(folder, ['report', '--store', 'good/bench.duckdb', '--out', 'theirs.html', ...plugin]);
    expect(report.code).toBe(0);
    expect(readFileSync(path.join(folder, 'theirs.html'), 'utf8')).toContain('demo/gradient-descent');
  });

  it.each<[string, (at: (file: string) => string) => void, RegExp]>([
    [
      'a solution that was changed',
      (at) => {
        const bytes = readFileSync(solutionIn(at));
        bytes[bytes.length >> 1] ^= 1;
        writeFileSync(solutionIn(at), bytes);
      },
      /is not the file that was signed/,
    ],
    ['a solution that is missing', (at) => rmSync(solutionIn(at)), /is missing/],
    ['another store', (at) => writeFileSync(at('bench.duckdb'), 'x'), /bench\.duckdb is not the file that was signed/],
    [
      'another manifest',
      (at) =>
        writeFileSync(at('manifest.json'), readFileSync(at('manifest.json'), 'utf8').replace('"signed": "2', '"signed": "1')),
      /the signature is not that of its manifest/,
    ],
    ['no signature', (at) => writeFileSync(at('manifest.sig'), ''), /the signature is not/],
  ])('is refused with %s', async (name, change, reason) => {
    change(copyOf(name));
    const { code, stdout } = await verify(name);
    expect(stdout).toMatch(/^refused: /);
    expect(stdout).toMatch(reason);
    expect(code).toBe(1);
  });

  it('is refused from another signer, and with metrics that its solutions do not have', async () => {
    expect(await verify('good', '--signer', '0000')).toMatchObject({
      code: 1,
      stdout: `refused: it was signed by ${signer}\n`,
    });
    const at = copyOf('dishonest');
    const instance = await DuckDBInstance.create(at('bench.duckdb'));
    const connection = await instance.connect();
    await connection.run(`UPDATE samples SET metrics = '{"residual": 0, "size": 1}' WHERE cell = 1 AND iteration = 0`);
    await connection.run(`UPDATE cells SET metrics = '{"residual": 0, "size": 1}' WHERE id = 2`);
    connection.closeSync();
    instance.closeSync();
    renameSync(at('bench.duckdb'), path.join(folder, 'bent.duckdb'));
    expect((await infimumBench(folder, ['bundle', 'dishonest', '--store', 'bent.duckdb', '--key', 'other.pem'])).code).toBe(0);
    const { code, stdout, stderr } = await verify('dishonest');
    expect(stderr).toMatch(/demo\/gradient-descent on demo\/diagonal-system.*, iteration 0: residual is 1, not 0/);
    expect(stderr).toMatch(/demo\/.* on .*: its end is no sample of it/);
    expect(stdout).toMatch(/refused: 2 solutions do not give the metrics in the store/);
    expect(code).toBe(1);
  });

  it('is wrong usage where there is none, or nothing to sign or to judge by', async () => {
    expect(await verify('nowhere')).toMatchObject({ code: 2, stderr: expect.stringContaining('nowhere is no bundle') });
    const unknown = await infimumBench(folder, ['verify', 'good']);
    expect(unknown).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("there is no problem 'demo/diagonal-system' here"),
    });
    await infimumBench(folder, ['run', ...plugin, ...problem, '--store', 'bare.duckdb']);
    const bare = await answer(folder, ['bundle', 'good', '--store', 'bare.duckdb', '--key', 'key.pem']);
    expect(bare).toMatchObject({ code: 2, stderr: expect.stringContaining('has 3 of 3 cells without solutions in good') });
    writeFileSync(path.join(folder, 'no.pem'), 'none');
    const key = await answer(folder, ['bundle', 'good', '--key', 'no.pem']);
    expect(key).toMatchObject({ code: 2, stderr: expect.stringContaining('no.pem is not a private Ed25519 key') });
  });
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readArrayFile, readTextFile } from './files.ts';
import { parseJson } from './json.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'infimum-files-'));
const at = (name: string) => path.join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

describe('readTextFile', () => {
  it('reads UTF-8 with and without a byte order mark, also through a link', () => {
    writeFileSync(at('marked.json'), '\ufeff{"a": "ä"}');
    symlinkSync(at('marked.json'), at('link.json'));
    expect(parseJson(readTextFile(at('link.json'), 'x'), 'x')).toEqual({ a: 'ä' });
  });

  it('says what is missing, a folder, or too large', () => {
    expect(() => readTextFile(at('none'), '--instance')).toThrow(/^--instance: there is no .*none$/);
    expect(() => readTextFile(folder, '--instance')).toThrow(/is not a regular file/);
    writeFileSync(at('large'), '');
    truncateSync(at('large'), 3e9);
    expect(() => readTextFile(at('large'), '--instance')).toThrow(/has 3000 MB; at most 500 MB are read/);
    expect(() => readArrayFile(at('large'), 'a.npy')).toThrow(/a\.npy: .* at most 2000 MB are read/);
  });

  it.runIf(process.platform === 'linux')('does not wait for a pipe, nor read a device that never ends', () => {
    execFileSync('sh', ['-c', 'mkfifo "$0"', at('pipe')]);
    symlinkSync('/dev/zero', at('zero'));
    for (const name of ['pipe', 'zero']) {
      expect(() => readTextFile(at(name), '--instance')).toThrow(/is not a regular file/);
    }
  });
});

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const lockdown = fileURLToPath(new URL('./lockdown.ts', import.meta.url));

/** What a program prints after the built-ins were locked, in a process of its own. */
function afterLock(program: string): unknown {
  const source = `import { lockIntrinsics } from ${JSON.stringify(lockdown)};\n${program}`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--allow-natives-syntax', '--input-type=module', '-e', source], {
    encoding: 'utf8',
  });
  expect(stderr.replaceAll(/.*Warning.*\n/g, '')).not.toMatch(/Error/);
  return JSON.parse(stdout);
}

describe('lockIntrinsics', () => {
  it('leaves nothing to assign, and all that there was', () => {
    const refused = afterLock(`
      lockIntrinsics();
      const holders = { Math, JSON, Array, now: performance, list: Array.prototype, numbers: Float64Array.prototype };
      holders.iterator = Object.getPrototypeOf([].values());
      const names = { Math: 'max', JSON: 'stringify', Array: 'from', now: 'now', list: Symbol.iterator, numbers: 'at', iterator: 'next' };
      console.log(JSON.stringify(Object.keys(holders).filter((key) => {
        try { holders[key][names[key]] = () => 0; } catch { return Math.max(...[1, 2]) === 2; }
      })));`);
    expect(refused).toEqual(['Math', 'JSON', 'Array', 'now', 'list', 'numbers', 'iterator']);
  });

  it('leaves them fast: none turns into a dictionary', () => {
    const slow = afterLock(`
      const holders = { list: Array.prototype, iterator: Object.getPrototypeOf([].values()), Math, JSON, numbers: Float64Array.prototype };
      lockIntrinsics();
      console.log(JSON.stringify(Object.keys(holders).filter((key) => !%HasFastProperties(holders[key]))));`);
    // One property made read-only by itself is enough, and costs loops over arrays a factor of ten.
    expect(slow).toEqual([]);
  });
});

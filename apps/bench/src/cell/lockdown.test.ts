import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const lockdown = fileURLToPath(new URL('./lockdown.ts', import.meta.url));

/** What a program prints after the built-ins were locked, in a process of its own. */
function afterLock(program: string): unknown {
  const source = `import { lockIntrinsics } from ${JSON.stringify(lockdown)};\n${program}`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' });
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

  it('does not slow down what solvers do with arrays', () => {
    const [before, after] = afterLock(`
      const values = Array.from({ length: 1000 }, (_, i) => i);
      let sum = 0;
      const work = () => {
        for (let k = 0; k < 300; k++) for (const value of [...values]) sum += Math.sqrt(value) + Math.max(...[value, k]);
      };
      const least = () => Math.min(...Array.from({ length: 9 }, () => {
        const start = process.cpuUsage();
        work();
        const { user, system } = process.cpuUsage(start);
        return user + system;
      }));
      work();
      const before = least();
      lockIntrinsics();
      work();
      console.log(JSON.stringify([before, least()]));`) as [number, number];
    // One property made read-only by itself costs a factor of ten and more here.
    expect(after / before).toBeLessThan(2.5);
  });
});

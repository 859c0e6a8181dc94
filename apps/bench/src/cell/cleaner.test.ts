// That no process outlives its coordinator, in whatever moment that one is killed, and whoever of the others is stopped or killed.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { childrenOf } from '../../test/command.ts';
import { ProcessCleaner, startShell } from './cleaner.ts';

const fixture = fileURLToPath(new URL('../../test/fixtures/coordinator.ts', import.meta.url));

/** Whether it is there, and not only waits to be buried. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** All processes but zombies. */
const processes = (): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isAlive(pid));

/** Those that keep something, with this in their environment: others may run on the machine. */
const cleanersWith = (text: string): number[] =>
  processes().filter((pid) => {
    try {
      const [program, environment] = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8'));
      return program.includes('[r]un=$mark') && environment.includes(text);
    } catch {
      return false;
    }
  });

const soon = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 20 });

describe.runIf(process.platform === 'linux')('a coordinator that is killed', () => {
  /** The cell of a coordinator that stopped it and killed itself in this moment. */
  async function cellOf(moment: string): Promise<number> {
    const child = spawn(process.execPath, [fixture, moment], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (text) => {
      said += text;
    });
    const [, signal] = await once(child, 'close');
    expect(signal).toBe('SIGKILL');
    expect(Number(said)).toBeGreaterThan(0);
    return Number(said);
  }

  it.each(['before it is told of', 'after it was told of', 'after it was told of, under another name'])(
    'takes a stopped cell along, %s',
    async (moment) => {
      const cell = await cellOf(moment);
      await soon(() => expect(isAlive(cell)).toBe(false));
    },
  );
});

describe.runIf(process.platform === 'linux')('the shell', () => {
  const cleaner: { open?: ProcessCleaner } = {};
  const cells: ChildProcess[] = [];
  afterEach(() => {
    cleaner.open?.close();
    for (const cell of cells.splice(0)) cell.kill('SIGKILL');
    vi.unstubAllEnvs();
  });

  /** The cleaner ends a stopped cell that it was told of. */
  async function keeps(kept: ProcessCleaner, more: () => Promise<void> = async () => {}): Promise<void> {
    await kept.ready();
    const cell = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    cells.push(cell);
    kept.add(cell.pid as number);
    cell.kill('SIGSTOP');
    await more();
    const end = once(cell, 'exit');
    kept.close();
    expect((await end)[1]).toBe('SIGKILL');
  }

  it.each(['SIGKILL', 'SIGSTOP'] as const)('may get %s before it has answered', async (signal) => {
    const before = childrenOf(process.pid);
    const kept = new ProcessCleaner();
    cleaner.open = kept;
    const ready = kept.ready();
    const shells = childrenOf(process.pid).filter((pid) => !before.includes(pid));
    expect(shells).toHaveLength(1);
    process.kill(shells[0], signal);
    await ready;
    await keeps(kept);
    await soon(() => expect(isAlive(shells[0])).toBe(false));
  });

  it('is nobody’s child when it is ready', async () => {
    const before = childrenOf(process.pid);
    const kept = new ProcessCleaner();
    cleaner.open = kept;
    await kept.ready();
    expect(childrenOf(process.pid)).toEqual(before);
    await keeps(kept);
  });

  it('is replaced when somebody kills it, and the next one knows of all', async () => {
    const name = randomUUID();
    vi.stubEnv('CLEANER_OF', name);
    const kept = new ProcessCleaner();
    cleaner.open = kept;
    const own = () => cleanersWith(`CLEANER_OF=${name}`);
    await keeps(kept, async () => {
      const [first] = own();
      process.kill(first, 'SIGKILL');
      await soon(() => {
        expect(own()).toHaveLength(1);
        expect(own()).not.toContain(first);
      });
      await kept.ready();
    });
  });

  it('ends what still bears the mark, and nothing else', async () => {
    const kept = new ProcessCleaner();
    cleaner.open = kept;
    await kept.ready();
    const wait = 'setInterval(() => {}, 1000)';
    const [marked, other] = [kept.mark, new ProcessCleaner().mark].map((mark) =>
      spawn(process.execPath, ['-e', wait, mark], { detached: true, stdio: 'ignore' }),
    );
    cells.push(marked, other);
    const end = once(marked, 'exit');
    kept.close();
    expect((await end)[1]).toBe('SIGKILL');
    expect(isAlive(other.pid as number)).toBe(true);
  });

  it('that was given up before it knew its run ends nobody', async () => {
    const other = new ProcessCleaner();
    const cell = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', other.mark], {
      detached: true,
      stdio: 'ignore',
    });
    cells.push(cell);
    await soon(() => expect(readFileSync(`/proc/${cell.pid}/cmdline`, 'utf8')).toContain(other.mark));
    const name = randomUUID();
    vi.stubEnv('CLEANER_OF', name);
    const shell = startShell();
    // Its answer comes, and nothing is said to it.
    await once(shell.stdio[3] as Readable, 'data');
    expect(cleanersWith(`CLEANER_OF=${name}`).length).toBeGreaterThan(0);
    (shell.stdio[3] as Readable).destroy();
    // As long as it took to look for a mark of no letters, which every cell bears.
    await setTimeout(1500);
    expect(cleanersWith(`CLEANER_OF=${name}`)).toEqual([]);
    expect(isAlive(cell.pid as number)).toBe(true);
  });

  it('is not missed where there is none', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const kept = new ProcessCleaner();
    await kept.ready();
    kept.add(1);
    kept.remove(1);
    kept.close();
  });
});

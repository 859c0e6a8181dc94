// Runs in processes that are killed, and what their ledgers say then.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { PrivacyLedger } from '../private/accountant.ts';
import { createAccountant } from '../private/accountant.ts';
import { dpGd } from '../private/dp-gradient-descent.ts';
import type { PrivateLoss } from '../private/private-loss.ts';

const budget = { epsilon: 1, delta: 1e-6, data: 'rows' } as const;
const plan = { epsilon: 0.8, delta: 1e-6, steps: 10 } as const;

/** Runs dpGd in a process of its own that ends itself at a place; it says when noise is drawn and a record is looked at. */
function killed(place: 'persist' | 'noise' | 'record') {
  const folder = mkdtempSync(join(tmpdir(), 'infimum-ledger-'));
  const file = join(folder, `${place}.json`);
  const url = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const script = `
    import { writeFileSync, writeSync } from 'node:fs';
    import { createAccountant } from ${url('../private/accountant.ts')};
    import { dpGd } from ${url('../private/dp-gradient-descent.ts')};
    const reach = (place) => {
      writeSync(1, place + ' ');
      if (place !== ${JSON.stringify(place)}) return;
      process.kill(process.pid, 'SIGKILL');
      for (;;);
    };
    const draw = crypto.getRandomValues.bind(crypto);
    Object.defineProperty(crypto, 'getRandomValues', { value: (out) => { reach('noise'); return draw(out); } });
    const persist = (ledger) => {
      writeFileSync(${JSON.stringify(file)}, JSON.stringify(ledger));
      reach('persist');
    };
    let isProbed = false;
    const loss = {
      records: 1000, dimension: 2, lipschitz: 1, smoothness: 1,
      recordGradient: (w, i, out) => { if (i === 0) reach(isProbed ? 'record' : 'probe'); isProbed = true; out.fill(0.1); },
    };
    const accountant = createAccountant({ ...${JSON.stringify(budget)}, persist });
    dpGd(loss, { ...${JSON.stringify(plan)}, accountant });
    writeSync(1, 'released');
  `;
  try {
    const { signal, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    const ledger = JSON.parse(readFileSync(file, 'utf8')) as PrivacyLedger;
    return { signal, places: stdout.trim().split(' '), stderr, ledger };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Expects the ledger of a process that is killed at a place to be whole, and to be honoured. */
export function expectLedgerSurvives(place: 'persist' | 'noise' | 'record'): void {
  const { signal, places, stderr, ledger } = killed(place);
  expect([signal, stderr]).toEqual(['SIGKILL', '']);
  // A discarded gradient, then the charge, then everything else.
  expect(places.slice(0, 2)).toEqual(['probe', 'persist']);
  expect(places).not.toContain('released');
  if (place === 'persist') expect(places).toHaveLength(2);
  // All ten releases are in it, though none was made.
  expect(ledger.events).toMatchObject([{ count: 10 }]);
  expect(ledger.spent).toBeCloseTo(0.8, 6);
  let looks = 0;
  const loss: PrivateLoss = {
    records: 1000,
    dimension: 2,
    lipschitz: 1,
    smoothness: 1,
    recordGradient: (_, __, out) => {
      looks++;
      out.fill(0.1);
    },
  };
  const restarted = createAccountant({ ...budget, ledger });
  expect(() => dpGd(loss, { ...plan, accountant: restarted })).toThrow('above the budget of 1');
  expect(looks).toBe(0);
  expect(() => dpGd(loss, { ...plan, epsilon: 0.05, accountant: restarted })).not.toThrow();
}

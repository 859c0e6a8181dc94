// That what was asked for a cell which died is not told to the next one.
import { fileURLToPath } from 'node:url';
import { serialize } from 'node:v8';
import { afterAll, expect, it } from 'vitest';
import { ProcessCleaner } from './cleaner.ts';
import { JudgePool } from './judges.ts';
import type { Cell } from './messages.ts';

const cleaner = new ProcessCleaner();
const pool = new JudgePool({
  memory: 1024,
  signal: new AbortController().signal,
  cleaner,
  programs: fileURLToPath(new URL('../../dist', import.meta.url)),
});
afterAll(async () => {
  await pool.close();
  cleaner.close();
});

const cell: Cell = {
  problem: 'linalg/linear-system',
  family: 'laplacian',
  params: { side: 3 },
  seed: 1,
  solver: 'linalg/cg',
  role: 'baseline',
  variant: '',
  options: {},
  budget: 1,
  codeVersion: '',
};

it('judges a cell after one that died while it was judged', async () => {
  const solution = serialize({ x: new Float64Array(10) });
  const died = pool.seat(cell, []);
  const unheard = died.judge(solution);
  died.release();
  const next = pool.seat({ ...cell, seed: 2 }, []);
  const judgement = await next.judge(solution);
  expect('fault' in judgement ? judgement.fault : '').not.toMatch(/no question|was killed/);
  expect('fault' in (await unheard)).toBe(true);
  next.release();
});

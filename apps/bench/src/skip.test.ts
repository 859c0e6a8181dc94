// Who is not run on larger instances: those alone that ran out of time on a smaller one that is the same otherwise.
import { createRegistry } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { plugin } from '../test/fixtures/demo.ts';
import type { Cell } from './cell/messages.ts';
import { Outgrown, smallestFirst } from './skip.ts';

const registry = createRegistry(plugin);
const cell = (params: object, changes: Partial<Cell> = {}): Cell => ({
  problem: 'demo/diagonal-system',
  family: 'random',
  params,
  seed: 1,
  solver: 'demo/gradient-descent',
  role: 'baseline',
  variant: '',
  options: {},
  budget: 2,
  codeVersion: '',
  ...changes,
});
const late = { status: 'time-limit', reason: 'the budget was used up', metrics: { residual: 1e-3 } } as const;

describe('Outgrown', () => {
  it('leaves out larger instances of who ran out of time, and says where that was', () => {
    const outgrown = new Outgrown((problem) => registry.problem(problem));
    outgrown.note(cell({ n: 50, m: 3, condition: 30 }), late);
    expect(outgrown.reason(cell({ n: 400, m: 3, condition: 30 }))).toMatch(/^ran out of time at n = 50, so larger/);
    expect(outgrown.reason(cell({ n: 400, m: 7, condition: 30 }))).toMatch(/^ran out of time at n = 50, m = 3,/);
    for (const other of [
      cell({ n: 50, m: 3, condition: 30 }),
      cell({ n: 400, m: 2, condition: 30 }),
      cell({ n: 400, m: 3, condition: 31 }),
      cell({ n: 400, condition: 30 }),
      cell({ n: 400, m: 3, condition: 30 }, { solver: 'demo/division' }),
      cell({ n: 400, m: 3, condition: 30 }, { family: 'other' }),
      cell({ n: 400, m: 3, condition: 30 }, { seed: 2 }),
      cell({ n: 400, m: 3, condition: 30 }, { options: { tolerance: 1 } }),
    ])
      expect(outgrown.reason(other)).toBeUndefined();
  });

  it('leaves out nothing for other endings, nor where the tightest target was met', () => {
    const outgrown = new Outgrown((problem) => registry.problem(problem));
    for (const status of ['converged', 'stalled', 'iteration-limit', 'failed', 'declined'] as const)
      outgrown.note(cell({ n: 50 }), { ...late, status });
    outgrown.note(cell({ n: 50 }), { ...late, metrics: { residual: 1e-8 } });
    expect(outgrown.reason(cell({ n: 400 }))).toBeUndefined();
    outgrown.note(cell({ n: 50 }), { ...late, metrics: {} });
    expect(outgrown.reason(cell({ n: 400 }))).toBeDefined();
  });

  it('counts a step that the watchdog ended as out of time', () => {
    const outgrown = new Outgrown((problem) => registry.problem(problem));
    const reason = 'an iteration did not end within 3.50 s, so the process was killed';
    outgrown.note(cell({ n: 50 }), { status: 'failed', reason, metrics: {} });
    expect(outgrown.reason(cell({ n: 400 }))).toMatch(/^ran out of time at n = 50,/);
  });
});

it('smallestFirst sorts within families, and leaves equals as they were', () => {
  const cells = [
    cell({ n: 400, condition: 2 }),
    cell({ n: 9 }, { family: 'other' }),
    cell({ n: 50, condition: 9 }),
    cell({ n: 50, condition: 3 }),
    cell({ n: 7 }, { family: 'other' }),
  ];
  expect(smallestFirst(cells)).toEqual([2, 3, 0, 4, 1].map((place) => cells[place]));
});

import { describe, expect, it } from 'vitest';
import { COLOURS, symbolOf } from './data.ts';
import { readState, sortKey, writeState } from './state.ts';

describe('the state of a report', () => {
  it('comes back from the address as it went in', () => {
    const state = { filter: 'ot newton', scale: 'linear', hidden: ['a/b', 'POT/x (k "1")'] };
    expect(readState(`#${writeState(state)}`)).toEqual(state);
    expect(writeState(readState('#problem-3'))).toBe('');
    expect(readState('#scale=cubic').scale).toBe('');
  });
});

describe('cells', () => {
  it('are sorted by time, then by words, and what is missing comes last', () => {
    const cells = ['–', '2 min 5 s', '3.00 s x 3', '45.6 ms', '12.3 µs best', 'failed', '1e-7'];
    const keys = (cell: string) => sortKey(cell).number;
    expect(cells.toSorted((a, b) => keys(a) - keys(b))).toEqual([
      '1e-7',
      '12.3 µs best',
      '45.6 ms',
      '3.00 s x 3',
      '2 min 5 s',
      'failed',
      '–',
    ]);
  });
});

describe('curves', () => {
  it('of one colour have different symbols', () => {
    for (let index = 0; index < 40; index++) {
      expect(symbolOf(index)).not.toBe(symbolOf(index + COLOURS));
    }
    expect(COLOURS).toBeLessThanOrEqual(8);
  });
});

import { describe, expect, it } from 'vitest';
import { hasColors, rendered, styled, styledStatus, unstyled } from './style.ts';

describe('styles', () => {
  it('become escape codes where there are colours, and nothing elsewhere', () => {
    const text = `a ${styled('good', 'b')} c`;
    expect(rendered(text, true)).toBe('a \u001b[32mb\u001b[0m c');
    expect(rendered(text, false)).toBe('a b c');
    expect(unstyled(text)).toBe('a b c');
    expect(styled('bold', '')).toBe('');
  });

  it('are asked of the environment first, then of the terminal', () => {
    expect(hasColors({ isTTY: true }, {})).toBe(true);
    expect(hasColors({ isTTY: false }, {})).toBe(false);
    expect(hasColors({}, { FORCE_COLOR: '1' })).toBe(true);
    expect(hasColors({ isTTY: true }, { FORCE_COLOR: '0' })).toBe(false);
    expect(hasColors({ isTTY: true }, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false);
    expect(hasColors({ isTTY: true }, { NO_COLOR: '' })).toBe(true);
    expect(hasColors({ isTTY: true }, { TERM: 'dumb' })).toBe(false);
  });

  it('tell how a cell ended', () => {
    const looks = ['converged', 'failed', 'absent', 'time-limit'].map((status) => rendered(styledStatus(status), true));
    expect(new Set(looks.map((look) => look.slice(0, 5))).size).toBe(4);
  });
});

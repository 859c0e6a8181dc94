import { describe, expect, it } from 'vitest';
import { printable } from './output.ts';

describe('printable', () => {
  it('shows what would steer a terminal as text, and leaves everything else', () => {
    expect(printable('\u001b[2J red \u009b31m \u007f \r back')).toBe('\\u001b[2J red \\u009b31m \\u007f \\u000d back');
    expect(printable('a\u202eb\ud800')).toBe('a\\u202eb\\ud800');
    expect(printable('ε ≤ 1e-9\n\tx 😀')).toBe('ε ≤ 1e-9\n\tx 😀');
  });

  it('leaves JSON what it was', () => {
    const value = { name: '\u001b\u009b\u202e' };
    expect(JSON.parse(printable(JSON.stringify(value)))).toEqual(value);
  });
});

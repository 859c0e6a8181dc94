// Every built package disposes by the helpers that are tested here.
import { transform } from 'esbuild';
import { expect, it } from 'vitest';
import { withShortDisposal } from '../tsup/short-disposal.ts';

const SOURCE = `
  const log = [];
  const thing = (name, fault) => ({ [Symbol.dispose]() { log.push(name); if (fault) throw new Error(fault); } });
  function work(faults, fault) {
    using a = thing('a', faults.a);
    using nothing = undefined;
    using b = thing('b', faults.b);
    log.push('work');
    if (fault) throw new Error(fault);
    return 7;
  }
  export const outcomeOf = (faults, fault) => {
    log.length = 0;
    try { return [work(faults, fault), ...log]; } catch (error) { return [error.message, ...log]; }
  };
`;

type Outcome = (faults: Readonly<Record<string, string>>, fault?: string) => unknown[];

async function built(): Promise<{ code: string; lines: number; outcomeOf: Outcome }> {
  const { code: long } = await transform(SOURCE, { format: 'esm', target: 'es2024' });
  const code = withShortDisposal(long);
  const { outcomeOf } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { readonly outcomeOf: Outcome };
  return { code, lines: long.split('\n').length, outcomeOf };
}

it('disposes of all, last come first, whatever is thrown, and throws what was thrown first', async () => {
  const { outcomeOf } = await built();
  expect(outcomeOf({})).toEqual([7, 'work', 'b', 'a']);
  expect(outcomeOf({}, 'stop')).toEqual(['stop', 'work', 'b', 'a']);
  expect(outcomeOf({ a: 'late', b: 'early' })).toEqual(['early', 'work', 'b', 'a']);
  expect(outcomeOf({ b: 'later' }, 'stop')).toEqual(['stop', 'work', 'b', 'a']);
});

it('replaces the helpers and moves no line', async () => {
  const { code, lines } = await built();
  expect(code).not.toMatch(/SuppressedError|Promise/);
  expect(code.split('\n')).toHaveLength(lines);
});

it('refuses to shorten what waits', async () => {
  const code = 'async function work(open) { await using file = open(1, true); return file; }';
  const { code: waiting } = await transform(code, { format: 'esm', target: 'es2024' });
  expect(() => withShortDisposal(waiting)).toThrow('await using');
  const { code: passing } = await transform(code.replace('await', ''), { format: 'esm', target: 'es2024' });
  expect(withShortDisposal(passing)).not.toBe(passing);
});

// The colours of code: classes for what the highlighter wrote, and a style sheet that has them.
import { expect, test } from 'vitest';
import { colorSheet, withSharedColors } from '../site/code-colors.ts';

const token = (light: string, dark: string, text: string) =>
  `<span style="--shiki-light:#${light};--shiki-dark:#${dark}">${text}</span>`;

test('tokens have their colours by name, plain text and lines have no mark, and other styles stay', () => {
  const bold = '<span style="--shiki-light:#A0111F;--shiki-light-font-weight:bold">b</span>';
  const code = token('A0111F', 'FF9492', 'const') + token('0E1116', 'F0F3F6', ' a ') + bold;
  const lines = [code, '', 'plain'].map((line) => `<span class="line">${line}</span>`).join('\n');
  expect(withSharedColors(`<pre><code>${lines}</code></pre>`)).toBe(
    `<pre><code><span class="cA01FF9">const</span> a ${bold}\n\nplain</code></pre>`,
  );
  expect(colorSheet().split('\n')).toEqual([
    '.vp-code{--shiki-light:#0E1116;--shiki-dark:#F0F3F6}',
    '.cA01FF9{--shiki-light:#A0111F;--shiki-dark:#FF9492}',
    '',
  ]);
});

test('two pairs of colours that would have one name are an error', () => {
  withSharedColors(token('123000', '456000', 'a'));
  expect(() => withSharedColors(token('123111', '456111', 'b'))).toThrow('two pairs of colours are called c123456');
});

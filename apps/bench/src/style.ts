// Colours and weights of what is printed. They are marks in the text until it is written, and escape codes only where
// the terminal has colours, so that everything else stays free of control characters.

/** What text may look like. */
export type Style = 'bold' | 'dim' | 'good' | 'bad' | 'warning' | 'name';

/** Private characters, which no name has, and what they become. */
const STYLES: Readonly<Record<Style, readonly [mark: string, code: number]>> = {
  bold: ['\ue0f1', 1],
  dim: ['\ue0f2', 2],
  good: ['\ue0f3', 32],
  bad: ['\ue0f4', 31],
  warning: ['\ue0f5', 33],
  name: ['\ue0f6', 36],
};
const END = '\ue0f0';
const MARKS = /[\ue0f0-\ue0f6]/g;

/** Text that looks like this where there are colours. */
export function styled(style: Style, text: string): string {
  return text && STYLES[style][0] + text + END;
}

/** Text without marks: what counts for its width. */
export function unstyled(text: string): string {
  return text.replace(MARKS, '');
}

/** Marks as the stream can show them. */
export function rendered(text: string, colored: boolean): string {
  if (!colored) return unstyled(text);
  const codes = new Map(Object.values(STYLES).map(([mark, code]) => [mark, `\u001b[${code}m`]));
  return text.replace(MARKS, (mark) => codes.get(mark) ?? '\u001b[0m');
}

/** Whether a stream shows colours: NO_COLOR and FORCE_COLOR have the first word, then the terminal. */
export function hasColors(
  { isTTY = false }: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return isTTY && env['TERM'] !== 'dumb';
}

/** How a cell ended, in its colour. */
export function styledStatus(status: string): string {
  if (status === 'converged') return styled('good', status);
  if (status === 'failed') return styled('bad', status);
  return styled(['declined', 'absent', 'skipped'].includes(status) ? 'dim' : 'warning', status);
}

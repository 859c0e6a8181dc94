// Numbers and tables as people read them in a terminal.
import { unstyled } from './style.ts';

/** A few significant digits: 0.0123, 1.23e-7, 12 340. */
export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) return value.toExponential(2);
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}

/** A target as short as it can be: 0.01, 1e-6. */
export function formatTarget(target: number): string {
  const [decimal, exponential] = [String(target), target.toExponential().replace('e+', 'e')];
  return exponential.length < decimal.length ? exponential : decimal;
}

/** Seconds with a unit: 12.3 µs, 45.6 ms, 7.89 s, 2 min 5 s. */
export function formatSeconds(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return '–';
  if (seconds >= 99.95) {
    const whole = Math.round(seconds);
    return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  }
  if (seconds >= 0.9995) return `${seconds.toPrecision(3)} s`;
  if (seconds >= 0.9995e-3) return `${(seconds * 1e3).toPrecision(3)} ms`;
  return `${(seconds * 1e6).toPrecision(3)} µs`;
}

/** Seconds of several repetitions: the median, and the interval that it lies in. */
export function formatSpread({
  seconds,
  repetitions,
  interval,
}: {
  readonly seconds: number | null;
  readonly repetitions: number;
  readonly interval: readonly [number, number] | null;
}): string {
  if (repetitions === 1) return formatSeconds(seconds);
  const range = interval ? `, ${formatSeconds(interval[0])} to ${formatSeconds(interval[1])}` : '';
  return `${formatSeconds(seconds)} (${repetitions} times${range})`;
}

/** `x 12.3`: how many times slower than the best. */
export function formatRatio(ratio: number): string {
  return `x ${ratio < 100 ? ratio.toPrecision(3) : Math.round(ratio)}`;
}

/** Bytes in megabytes. */
export function formatMemory(bytes: number | null | undefined): string {
  return bytes === null || bytes === undefined ? '–' : `${Math.round(bytes / 1e6)} MB`;
}

/**
 * A table whose first column is a name and whose others are set flush right.
 *
 * Columns that do not fit the width continue below, beside the first column again. Names that leave no room for any
 * column stand on lines of their own.
 *
 * @param together - the first of the last columns, which had better stand in one block
 */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
  together = head.length,
): string {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => displayWidth(line[column]))));
  const widest = Math.max(...widths.slice(1), 0);
  if (head.length > 1 && widths[0] > 0 && widths[0] + 2 + widest > width) {
    const narrow = lines.map((line) => ['', ...line.slice(1)]);
    const body = formatTable(narrow[0], narrow.slice(1), width, together).split('\n\n');
    const blocks = body.map((block) => block.split('\n'));
    const named = rows.map((row, index) => [wrap(row[0], width, '  '), ...blocks.map((block) => block[index + 1])].join('\n'));
    return [head[0], ...blocks.map((block) => block[0]), ...named].join('\n');
  }
  const spaceFrom = (column: number) => widths.slice(column).reduce((sum, one) => sum + 2 + one, 0);
  const blocks: number[][] = [];
  let used = Infinity;
  for (let column = 1; column < head.length; column++) {
    const needed = column === together ? spaceFrom(column) : 2 + widths[column];
    if (used + needed > width) {
      blocks.push([]);
      used = widths[0];
    }
    blocks.at(-1)?.push(column);
    used += 2 + widths[column];
  }
  const formatBlock = (columns: readonly number[]) =>
    lines.map((line) =>
      [pad(line[0], -widths[0]), ...columns.map((column) => pad(line[column], widths[column]))].join('  ').trimEnd(),
    );
  return blocks.map((columns) => formatBlock(columns).join('\n')).join('\n\n');
}

/** The text in one line of at most `width` characters. */
export function clipped(text: string, width: number): string {
  const characters = [...text.replaceAll(/\s+/g, ' ')];
  return characters.length <= width ? characters.join('') : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** Breaks a text into lines of at most `width` characters, all but the first indented by `indent`. */
export function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = [];
  const [first, ...words] = text.trim().split(/\s+/);
  let line = text.slice(0, text.indexOf(first)) + first;
  for (const word of words) {
    if (displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = indent + word;
    } else {
      line = `${line} ${word}`;
    }
  }
  return [...lines, line].join('\n');
}

/** Columns of the terminal; a file or a pipe gets what fits an ordinary window. */
export function terminalWidth(stream: NodeJS.WriteStream = process.stdout): number {
  return Math.max(40, stream.columns ?? (Number(process.env['COLUMNS']) || 80));
}

function pad(text: string, width: number): string {
  const space = ' '.repeat(Math.max(0, Math.abs(width) - displayWidth(text)));
  return width < 0 ? text + space : space + text;
}

function displayWidth(text: string): number {
  return [...unstyled(text)].length;
}

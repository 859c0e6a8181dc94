// Small pieces of Markdown for pages.

/** A section of a generated page. */
interface Section {
  readonly heading: string;
  readonly body: string;
}

/** A generated page: title, the text above the first heading, and sections. */
export interface GeneratedPage {
  readonly title: string;
  readonly lead: string;
  readonly sections: readonly Section[];
  /** Other names of its subject, for the search. */
  readonly words?: string;
  /** Further text for the search, besides the sections. */
  readonly found?: readonly { readonly anchor: string; readonly title: string; readonly text: string }[];
}

/** The page as Markdown. */
export function pageMarkdown({ title, lead, sections }: GeneratedPage): string {
  const body = sections.map(({ heading, body }) => `## ${heading}\n\n${body}`);
  return [`# ${title}`, lead, ...body].join('\n\n');
}

/** A text split at its second-level headings: the part above the first, and the sections. */
export function partsOf(markdown: string): Pick<GeneratedPage, 'lead' | 'sections'> {
  const [lead, ...parts] = markdown.split(/^## /m);
  const sections = parts.map((part): Section => {
    const [heading, ...body] = part.split('\n');
    return { heading: heading.trim(), body: body.join('\n').trim() };
  });
  return { lead: lead.trim(), sections };
}

/** A table; cells are Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A list of facts, as a definition list whose values are Markdown. */
export function facts(entries: readonly (readonly [name: string, value: string, width?: 'wide'])[]): string {
  const items = entries.map(
    ([name, value, width = '']) => `<div class="${width}"><dt>${name}</dt><dd>\n\n${value}\n\n</dd></div>`,
  );
  return `<dl class="facts">\n${items.join('\n')}\n</dl>`;
}

/** A readable number: few digits, with a power of ten if it is far from one. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}

/** Seconds with a unit that keeps the number short. */
export function formatSeconds(seconds: number): string {
  if (seconds < 1e-3) return `${formatNumber(seconds * 1e6)} µs`;
  return seconds < 1 ? `${formatNumber(seconds * 1e3)} ms` : `${formatNumber(seconds)} s`;
}

/** Text escaped for HTML and Markdown. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('{{', '&#123;&#123;');
}

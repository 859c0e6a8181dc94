// The colours of code as classes: the highlighter writes both themes' colours into every token, two thirds of a page's code.

/** The name of the file with the classes. */
export const COLOUR_FILE = 'code.css';

/** The colours of plain text, which code has without a mark. */
const PLAIN = ['0E1116', 'F0F3F6'] as const;

const TOKEN = /<span style="--shiki-light:#(\w{6});--shiki-dark:#(\w{6})">([^<]*)<\/span>/g;
const LINE = /<span class="line">(.*)<\/span>/g;

/** Classes by their names. */
const classes = new Map<string, string>();

/** Code that the highlighter coloured, with classes in place of colours, without marks on plain text and lines. */
export function withSharedColors(html: string): string {
  return html
    .replaceAll(TOKEN, (_, light: string, dark: string, text: string) => {
      if (light === PLAIN[0] && dark === PLAIN[1]) return text;
      const name = `c${light.slice(0, 3)}${dark.slice(0, 3)}`;
      const colors = `--shiki-light:#${light};--shiki-dark:#${dark}`;
      if ((classes.get(name) ?? colors) !== colors) throw new Error(`two pairs of colours are called ${name}`);
      classes.set(name, colors);
      return `<span class="${name}">${text}</span>`;
    })
    .replaceAll(LINE, '$1');
}

/** The style sheet of all colours that code has had so far. */
export function colorSheet(): string {
  const rules = [...classes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, colors]) => `.${name}{${colors}}\n`);
  return `.vp-code{--shiki-light:#${PLAIN[0]};--shiki-dark:#${PLAIN[1]}}\n${rules.join('')}`;
}

// The letters of formulas, drawn once for the whole site: MathJax writes the outline of every letter into every formula.
import { createHash } from 'node:crypto';
import type { MarkdownRenderer } from 'vitepress';

/** The name of the file with the outlines. */
export const GLYPH_FILE = 'glyphs.svg';

/** Outlines by their names in the file. */
const glyphs = new Map<string, string>();

/** Lets formulas refer to the file of glyphs below `base` for their letters. */
export function shareGlyphs(markdown: MarkdownRenderer, base: string): void {
  const { rules } = markdown.renderer;
  for (const name of ['math_inline', 'math_block']) {
    const render = rules[name];
    if (!render) continue;
    // The same symbols stand in many pages.
    const known = new Map<string, string>();
    rules[name] = (tokens, index, ...others) => {
      const { content } = tokens[index];
      const html = known.get(content) ?? withSharedGlyphs(render(tokens, index, ...others), base);
      known.set(content, html);
      return html;
    };
  }
}

function withSharedGlyphs(html: string, base: string): string {
  return (
    html
      .replaceAll(
        /<path data-c="([0-9A-F]+)" d="([^"]*)"([^>]*)>(?:<\/path>)?/g,
        (_, code: string, outline: string, rest: string) => {
          // Spaces have no outline.
          if (outline === '') return '';
          // The same letter has different outlines in different sizes.
          const name = `${code}-${createHash('sha256').update(outline).digest('hex').slice(0, 4)}`;
          if ((glyphs.get(name) ?? outline) !== outline) throw new Error(`two outlines are called ${name}`);
          glyphs.set(name, outline);
          // The letters of a word stand side by side by their places alone.
          const place = /\btransform="[^"]*"/.exec(rest);
          return `<use href="${base}${GLYPH_FILE}#${name}"${place ? ` ${place[0]}` : ''}></use>`;
        },
      )
      .replaceAll(/ data-mml-node="[^"]*"/g, '')
      // The common style of formulas is in the style sheet.
      .replaceAll(/(<mjx-assistive-mml\b[^>]*) style="[^"]*"/g, '$1')
      .replaceAll('overflow: visible; min-height: 1px; min-width: 1px; ', '')
      .replaceAll(/(<mjx-container\b[^>]*) style="[^"]*"/g, '$1')
  );
}

/** The file of all glyphs that formulas have referred to so far. */
export function glyphSheet(): string {
  const outlines = [...glyphs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, outline]) => `<path id="${name}" d="${outline}" style="stroke-width:3"/>`);
  return `<svg xmlns="http://www.w3.org/2000/svg"><defs>\n${outlines.join('\n')}\n</defs></svg>\n`;
}

// Markup with everything escaped that is not markup itself.

/** A piece of markup. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Content = Html | string | number | false | undefined | readonly Content[];

/** A template whose values are escaped, except those that are markup. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(strings.reduce((text, part, index) => text + render(values[index - 1]) + part));
}

/** JSON in a script element: what could begin markup there is written as JSON lets one write any character. */
export function jsonText(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll('<', '\\u003c'));
}

/** Code or style that a browser does not mistake for the end of its element. */
export function scriptText(text: string): Html {
  return new Html(text.replaceAll('</', '<\\/').replaceAll('<!--', '<\\!--'));
}

function render(content: Content): string {
  if (content === false || content === undefined) return '';
  if (content instanceof Html) return content.text;
  if (typeof content === 'object') return content.map(render).join('');
  return String(content).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

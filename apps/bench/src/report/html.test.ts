import { describe, expect, it } from 'vitest';
import { html, jsonText, scriptText } from './html.ts';

describe('jsonText', () => {
  it('stays JSON and holds nothing that begins markup', () => {
    const charts = [{ yLabel: '</script><!-- <script> \u2028' }];
    const { text } = jsonText(charts);
    expect(text).not.toContain('<');
    expect(JSON.parse(text)).toEqual(charts);
  });
});

describe('scriptText', () => {
  it('cannot end its element', () => {
    expect(scriptText('"</script>"').text).toBe('"<\\/script>"');
  });
});

describe('html', () => {
  it('escapes what is not markup', () => {
    expect(html`<b>${'<i>'}${html`<u>`}</b>`.text).toBe('<b>&#60;i&#62;<u></b>');
  });
});

// Thumbnails: the recorder writes what a canvas would show. Those of all problems are tested where the site is built.
import { describe, expect, test } from 'vitest';
import { drawHeatMap } from '../demo/heat-map.ts';
import { drawnAsSvg } from '../site/svg-surface.ts';

describe('the recorder', () => {
  test('writes shapes, lines and text', () => {
    const svg = drawnAsSvg(100, 50, ({ context, palette }) => {
      context.fillStyle = palette.first;
      context.globalAlpha = 0.5;
      context.fillRect(10, 10, -4, 6);
      context.beginPath();
      context.moveTo(0, 0);
      context.lineTo(1.26, 2);
      context.setLineDash([2, 1]);
      context.stroke();
      context.fillText('a < b', 3, 4);
    });
    expect(svg).toBe(
      '<path d="M6 10h4v6h-4Z" fill="#0f6a73" fill-opacity="0.5"/>' +
        '<path d="M0 0l1.3 2" fill="none" stroke="#000" stroke-width="1" stroke-dasharray="2 1" opacity="0.5"/>' +
        '<text x="3" y="4" font-size="10" font-family="sans-serif" text-anchor="start" fill="#0f6a73" opacity="0.5">a &#60; b</text>',
    );
  });

  test('writes a style once for neighbours that share it', () => {
    const squares = (alpha: number) =>
      drawnAsSvg(9, 9, ({ context }) => {
        context.globalAlpha = alpha;
        context.fillRect(0, 0, 1, 1);
        context.fillRect(2, 0, 1, 1);
      });
    expect(squares(0.5)).toBe('<g fill="#000" fill-opacity="0.5"><path d="M0 0h1v1h-1Z"/><path d="M2 0h1v1h-1Z"/></g>');
    expect(squares(1)).toBe('<path d="M0 0h1v1h-1ZM2 0h1v1h-1Z" fill="#000"/>');
  });

  test.each([0.5, 1])('makes one of rectangles that touch in a row, at an opacity of %f', (alpha) => {
    const svg = drawnAsSvg(9, 9, ({ context }) => {
      context.globalAlpha = alpha;
      for (const [x, y] of [
        [0, 0],
        [1, 0],
        [2, 0],
        [4, 0],
        [5, 1],
      ])
        context.fillRect(x, y, 1.5, 1);
    });
    expect([...svg.matchAll(/M[^M]+Z/g)].map(([box]) => box)).toEqual([
      'M0 0h3.5v1h-3.5Z',
      'M4 0h1.5v1h-1.5Z',
      'M5 1h1.5v1h-1.5Z',
    ]);
  });

  test('leaves out points of a line that are one in the picture', () => {
    const svg = drawnAsSvg(9, 9, ({ context }) => {
      context.beginPath();
      for (const x of [1, 1.01, 1.04, 2, 2.5]) context.lineTo(x, 1);
      context.stroke();
    });
    expect(svg).toContain('d="M1 1l1 0l0.5 0"');
  });

  test('closes circles, and writes heat maps as PNG, without leaving globals behind', () => {
    const circle = drawnAsSvg(9, 9, ({ context }) => {
      context.beginPath();
      context.arc(5, 5, 2, 0, 2 * Math.PI);
      context.fill();
    });
    expect(circle).toContain('d="M7 5A2 2 0 0 1 3 5A2 2 0 0 1 7 5"');
    const map = drawnAsSvg(9, 9, (surface) =>
      drawHeatMap(surface, { rows: 1, cols: 2, values: [0, 1] }, { x: 0, y: 0, width: 8, height: 4 }),
    );
    const [, data] = /href="data:image\/png;base64,([^"]+)"/.exec(map) ?? [];
    const bytes = Buffer.from(data, 'base64');
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([2, 1]);
    expect('OffscreenCanvas' in globalThis && (globalThis as Record<string, unknown>)['OffscreenCanvas']).toBeFalsy();
  });
});

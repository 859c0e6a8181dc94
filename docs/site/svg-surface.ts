// A canvas that writes SVG, on which views draw when the site is built. It supports the calls that views use, and refuses the rest.
import { crc32, deflateSync } from 'node:zlib';
import { lightPalette } from '../demo/palette.ts';
import type { Surface } from '../demo/view.ts';

/** Pixels from a view. */
class Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.data = new Uint8ClampedArray(4 * width * height);
  }
}

/** A stamp of pixels, as heat maps make them. */
class Stamp {
  pixels: Pixels | undefined;

  getContext(): { putImageData(pixels: Pixels): void } {
    return {
      putImageData: (pixels) => {
        this.pixels = pixels;
      },
    };
  }
}

/** Draws on a surface of that size; gives the elements. */
export function drawnAsSvg(width: number, height: number, draw: (surface: Surface) => void): string {
  const recorder = new Recorder();
  const globals = globalThis as Record<string, unknown>;
  const before = { ImageData: globals['ImageData'], OffscreenCanvas: globals['OffscreenCanvas'] };
  Object.assign(globals, { ImageData: Pixels, OffscreenCanvas: Stamp });
  try {
    draw({ context: recorder as unknown as CanvasRenderingContext2D, width, height, palette: lightPalette });
  } finally {
    Object.assign(globals, before);
  }
  return recorder.svg();
}

/** A filled rectangle, in tenths. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Filled paths in one style. */
interface Fills {
  readonly style: string;
  readonly paths: string[];
  isRectangles: boolean;
  /** The last of them, if it is a rectangle. */
  last: Box | undefined;
}

/** The part of a canvas context that views use. */
class Recorder {
  fillStyle = '#000';
  strokeStyle = '#000';
  lineWidth = 1;
  globalAlpha = 1;
  font = '10px sans-serif';
  textAlign = 'start';
  textBaseline = 'alphabetic';
  lineCap = 'butt';
  lineJoin = 'miter';
  imageSmoothingEnabled = true;
  readonly #elements: (string | Fills)[] = [];
  #path = '';
  /** The current point of the path, in tenths; unknown after anything but a line. */
  #at: { readonly x: number; readonly y: number } | undefined;
  #dash: readonly number[] = [];
  #saved: Record<string, unknown>[] = [];

  beginPath(): void {
    this.#path = '';
    this.#at = undefined;
  }

  moveTo(x: number, y: number): void {
    this.#path += `M${short(x)} ${short(y)}`;
    this.#at = { x: tenths(x), y: tenths(y) };
  }

  /** Relative to the last point, which is shorter; points that coincide in the picture are merged. */
  lineTo(x: number, y: number): void {
    const [from, to] = [this.#at, { x: tenths(x), y: tenths(y) }];
    if (from && from.x === to.x && from.y === to.y) return;
    if (from) this.#path += `l${(to.x - from.x) / 10} ${(to.y - from.y) / 10}`;
    else this.#path += `${this.#path ? 'L' : 'M'}${short(x)} ${short(y)}`;
    this.#at = to;
  }

  closePath(): void {
    this.#path += 'Z';
    this.#at = undefined;
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.#at = undefined;
    this.#path += `M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}Z`;
  }

  arc(x: number, y: number, radius: number, from: number, to: number): void {
    this.#at = undefined;
    const point = (angle: number) => `${short(x + radius * Math.cos(angle))} ${short(y + radius * Math.sin(angle))}`;
    const isWhole = Math.abs(to - from) >= 2 * Math.PI - 1e-9;
    const middle = isWhole ? from + Math.PI : (from + to) / 2;
    const arcTo = (angle: number) => `A${short(radius)} ${short(radius)} 0 0 ${to >= from ? 1 : 0} ${point(angle)}`;
    this.#path += `${this.#path && !isWhole ? 'L' : 'M'}${point(from)}${arcTo(middle)}${arcTo(isWhole ? from + 2 * Math.PI : to)}`;
  }

  fill(): void {
    this.#fill(this.#path);
  }

  stroke(): void {
    this.#elements.push(`<path d="${this.#path}" fill="none"${this.#line()}/>`);
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    const [left, top] = [Math.min(x, x + width), Math.min(y, y + height)];
    const box = { left: tenths(left), top: tenths(top) };
    this.#fill('', { ...box, right: box.left + tenths(Math.abs(width)), bottom: box.top + tenths(Math.abs(height)) });
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.#elements.push(
      `<path d="M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}Z" fill="none"${this.#line()}/>`,
    );
  }

  fillText(text: string, x: number, y: number): void {
    const anchor = { center: 'middle', right: 'end', end: 'end' }[this.textAlign] ?? 'start';
    const shift = this.textBaseline === 'middle' ? 3.5 : this.textBaseline === 'top' ? 9 : 0;
    const escaped = text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
    const size = /(\d+(?:\.\d+)?)px/.exec(this.font)?.[1] ?? '10';
    this.#elements.push(
      `<text x="${short(x)}" y="${short(y + shift)}" font-size="${size}" font-family="sans-serif" text-anchor="${anchor}" fill="${this.fillStyle}"${this.#alpha()}>${escaped}</text>`,
    );
  }

  measureText(text: string): { width: number } {
    return { width: 6 * text.length };
  }

  setLineDash(dash: readonly number[]): void {
    this.#dash = dash;
  }

  drawImage({ pixels }: Stamp, x: number, y: number, width: number, height: number): void {
    if (!pixels) return;
    const href = `data:image/png;base64,${png(pixels).toString('base64')}`;
    this.#elements.push(
      `<image x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" preserveAspectRatio="none" image-rendering="pixelated" href="${href}"${this.#alpha()}/>`,
    );
  }

  save(): void {
    const { fillStyle, strokeStyle, lineWidth, globalAlpha, font, textAlign, textBaseline } = this;
    this.#saved.push({ fillStyle, strokeStyle, lineWidth, globalAlpha, font, textAlign, textBaseline });
  }

  restore(): void {
    Object.assign(this, this.#saved.pop());
  }

  /** The elements so far. */
  svg(): string {
    return this.#elements
      .map((element) => {
        if (typeof element === 'string') return element;
        const { style, paths } = element;
        if (paths.length === 1) return `<path d="${paths[0]}"${style}/>`;
        return `<g${style}>${paths.map((path) => `<path d="${path}"/>`).join('')}</g>`;
      })
      .join('');
  }

  /**
   * Neighbours in one style share it: pictures are full of small squares. Touching ones in a row are merged; views let them overlap only to
   * avoid seams.
   */
  #fill(path: string, box?: Box): void {
    const opacity = Number(this.globalAlpha.toFixed(2));
    if (opacity === 0) return;
    const style = ` fill="${this.fillStyle}"${opacity < 1 ? ` fill-opacity="${opacity}"` : ''}`;
    const element = this.#elements.at(-1);
    const fills = typeof element === 'object' && element.style === style ? element : undefined;
    if (!fills) {
      this.#elements.push({ style, paths: [box ? boxPath(box) : path], isRectangles: box !== undefined, last: box });
      return;
    }
    if (box && fills.last && continues(box, fills.last)) {
      const { left, top, bottom } = fills.last;
      const before = boxPath(fills.last);
      fills.last = { left, top, right: Math.max(box.right, fills.last.right), bottom };
      fills.paths.push(fills.paths.pop()?.slice(0, -before.length) + boxPath(fills.last));
      return;
    }
    fills.last = box;
    // Opaque rectangles have the same orientation, and cover the same area in one path as in many.
    if (box && fills.isRectangles && this.globalAlpha >= 1) fills.paths[0] += boxPath(box);
    else {
      fills.paths.push(box ? boxPath(box) : path);
      fills.isRectangles = false;
    }
  }

  #alpha(): string {
    return this.globalAlpha < 1 ? ` opacity="${Number(this.globalAlpha.toFixed(2))}"` : '';
  }

  #line(): string {
    const dash = this.#dash.length > 0 ? ` stroke-dasharray="${this.#dash.join(' ')}"` : '';
    return ` stroke="${this.strokeStyle}" stroke-width="${short(this.lineWidth)}"${dash}${this.#alpha()}`;
  }
}

const short = (value: number): string => String(Number(value.toFixed(1)));

const tenths = (value: number): number => Math.round(10 * value);

function boxPath({ left, top, right, bottom }: Box): string {
  const width = (right - left) / 10;
  return `M${left / 10} ${top / 10}h${width}v${(bottom - top) / 10}h${-width}Z`;
}

/** Whether a rectangle continues another one of the same row. */
function continues(box: Box, last: Box): boolean {
  return box.top === last.top && box.bottom === last.bottom && box.left >= last.left && box.left <= last.right;
}

/** A PNG of 8 bits a channel. */
function png({ width, height, data }: Pixels): Buffer {
  const chunk = (type: string, body: Buffer) => {
    const named = Buffer.concat([Buffer.from(type), body]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(body.length, 0);
    frame.writeUInt32BE(crc32(named), 4);
    return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (1 + 4 * width));
  for (let row = 0; row < height; row++) {
    rows.set(data.subarray(4 * width * row, 4 * width * (row + 1)), row * (1 + 4 * width) + 1);
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

// Distances along a text, for the views of all problems of this package: a strip in lines, like a page of the text, dark
// where the pattern nearly occurs, and a profile below it. Shifts that are not decided yet stay empty.
import type { Box } from '../../../docs/demo/heat-map.ts';
import { drawHeatMap } from '../../../docs/demo/heat-map.ts';
import type { Surface } from '../../../docs/demo/view.ts';

/** What is drawn. */
export interface DistanceStrip {
  readonly distances: ArrayLike<number>;
  /** Leading shifts that are decided. */
  readonly completed: number;
  /** The distance that counts as far away. */
  readonly far: number;
}

/** Lines of the strip. */
const LINES = 24;

/** Share of the height that the strip has. */
const STRIP_SHARE = 0.62;

/** Draws strip and profile one below the other. */
export function drawDistances(surface: Surface, strip: DistanceStrip): void {
  const { width, height } = surface;
  const left = 4;
  const inner = width - 8;
  drawStrip(surface, strip, { x: left, y: 4, width: inner, height: STRIP_SHARE * height - 8 });
  const top = STRIP_SHARE * height + 10;
  drawProfile(surface, strip, { x: left, y: top, width: inner, height: height - top - 6 });
}

/** One sentence for those who do not see it. */
export function describeDistances({ distances, completed }: DistanceStrip): string {
  let best = -1;
  for (let i = 0; i < completed; i++) if (best < 0 || distances[i] < distances[best]) best = i;
  const progress = `${completed} of ${distances.length} shifts decided`;
  return best < 0
    ? `${progress}.`
    : `${progress}; the least distance is ${Number(distances[best].toFixed(1))}, at shift ${best}.`;
}

/** The least distance of the shifts in each of `cells` equal parts; undefined where none is decided. */
function leastOf({ distances, completed }: DistanceStrip, cells: number): (number | undefined)[] {
  return Array.from({ length: cells }, (_, cell) => {
    const from = Math.floor((cell * distances.length) / cells);
    const to = Math.max(from + 1, Math.floor(((cell + 1) * distances.length) / cells));
    let least: number | undefined;
    for (let i = from; i < Math.min(to, completed); i++) {
      if (least === undefined || distances[i] < least) least = distances[i];
    }
    return least;
  });
}

function drawStrip(surface: Surface, strip: DistanceStrip, box: Box): void {
  const lines = Math.max(1, Math.min(LINES, Math.ceil(strip.distances.length / 8)));
  const columns = Math.max(1, Math.min(Math.floor(box.width / 3), Math.ceil(strip.distances.length / lines)));
  const values = leastOf(strip, lines * columns).map((least) =>
    least === undefined ? 0 : 0.08 + 0.92 * Math.max(0, 1 - least / Math.max(1, strip.far)) ** 1.5,
  );
  drawHeatMap(surface, { rows: lines, cols: columns, values }, box);
}

function drawProfile({ context, palette }: Surface, strip: DistanceStrip, box: Box): void {
  const columns = Math.max(1, Math.min(Math.floor(box.width), strip.distances.length));
  const place = (column: number, distance: number): [number, number] => [
    box.x + ((column + 0.5) * box.width) / columns,
    box.y + box.height * (1 - Math.min(1, distance / Math.max(1, strip.far))),
  ];
  context.strokeStyle = palette.hairline;
  context.lineWidth = 1;
  context.strokeRect(box.x - 0.5, box.y - 0.5, box.width + 1, box.height + 1);
  context.strokeStyle = palette.first;
  context.beginPath();
  leastOf(strip, columns).forEach((least, column) => {
    if (least !== undefined) context.lineTo(...place(column, least));
  });
  context.stroke();
  if (strip.completed === strip.distances.length) return;
  const x = box.x + (strip.completed * box.width) / Math.max(1, strip.distances.length);
  context.strokeStyle = palette.second;
  context.beginPath();
  context.moveTo(x, box.y);
  context.lineTo(x, box.y + box.height);
  context.stroke();
}

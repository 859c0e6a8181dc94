// Random rows and normal numbers for sketches, many a microsecond: `Random` is ten times as slow as a step of Kaczmarz's method and
// would take most of the time. A small generator with 128 bits of state, seeded by `Random`, and the ziggurat.
// The same bits in every engine.
//
// C. Doty-Humphrey: sfc32, of PractRand; G. Marsaglia, W. W. Tsang: The ziggurat method for generating random variables (2000), with
// layers and values from different bits, as J. Doornik asks for (2005); A. J. Walker's alias method (1977).
import { Random } from '@infimum/core';
import { portableExp, portableLog } from '@infimum/core/portable-math';

/** Draws of a sketch. */
export interface SketchDraws {
  /** Fills with rows, equally likely, of `rows`. */
  rows(out: Int32Array, rows: number): void;
  /** Fills with rows that are as likely as `table` says. */
  weightedRows(out: Int32Array, table: AliasTable): void;
  /** Fills with standard normal numbers. */
  normals(out: Float64Array): void;
}

/** Probabilities of rows as N pairs: row k with probability `kept[k]`, else `other[k]`. */
export interface AliasTable {
  readonly kept: Float64Array;
  readonly other: Int32Array;
}

/** Two to the power -32. */
const WORD = 2 ** -32;

/** Layers of the ziggurat, its right end, and the area of a layer. */
const [LAYERS, END, AREA] = [128, 3.442619855899, 9.91256303526217e-3];

/** Draws from a seed. */
export function sketchDraws(seed: number): SketchDraws {
  const start = new Random(seed);
  const state = Int32Array.from({ length: 4 }, () => start.uint32());
  const { width, height, inner } = ziggurat();
  const word = (): number => {
    const a = state[0];
    const b = state[1];
    const c = state[2];
    const d = state[3];
    const t = (((a + b) | 0) + d) | 0;
    state[0] = b ^ (b >>> 9);
    state[1] = (c + (c << 3)) | 0;
    state[2] = (((c << 21) | (c >>> 11)) + t) | 0;
    state[3] = (d + 1) | 0;
    return t;
  };
  const uniform = (): number => ((word() >>> 0) + 0.5) * WORD;

  /** The number of a word that is in none of the inner parts. */
  const outer = (first: number, firstLayer: number): number => {
    for (let value = first, layer = firstLayer; ; value = word(), layer = word() & (LAYERS - 1)) {
      const x = value * width[layer];
      if ((value ^ (value >> 31)) < inner[layer]) return x;
      if (layer === 0) {
        for (;;) {
          const beyond = -portableLog(uniform()) / END;
          if (-2 * portableLog(uniform()) > beyond * beyond) return value < 0 ? -END - beyond : END + beyond;
        }
      }
      const level = height[layer] + uniform() * (height[layer - 1] - height[layer]);
      if (level < portableExp(-0.5 * x * x)) return x;
    }
  };

  return {
    rows(out, rows) {
      let a = state[0];
      let b = state[1];
      let c = state[2];
      let d = state[3];
      for (let k = 0; k < out.length; k++) {
        const t = (((a + b) | 0) + d) | 0;
        a = b ^ (b >>> 9);
        b = (c + (c << 3)) | 0;
        c = (((c << 21) | (c >>> 11)) + t) | 0;
        d = (d + 1) | 0;
        out[k] = (t >>> 0) * WORD * rows;
      }
      state[0] = a;
      state[1] = b;
      state[2] = c;
      state[3] = d;
    },
    weightedRows(out, { kept, other }) {
      const rows = kept.length;
      for (let k = 0; k < out.length; k++) {
        const place = (word() >>> 0) * WORD * rows;
        const row = Math.floor(place);
        out[k] = place - row < kept[row] ? row : other[row];
      }
    },
    normals(out) {
      let a = state[0];
      let b = state[1];
      let c = state[2];
      let d = state[3];
      let bits = 0;
      for (let k = 0; k < out.length; k++) {
        // A word for four layers, and one for every value.
        if ((k & 3) === 0) {
          bits = (((a + b) | 0) + d) | 0;
          a = b ^ (b >>> 9);
          b = (c + (c << 3)) | 0;
          c = (((c << 21) | (c >>> 11)) + bits) | 0;
          d = (d + 1) | 0;
        } else bits >>= 7;
        const value = (((a + b) | 0) + d) | 0;
        a = b ^ (b >>> 9);
        b = (c + (c << 3)) | 0;
        c = (((c << 21) | (c >>> 11)) + value) | 0;
        d = (d + 1) | 0;
        const layer = bits & (LAYERS - 1);
        // Without its sign, or one less.
        if ((value ^ (value >> 31)) < inner[layer]) {
          out[k] = value * width[layer];
          continue;
        }
        state[0] = a;
        state[1] = b;
        state[2] = c;
        state[3] = d;
        out[k] = outer(value, layer);
        a = state[0];
        b = state[1];
        c = state[2];
        d = state[3];
      }
      state[0] = a;
      state[1] = b;
      state[2] = c;
      state[3] = d;
    },
  };
}

/** Layers of equal area under e^(-x²/2): units of width, heights at the outer edges, and the words that are surely inside. */
function ziggurat() {
  const [width, height] = [0, 0].map(() => new Float64Array(LAYERS));
  const inner = new Int32Array(LAYERS);
  let edge = END;
  let level = portableExp(-0.5 * END * END);
  const base = AREA / level;
  width[0] = base / 2 ** 31;
  inner[0] = (END / base) * 2 ** 31;
  height[0] = 1;
  for (let k = LAYERS - 1; k >= 1; k--) {
    width[k] = edge / 2 ** 31;
    height[k] = level;
    const next = k === 1 ? 0 : Math.sqrt(-2 * portableLog(AREA / edge + level));
    inner[k] = (next / edge) * 2 ** 31;
    level = portableExp(-0.5 * next * next);
    edge = next;
  }
  return { width, height, inner };
}

/** The table of probabilities in proportion to weights. */
export function aliasTable(weights: Float64Array): AliasTable {
  const n = weights.length;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const kept = weights.map((weight) => (total > 0 ? (n * weight) / total : 1));
  const other = Int32Array.from({ length: n }, (_, k) => k);
  const small: number[] = [];
  const large: number[] = [];
  for (let k = 0; k < n; k++) (kept[k] < 1 ? small : large).push(k);
  while (small.length > 0 && large.length > 0) {
    const [low, high] = [small.pop() as number, large[large.length - 1]];
    other[low] = high;
    kept[high] -= 1 - kept[low];
    if (kept[high] < 1) small.push(large.pop() as number);
  }
  return { kept, other };
}

// Counts the numbers that are really allocated while something runs: typed arrays, and arrays on workspaces.
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Workspace } from '../webassembly/workspace.ts';

/** Arrays below this length are left out: a dozen of them are alive at a time, and those before them are garbage. */
const LEAST = 100;

/** What takes numbers from a workspace. */
const TAKERS = ['float64', 'float32', 'float64From', 'float32From', 'uncleared', 'scratch'] as const;

/** A count in progress. Arrays of single precision count as numbers, too. */
export interface NumberCount {
  /** Numbers on workspaces that were taken so far. */
  readonly onWorkspaces: number;
  /** Numbers in other arrays that were made so far, garbage included. */
  readonly allocated: number;
  /** How many other arrays were made so far. */
  readonly arrays: number;
  /** Numbers in each of the other arrays, in the order of creation: none where it is no longer referenced. */
  retained(): Promise<readonly number[]>;
}

/** Runs `action` with the constructors of arrays replaced by such as count. */
export async function countNumbers<Result>(action: (count: NumberCount) => Promise<Result>): Promise<Result> {
  const made: WeakRef<Float64Array | Float32Array>[] = [];
  let [allocated, onWorkspaces] = [0, 0];
  const note = (array: Float64Array | Float32Array, source: unknown): void => {
    if (array.length < LEAST || source instanceof ArrayBuffer || source instanceof SharedArrayBuffer) return;
    allocated += array.length;
    made.push(new WeakRef(array));
  };
  const [Doubles, Singles] = [Float64Array, Float32Array];
  const { prototype } = Workspace;
  const originals = TAKERS.map((name) => [name, prototype[name]] as const);
  class CountedDoubles extends Doubles {
    // biome-ignore lint/suspicious/noExplicitAny: passes on whatever the constructor takes
    constructor(...parts: any[]) {
      super(...(parts as [number]));
      note(this, parts[0]);
    }
    static override [Symbol.hasInstance](value: unknown): boolean {
      return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Float64Array]';
    }
  }
  class CountedSingles extends Singles {
    // biome-ignore lint/suspicious/noExplicitAny: passes on whatever the constructor takes
    constructor(...parts: any[]) {
      super(...(parts as [number]));
      note(this, parts[0]);
    }
    static override [Symbol.hasInstance](value: unknown): boolean {
      return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Float32Array]';
    }
  }
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  globalThis.Float64Array = CountedDoubles as unknown as Float64ArrayConstructor;
  globalThis.Float32Array = CountedSingles as unknown as Float32ArrayConstructor;
  for (const [name, original] of originals) {
    const counted = function (this: Workspace, given: number | ArrayLike<number>) {
      onWorkspaces += typeof given === 'number' ? given : given.length;
      return Reflect.apply(original, this, [given]);
    };
    Object.assign(prototype, { [name]: counted });
  }
  try {
    return await action({
      get onWorkspaces() {
        return onWorkspaces;
      },
      get allocated() {
        return allocated;
      },
      get arrays() {
        return made.length;
      },
      async retained() {
        // A reference that was made or read in this turn of the loop is strong, and compiled code may hold on to one for
        // longer: garbage goes within a few turns, referenced objects never do.
        for (let turn = 0; turn < 5; turn++) {
          await setImmediate();
          collect();
        }
        return made.map((array) => array.deref()?.length ?? 0);
      },
    });
  } finally {
    globalThis.Float64Array = Doubles;
    globalThis.Float32Array = Singles;
    Object.assign(prototype, Object.fromEntries(originals));
  }
}

// Weighted points on the globe.
import { integersFromBase64 } from './decode.ts';
import { magnitudes, places } from './fixtures/earthquakes.ts';
import { earthquakes } from './metadata.ts';
import type { DenseMatrix, Provenance } from './types.ts';

export type { DenseMatrix, Provenance } from './types.ts';

/** Places and magnitudes. */
export interface Earthquakes extends Provenance {
  /** One event a row: longitude and latitude in degrees, to 1e-4; depth in kilometres, to 0.01. */
  readonly points: DenseMatrix;
  /** The magnitude of every event; some are below 0. */
  readonly magnitudes: Float64Array;
}

/**
 * Loads the 1707 earthquakes that were recorded in one week of 2018, the latest first. New arrays with every call.
 *
 * Source: U.S. Geological Survey, Earthquake Hazards Program.
 *
 * @example
 * ```ts
 * import { loadEarthquakes } from '@infimum/datasets/earthquakes';
 *
 * const { points, magnitudes } = loadEarthquakes();
 * console.log(points.values.slice(0, 3).join(' '), magnitudes[0]); // -118.6672 34.4945 26.49 2
 * ```
 */
export function loadEarthquakes(): Earthquakes {
  const { rows, cols, license, source } = earthquakes;
  const scales = [1e4, 1e4, 1e2];
  return {
    points: { rows, cols, values: integersFromBase64(places, 4).map((value, index) => value / scales[index % 3]) },
    magnitudes: integersFromBase64(magnitudes, 2).map((value) => value / 100),
    license,
    source,
  };
}

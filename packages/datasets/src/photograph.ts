// Code shared by the two photographs.
import { bytesFromBase64 } from './decode.ts';
import type { DatasetInfo, Photograph } from './types.ts';

/** The pixels behind base64: three bytes each, line by line, 128 a line. */
export function photograph(text: string, { rows, cols, license, source }: DatasetInfo): Photograph {
  const width = 128;
  return {
    pixels: { rows, cols, values: Float64Array.from(bytesFromBase64(text)) },
    shape: [rows / width, width],
    license,
    source,
  };
}

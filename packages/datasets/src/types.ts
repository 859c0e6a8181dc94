// Types that the loaders return. `DenseMatrix` has the same fields as in `@infimum/linalg`, so that package is not needed.

/** Row-major matrix of 64-bit numbers. */
export interface DenseMatrix {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** `rows * cols` entries, row by row. */
  readonly values: Float64Array;
}

/** Where a data set comes from and what it may be used for. */
export interface Provenance {
  /** SPDX expression of the licence; the file `licenses/NAME.md` says more. */
  readonly license: string;
  /** The original file and the package that ships it. */
  readonly source: string;
}

/** Description of a data set, available without loading it. */
export interface DatasetInfo extends Provenance {
  /** The entry to import it from: `@infimum/datasets/NAME`. */
  readonly name: string;
  /** For lists and tables. */
  readonly title: string;
  /** Rows of its matrix: images, flowers, pixels, events, characters. */
  readonly rows: number;
  /** Columns of its matrix. */
  readonly cols: number;
  /** The attribution to give. */
  readonly citation: string;
}

/** Grey images with a class each. */
export interface LabeledImages extends Provenance {
  /** One image a row, its pixels row by row. */
  readonly images: DenseMatrix;
  /** The class of every image. */
  readonly labels: Uint8Array;
  /** Height and width of an image in pixels. */
  readonly shape: readonly [height: number, width: number];
}

/** A photograph as a cloud of colours. */
export interface Photograph extends Provenance {
  /** One pixel a row, line by line: red, green and blue from 0 to 255. */
  readonly pixels: DenseMatrix;
  /** Height and width in pixels. */
  readonly shape: readonly [height: number, width: number];
}

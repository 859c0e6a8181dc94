// Four images at the corners of a square, mixed by a position in it.

/** Shares of the corners top left, top right, bottom left, bottom right at a place of the unit square, y downwards. */
export function cornerWeights(x: number, y: number): Float64Array {
  return Float64Array.of((1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y);
}

/** An image as a distribution: its ink divided by all ink. */
export function normalized(image: Float64Array): Float64Array {
  const total = image.reduce((sum, value) => sum + value, 0);
  return image.map((value) => value / total);
}

/** The plain average: pixel by pixel. */
export function average(images: readonly Float64Array[], weights: Float64Array): Float64Array {
  return images[0].map((_, pixel) => images.reduce((sum, image, k) => sum + weights[k] * image[pixel], 0));
}

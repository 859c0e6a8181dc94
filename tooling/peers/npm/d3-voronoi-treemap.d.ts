declare module 'd3-voronoi-treemap' {
  /** Divides the clipping polygon among the nodes of a hierarchy, whose `polygon` it sets. */
  export interface VoronoiTreemap {
    (root: object): void;
    clip(polygon: [number, number][]): this;
    prng(random: () => number): this;
  }
  export function voronoiTreemap(): VoronoiTreemap;
}

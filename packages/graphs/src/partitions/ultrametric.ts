// The representation of an ultrametric: a tree of labels.

/** A tree of labels: two leaves have the label of their lowest common ancestor as distance. */
export interface UltrametricInstance {
  /** Parent of each node, −1 for the root; `parents[i] < i`. */
  readonly parents: Int32Array;
  /** Labels, 0 at leaves, positive and falling towards them elsewhere. */
  readonly labels: Float64Array;
  /** Dimension of the space. */
  readonly dimension: number;
}

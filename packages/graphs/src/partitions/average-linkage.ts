// Average linkage: nearest groups are joined, at their mean distance; the heights of the joins are an ultrametric.
import type { UltrametricInstance } from './ultrametric.ts';

/** A group of rows, joined at a height. */
interface Group {
  readonly label: number;
  readonly parts: readonly Group[];
  /** The row of a group of one; −1 for others. */
  readonly row: number;
}

/** The ultrametric of points under average linkage. Time O(n³). */
export function averageLinkage(
  { rows, cols, values }: { readonly rows: number; readonly cols: number; readonly values: ArrayLike<number> },
  dimension: number,
): UltrametricInstance {
  const distances = Array.from({ length: rows }, (_, i) =>
    Float64Array.from({ length: rows }, (_unused, j) => {
      let sum = 0;
      for (let k = 0; k < cols; k++) sum += (values[i * cols + k] - values[j * cols + k]) ** 2;
      return Math.sqrt(sum);
    }),
  );
  const { parents, labels } = averageLinkageOfDistances(distances, dimension);
  return { parents, labels, dimension };
}

/** The same from distances, which are overwritten; also which node each row became. Rows at distance 0 are one leaf. */
export function averageLinkageOfDistances(
  distances: readonly Float64Array[],
  dimension: number,
): UltrametricInstance & { readonly leafOfRow: Int32Array } {
  const groups = new Map(distances.map((_, row) => [row, { group: { label: 0, parts: [], row } as Group, size: 1 }]));
  while (groups.size > 1) {
    let [a, b, least] = [-1, -1, Infinity];
    for (const i of groups.keys()) {
      for (const j of groups.keys()) if (j < i && (a < 0 || distances[i][j] < least)) [a, b, least] = [i, j, distances[i][j]];
    }
    const [first, second] = [groups.get(a), groups.get(b)] as { group: Group; size: number }[];
    const label = Math.max(least, first.group.label, second.group.label);
    // Joins at the same height are one group of several parts.
    const parts = [second, first].flatMap(({ group }) =>
      group.parts.length > 0 && group.label >= label * (1 - 1e-12) ? group.parts : [group],
    );
    for (const k of groups.keys()) {
      if (k === a || k === b) continue;
      distances[b][k] = distances[k][b] =
        (first.size * distances[a][k] + second.size * distances[b][k]) / (first.size + second.size);
    }
    groups.delete(a);
    groups.set(b, { group: { label, parts, row: -1 }, size: first.size + second.size });
  }
  const parents: number[] = [];
  const labels: number[] = [];
  const leafOfRow = new Int32Array(distances.length);
  const [{ group: root }] = groups.values();
  const stack: { group: Group; parent: number }[] = [{ group: root, parent: -1 }];
  while (stack.length > 0) {
    const { group, parent } = stack.pop() as { group: Group; parent: number };
    parents.push(parent);
    const node = labels.push(group.label) - 1;
    if (group.label > 0) for (const part of [...group.parts].reverse()) stack.push({ group: part, parent: node });
    else for (const row of rowsOf(group)) leafOfRow[row] = node;
  }
  return { parents: Int32Array.from(parents), labels: Float64Array.from(labels), dimension, leafOfRow };
}

function rowsOf(group: Group): number[] {
  return group.row >= 0 ? [group.row] : group.parts.flatMap(rowsOf);
}

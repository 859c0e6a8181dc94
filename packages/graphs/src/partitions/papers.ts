// The paper behind the partitions.
import type { Paper } from '@infimum/core';

/** Fat polygonal partitions. */
export const fatPartitionsPaper: Paper = {
  title: 'Fat polygonal partitions with applications to visualization and embeddings',
  arxiv: '1009.1866',
  year: 2010,
};

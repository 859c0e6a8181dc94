import { describe, expect, it } from 'vitest';
import { alignOccurrence } from './align-occurrence.ts';
import { findInStream } from './find-in-stream.ts';
import { findWithMismatches } from './find-with-mismatches.ts';
import { findManyWithMismatches } from './many-patterns.ts';

const both = { strands: 'both' } as const;

describe('strands of RNA', () => {
  it('are found where the reverse complement is written with U', async () => {
    const expected = [{ position: 2, distance: 0, strand: '-' }];
    expect(findWithMismatches('ACGUUUGCA', 'AAAC', 0, both).occurrences).toEqual(expected);
    const many = findManyWithMismatches('ACGUUUGCA', ['AAAC', 'UGC'], 0, both).occurrences;
    expect(many.map(({ pattern, position, strand }) => `${pattern}@${position}${strand}`)).toEqual(['0@2-', '1@5+', '1@6-']);
    const found = [];
    for await (const place of findInStream(['ACGU', 'UUGCA'], 'AAAC', 0, both)) found.push(place);
    expect(found).toEqual(expected);
    expect(alignOccurrence('ACGUUUGCA', 'AAAC', 2, { strand: '-' }).cigar).toBe('4=');
  });

  it('are those of DNA whichever of the two a pattern is written in, and in both cases', () => {
    const places = (text: string, pattern: string, options: object = {}) =>
      findWithMismatches(text, pattern, 0, { ...both, ...options }).occurrences.map(
        ({ position, strand }) => `${position}${strand}`,
      );
    expect(places('GATTACA', 'GAUUACA')).toEqual(['0+']);
    expect(places('GAUUACA', 'TGTAATC')).toEqual(['0-']);
    expect(places('gauuaca', 'TGTAATC')).toEqual([]);
    expect(places('gauuaca', 'TGTAATC', { ignoreCase: true })).toEqual(['0-']);
    expect(places('GAYUACA', 'TGTAATC', { classes: 'iupac' })).toEqual(['0-']);
    // Bytes too; one strand alone tells U from T.
    const bytes = (text: string) => new TextEncoder().encode(text);
    expect(findWithMismatches(bytes('ACGUUUGCA'), bytes('AAAC'), 0, both).occurrences).toHaveLength(1);
    expect(findWithMismatches('GAUUACA', 'GATTACA', 0).occurrences).toEqual([]);
  });
});

"""The PyPI package `regex` for bench/reads.ts: regex_reads.py GENOME READS K HOW_MANY. Searches the first reads and their reverse
complements in the letters of the genome, substitutions only; prints processor milliseconds and the number of places."""

import sys
import time

import regex

genome, reads, k, count = open(sys.argv[1]).read(), open(sys.argv[2]).read().split(), int(sys.argv[3]), int(sys.argv[4])
start = time.process_time()
places = 0
for read in reads[:count]:
    for strand in (read, read[::-1].translate(str.maketrans("ACGT", "TGCA"))):
        places += sum(1 for _ in regex.finditer("(?:%s){s<=%d}" % (strand, k), genome, overlapped=True))
print((time.process_time() - start) * 1000, places)

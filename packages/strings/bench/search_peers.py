"""Packages that search with substitutions only, for bench/search.ts: search_peers.py NAME FILE N K.

Prints nanoseconds (best of some repeats), the number of hits, and the sum of their positions and distances.
"""

import os
import sys
import time

name, path, n, k = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
with open(path, "rb") as file:
    symbols = file.read().decode("latin-1")
text, pattern = symbols[:n], symbols[n:]


def with_regex():
    """Fuzzy matching: at most k substitutions, overlapping matches too."""
    import regex

    expression = regex.compile(f"(?:{regex.escape(pattern)}){{s<={k}}}")
    found = expression.finditer(text, overlapped=True)
    return [(match.start(), match.fuzzy_counts[0]) for match in found]


def with_fuzzysearch():
    """Substitutions only: n-grams of the pattern, or the double loop where k is large."""
    from fuzzysearch.substitutions_only import find_near_matches_substitutions

    return [(match.start, match.dist) for match in find_near_matches_substitutions(pattern, text, k)]


def with_edlib():
    """The least edit distance of the pattern to a part of the text, up to k."""
    import edlib

    found = edlib.align(pattern, text, mode="HW", task="distance", k=k)
    return [(0, found["editDistance"])]


search = {"regex": with_regex, "fuzzysearch": with_fuzzysearch, "edlib": with_edlib}[name]
clock = time.process_time if "CLOCK" in os.environ else time.perf_counter
best = float("inf")
spent = 0.0
for _ in range(3):
    begin = clock()
    hits = search()
    elapsed = clock() - begin
    best = min(best, elapsed)
    spent += elapsed
    if spent > 5:
        break
print(best * 1e9, len(hits), sum(position + distance for position, distance in hits))

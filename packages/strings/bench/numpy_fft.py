"""The peer that a NumPy user writes: one FFT correlation for every symbol of the pattern, on blocks of about 4m.

Run by bench/peers.ts: numpy_fft.py FILE N M REPEATS WIDTH. Prints nanoseconds (best) and a checksum.
"""

import os
import sys
import time

import numpy as np

path, n, m, repeats, width = sys.argv[1], *map(int, sys.argv[2:])
symbols = np.fromfile(path, dtype={1: np.uint8, 2: np.uint16, 4: np.uint32}[width])
text, pattern = symbols[:n], symbols[n : n + m]


def distances():
    length = max(1024, 1 << (4 * m - 1).bit_length())
    step = length - m + 1
    alphabet = np.unique(pattern)

    def spectrum_of(c):
        return np.conj(np.fft.rfft((pattern == c).astype(float), length))

    # Kept for all blocks where there are several and the spectra fit in 2 GB: 4096 symbols at m = 65536 take 8.6 GB.
    several = n - m + 1 > step and alphabet.size * (length // 2 + 1) * 16 <= 1 << 31
    kept = {c: spectrum_of(c) for c in alphabet} if several else None
    out = np.empty(n - m + 1, dtype=np.int32)
    for start in range(0, n - m + 1, step):
        block = text[start : start + length]
        total = np.zeros(length // 2 + 1, dtype=complex)
        for c in alphabet:
            spectrum = spectrum_of(c) if kept is None else kept[c]
            total += np.fft.rfft((block == c).astype(float), length) * spectrum
        count = min(step, n - m + 1 - start)
        out[start : start + count] = m - np.rint(np.fft.irfft(total, length)[:count])
    return out


clock = time.process_time_ns if "CLOCK" in os.environ else time.perf_counter_ns
best = float("inf")
for _ in range(repeats):
    begin = clock()
    result = distances()
    best = min(best, clock() - begin)
print(best, int(result.sum()))

"""Peers for `strings/hamming-distances`: what a NumPy user writes, since no package counts mismatches at every place.

Instance: `text` and `pattern`, arrays of integers. Solution: `distances`, one 32-bit integer a shift. No options.
"""

import numpy as np

from . import Peer, Result

PROBLEM = "strings/hamming-distances"

# Comparisons of the double loop that are held in memory at a time.
CHUNK = 2**22


def fft_per_symbol(text, pattern):
    """One real FFT correlation for every symbol of the pattern, on blocks of 4m to 8m symbols."""
    n, m = len(text), len(pattern)
    length = max(1024, 1 << (4 * m - 1).bit_length())
    step = length - m + 1
    alphabet = np.unique(pattern)
    spectra = [np.conj(np.fft.rfft((pattern == symbol).astype(float), length)) for symbol in alphabet]
    distances = np.empty(n - m + 1, dtype=np.int32)
    for start in range(0, n - m + 1, step):
        block = text[start : start + length]
        total = np.zeros(length // 2 + 1, dtype=complex)
        for symbol, spectrum in zip(alphabet, spectra):
            total += np.fft.rfft((block == symbol).astype(float), length) * spectrum
        count = min(step, n - m + 1 - start)
        distances[start : start + count] = m - np.rint(np.fft.irfft(total, length)[:count])
    return distances


def strided(text, pattern):
    """The double loop on a view of all windows (`sliding_window_view`), a few windows at a time."""
    windows = np.lib.stride_tricks.sliding_window_view(text, len(pattern))
    distances = np.empty(len(windows), dtype=np.int32)
    rows = max(1, CHUNK // len(pattern))
    for start in range(0, len(windows), rows):
        distances[start : start + rows] = np.count_nonzero(windows[start : start + rows] != pattern, axis=1)
    return distances


def exact(method):
    def solve(instance, options, clock):
        text, pattern = instance["text"], instance["pattern"]
        with clock:
            distances = method(text, pattern)
        return Result({"distances": distances}, "converged", "the distances of all shifts are exact")

    return solve


SOLVERS = {
    "numpy/fft-per-symbol": Peer("NumPy: FFT per symbol", PROBLEM, "numpy", exact(fft_per_symbol)),
    "numpy/strided": Peer("NumPy: windows compared", PROBLEM, "numpy", exact(strided)),
}

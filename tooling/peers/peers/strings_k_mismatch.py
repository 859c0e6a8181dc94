"""Peers for `strings/k-mismatch`: those of `strings/hamming-distances`, cut off at k + 1.

Instance: `text`, `pattern`, `maxMismatches`. Solution: `distances`, one 32-bit integer a shift. No options.
"""

import numpy as np

from . import Peer, Result
from .strings_hamming_distances import fft_per_symbol, strided

PROBLEM = "strings/k-mismatch"


def cut_off(method):
    def solve(instance, options, clock):
        text, pattern, most = instance["text"], instance["pattern"], instance["maxMismatches"]
        with clock:
            distances = np.minimum(method(text, pattern), np.int32(most + 1))
        return Result({"distances": distances}, "converged", "the distances of all shifts are exact")

    return solve


SOLVERS = {
    "numpy/fft-cut-off": Peer("NumPy: FFT per symbol", PROBLEM, "numpy", cut_off(fft_per_symbol)),
    "numpy/strided-cut-off": Peer("NumPy: windows compared", PROBLEM, "numpy", cut_off(strided)),
}

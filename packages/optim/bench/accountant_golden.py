# What dp-accounting 0.6.0 and prv-accountant 0.2.0 say of the settings of accountant-grid.ts, which come on the standard input, and the
# exact values of full batches by mpmath:
#
#   node bench/accountant-grid.ts | python3 bench/accountant_golden.py > src/testing/accountant-golden.json
import json
import math
import signal
import sys
import warnings

import mpmath
from dp_accounting import NeighboringRelation, dp_event
from dp_accounting.pld import PLDAccountant
from dp_accounting.rdp import RdpAccountant
from prv_accountant import PoissonSubsampledGaussianMechanism, PRVAccountant

warnings.filterwarnings("ignore")
# Whole orders: at fractional ones dp-accounting 0.6.0 has a bound, up to 13 % above the value by quadrature.
ORDERS = list(range(2, 64)) + [2**k for k in range(7, 17)]
SECONDS = 20


def composed(case):
    events = []
    for event in case["events"]:
        release = dp_event.GaussianDpEvent(event["sigma"])
        if case["kind"] == "without replacement":
            release = dp_event.SampledWithoutReplacementDpEvent(10**8, round(event["rate"] * 10**8), release)
        elif event["rate"] < 1:
            release = dp_event.PoissonSampledDpEvent(event["rate"], release)
        events.append(dp_event.SelfComposedDpEvent(release, event["count"]))
    return dp_event.ComposedDpEvent(events)


def rdp(case):
    replaced = case["kind"] == "without replacement"
    relation = NeighboringRelation.REPLACE_ONE if replaced else NeighboringRelation.ADD_OR_REMOVE_ONE
    # Samples without replacement take it minutes at the largest orders.
    accountant = RdpAccountant([a for a in ORDERS if a <= 256 or not replaced], relation)
    accountant.compose(composed(case))
    return float(accountant.get_epsilon(case["delta"]))


def pld(case):
    releases = sum(event["count"] for event in case["events"])
    interval = min(1e-3, 1e-3 * case["epsilon"] / math.sqrt(releases))
    accountant = PLDAccountant(value_discretization_interval=interval)
    accountant.compose(composed(case))
    return float(accountant.get_epsilon(case["delta"]))


def prv(case):
    events = case["events"]
    error, releases = 0.02 * case["epsilon"], sum(event["count"] for event in events)
    mesh = error / math.sqrt(releases / 2 * math.log(12e3 / case["delta"]))
    if 2 * (case["epsilon"] + 3) / mesh > 1e6:
        return None
    mechanisms = [PoissonSubsampledGaussianMechanism(sampling_probability=e["rate"], noise_multiplier=e["sigma"]) for e in events]
    counts = [e["count"] for e in events]
    accountant = PRVAccountant(mechanisms, eps_error=error, delta_error=case["delta"] / 1e3, max_self_compositions=counts)
    return [float(bound) for bound in accountant.compute_epsilon(case["delta"], counts)]


def exact(case):
    """The least ε of the Gaussian mechanism, to 30 digits."""
    mpmath.mp.dps = 60
    mu = mpmath.sqrt(sum(mpmath.mpf(e["count"]) / mpmath.mpf(e["sigma"]) ** 2 for e in case["events"]))
    delta = mpmath.mpf(case["delta"])
    excess = lambda x: mpmath.ncdf(mu / 2 - x / mu) - mpmath.exp(x) * mpmath.ncdf(-mu / 2 - x / mu) - delta
    low, high = mpmath.mpf(0), mpmath.mpf(1)
    if excess(low) <= 0:
        return 0.0
    while excess(high) > 0:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return float(high)


def attempt(ask, case):
    """A figure, or why there is none."""

    def late(*_):
        raise TimeoutError(f"no answer in {SECONDS} s of the processor")

    signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        return ask(case)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:80]
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


cases = []
for case in json.load(sys.stdin):
    row = dict(case, rdp=attempt(rdp, case))
    if case["kind"] == "all":
        row["exact"] = attempt(exact, case)
    elif case["kind"] != "without replacement":
        row["pld"], row["prv"] = attempt(pld, case), attempt(prv, case)
    cases.append(row)
    print(len(cases), row, file=sys.stderr)
lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in cases).replace("Infinity", '"infinite"')
print('{"packages": "dp-accounting 0.6.0, prv-accountant 0.2.0", "cases": [\n' + lines + "\n]}")

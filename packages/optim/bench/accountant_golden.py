# Golden values of the accountant: python golden.py > accountant-golden.json, with dp-accounting 0.6.0.
import json
from dp_accounting import dp_event
from dp_accounting.pld import PLDAccountant
from dp_accounting.rdp import RdpAccountant

# Whole orders: at fractional ones dp-accounting 0.6.0 has a bound, up to 13 % above the value by quadrature.
ORDERS = list(range(2, 64)) + [128, 256, 512, 1024]
cases = []
for rate in (0.001, 0.01, 0.1, 0.5, 1):
    for sigma in (0.6, 1.1, 4):
        for count in (1, 100, 2000):
            event = dp_event.GaussianDpEvent(sigma)
            if rate < 1:
                event = dp_event.PoissonSampledDpEvent(rate, event)
            composed = dp_event.SelfComposedDpEvent(event, count)
            # Without samples there is an exact value.
            pld = PLDAccountant() if rate < 1 else None
            if pld:
                pld.compose(composed)
            for delta in (1e-5, 1e-8):
                rdp = RdpAccountant(ORDERS)
                rdp.compose(composed)
                row = dict(rate=rate, sigma=sigma, count=count, delta=delta, rdp=float(rdp.get_epsilon(delta)))
                if pld:
                    row["pld"] = float(pld.get_epsilon(delta))
                cases.append(row)
print(json.dumps(dict(package="dp-accounting 0.6.0", cases=cases), indent=0))

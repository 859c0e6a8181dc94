"""Runs peers in this process, one request at a time, over standard input and output (see protocol.py): those of all
problems, or of the one that is its argument.

{"id": 1, "method": "list"}
    -> {"id": 1, "solvers": [...], "absent": {...}, "environment": {...}}
{"id": 2, "method": "solve", "solver": "pot/emd", "instance": {...}, "options": {...}, "functions": ["value"]}
    -> {"id": 2, "ask": "value", "points": matrix, "seconds"}, as often as it likes; answered by
{"values": [...], "seconds", "stop"}
    -> {"id": 2, "began": true}, from a peer that prepares, when its clock begins to run
    -> {"id": 2, "status", "reason", "seconds", "iterations", "solution": {...}, "path": [...]}
    -> {"id": 2, "error": {"code": "unknown-solver" | "declined" | "failed", "message"}}

Seconds are the solver's own. Limits are the caller's affair: it ends this process.
"""

import ctypes
import os
import platform
import signal
import sys
import traceback
from functools import partial

from peers import Clock, Declined, OutOfTime, load
from protocol import read_message, write_message


def main():
    die_with_parent()
    requests, answers = sys.stdin.buffer, take_standard_output()
    solvers, absent = load(*sys.argv[1:])
    while (request := read_message(requests)) is not None:
        ask = partial(ask_caller, requests, answers, request["id"])
        began = partial(write_message, answers, {"id": request["id"], "began": True})
        reply(answers, request["id"], answer(request, solvers, absent, ask, began))


def die_with_parent():
    """On Linux, so that a killed benchmark leaves no solver running; elsewhere the end of the input ends us."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def take_standard_output():
    """Keeps the protocol's channel to ourselves: whatever a package prints goes to standard error."""
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return channel


def reply(answers, identifier, body):
    try:
        write_message(answers, {"id": identifier, **body})
    except TypeError as problem:
        # Raised before the first byte is written: the peer returned something that does not travel.
        write_message(answers, {"id": identifier, **error("failed", f"the answer of the peer: {problem}")})


def answer(request, solvers, absent, ask, began):
    if request["method"] == "list":
        listed = [peer.describe(identifier) for identifier, peer in solvers.items()]
        return {"solvers": listed, "absent": absent, "environment": environment()}
    peer = solvers.get(request["solver"])
    if peer is None:
        return error("unknown-solver", f"no peer is called {request['solver']}")
    try:
        return solve(peer, request, ask, began)
    except Declined as refusal:
        return error("declined", str(refusal))
    except OutOfTime:
        return {"status": "time-limit", "reason": "the budget was used up", "seconds": request["seconds"]}
    except Exception as problem:
        traceback.print_exc()
        return error("failed", f"{type(problem).__name__}: {problem}")


def ask_caller(requests, answers, identifier, clock, name, points):
    """The values of a function of the instance, a row of points each; the clock counts what they take, not their way."""
    import numpy as np

    clock.pause()
    points = np.atleast_2d(np.asarray(points, dtype=float))
    write_message(answers, {"id": identifier, "ask": name, "points": points, "seconds": clock.seconds})
    answered = read_message(requests)
    if answered is None:
        sys.exit()
    clock.resume(answered["seconds"])
    if answered["stop"]:
        raise OutOfTime
    return answered["values"].reshape(len(points), -1)


def solve(peer, request, ask, began):
    clock = Clock(began) if peer.prepares else Clock()
    for name in request.get("functions", []):
        request["instance"][name] = partial(ask, clock, name)
    result = peer.solve(request["instance"], request["options"], clock)
    return {
        "status": result.status,
        "reason": result.reason,
        "seconds": clock.seconds,
        "iterations": result.iterations,
        "solution": result.solution,
        "path": result.path,
    }


def error(code, message):
    return {"error": {"code": code, "message": message}}


def environment():
    """What a report must say about the other side: the interpreter and the linear algebra under numpy."""
    from threadpoolctl import threadpool_info

    pools = [
        {key: pool.get(key) for key in ("internal_api", "version", "num_threads", "architecture")}
        for pool in threadpool_info()
    ]
    return {"python": platform.python_version(), "pools": pools}


if __name__ == "__main__":
    main()

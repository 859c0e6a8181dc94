"""One message: a line of JSON, then the bytes of the arrays it refers to, one after the other, little-endian.

In the JSON an array is {"$array": index into "arrays"}, and "arrays" lists {"type", "length"}. A dense matrix is
{"rows", "cols", "values"}, row by row; here it is a 2-D numpy array. NaN and the infinities, which JSON has not,
are {"$number": "NaN"}.
"""

import json
import math

import numpy as np

TYPES = {
    "float64": "<f8",
    "float32": "<f4",
    "int32": "<i4",
    "uint32": "<u4",
    "uint16": "<u2",
    "uint8": "|u1",
    "int8": "|i1",
}


def read_message(stream):
    """The next message, or None at the end of the stream."""
    line = stream.readline()
    if not line:
        return None
    header = json.loads(line)
    arrays = [read_array(stream, item) for item in header.pop("arrays", [])]
    return decode(header, arrays)


def write_message(stream, message):
    arrays = []
    header = encode(message, arrays)
    header["arrays"] = [{"type": type_name(array), "length": array.size} for array in arrays]
    stream.write(json.dumps(header, allow_nan=False).encode() + b"\n")
    for array in arrays:
        stream.write(memoryview(array).cast("B") if array.size else b"")
    stream.flush()


def read_array(stream, item):
    values = np.empty(item["length"], dtype=TYPES[item["type"]])
    view = memoryview(values).cast("B") if values.size else b""
    filled = 0
    while filled < len(view):
        count = stream.readinto(view[filled:])
        if not count:
            raise EOFError("the stream ended inside an array")
        filled += count
    return values


def decode(value, arrays):
    if isinstance(value, list):
        return [decode(item, arrays) for item in value]
    if not isinstance(value, dict):
        return value
    if "$array" in value:
        return arrays[value["$array"]]
    if "$number" in value:
        return float(value["$number"])
    decoded = {key: decode(item, arrays) for key, item in value.items()}
    if decoded.keys() == {"rows", "cols", "values"}:
        return decoded["values"].reshape(decoded["rows"], decoded["cols"])
    return decoded


def encode(value, arrays):
    if isinstance(value, np.ndarray):
        return encode_array(value, arrays)
    if isinstance(value, np.generic):
        return encode(value.item(), arrays)
    if isinstance(value, float) and not math.isfinite(value):
        return {"$number": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    if isinstance(value, dict):
        return {key: encode(item, arrays) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(item, arrays) for item in value]
    return value


def encode_array(value, arrays):
    if value.ndim == 2:
        rows, cols = value.shape
        return {"rows": rows, "cols": cols, "values": encode_array(value.reshape(-1), arrays)}
    if value.ndim != 1:
        raise TypeError(f"arrays of {value.ndim} dimensions do not travel; flatten it")
    arrays.append(np.ascontiguousarray(value, dtype=TYPES[type_name(value)]))
    return {"$array": len(arrays) - 1}


def type_name(array):
    if array.dtype.name not in TYPES:
        raise TypeError(f"{array.dtype.name} arrays do not travel; convert to one of {', '.join(TYPES)}")
    return array.dtype.name

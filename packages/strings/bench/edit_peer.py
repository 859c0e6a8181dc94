# edlib on pairs of sequences: a line of JSON for each, [mode, pattern, text]; prints distances and processor seconds.
import json
import sys
import time

import edlib

answers, spent = [], 0.0
for line in open(sys.argv[1]):
    mode, pattern, text = json.loads(line)
    before = time.process_time()
    found = edlib.align(pattern, text, mode=mode, task="distance")
    spent += time.process_time() - before
    ends = [end for _, end in found["locations"]] if mode == "HW" else []
    answers.append([found["editDistance"], ends])
print(json.dumps({"answers": answers, "seconds": spent}))

"""Values of COCO's noiseless functions for bbob.test.ts: pip install coco-experiment; python bbob_values.py > bbob-values.json"""
import json

import cocoex

suite = cocoex.Suite("bbob", "", "dimensions: 2,5,20 instance_indices: 1,3")
values = []
for problem in suite:
    _, number, instance, dimension = problem.id.split("_")
    number, instance, dimension = int(number[1:]), int(instance[1:]), int(dimension[1:])
    points = [[((7 * j + 3 + 5 * k) % 11) / 2 - 2.5 + (3.5 if k == 2 else 0) for j in range(dimension)] for k in range(3)]
    values.append([number, dimension, instance, *[float(problem(point)) for point in points]])
print(json.dumps(values))

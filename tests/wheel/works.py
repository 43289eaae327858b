"""What an installed package must be able to do with NumPy and narwhals alone; run by check.py."""

import sys

import numpy as np

import indicia as ix

# Firm by firm: everything, nothing, nine items and three open questions.
index = ix.framework("eurostat-dii", edition=2023)
items = [column["name"] for column in index.columns]
answers = {item: np.array([1.0, 0.0, 1.0 if place < 9 else np.nan]) for place, item in enumerate(items)}
scores = index.score(answers)
np.testing.assert_array_equal(np.asarray(scores["dii"]), [12.0, 0.0, np.nan])
np.testing.assert_array_equal(np.asarray(scores.high), [12.0, 0.0, 12.0])

# Something to fit: entropy weights, there and back again.
rng = np.random.default_rng(0)
data = {"cloud": rng.random(50), "energy": rng.random(50)}
fitted = ix.Index.flat({"cloud": +1, "energy": -1}, weights="entropy").fit(data)
again = ix.FittedIndex.from_json(fitted.to_json())
np.testing.assert_array_equal(np.asarray(fitted.score(data)["index"]), np.asarray(again.score(data)["index"]))

if not ix.__file__.startswith(sys.prefix):
    sys.exit(f"imported from {ix.__file__}, not from the environment")
narwhals = sys.modules["narwhals"].__version__
print(f"{sys.argv[1]}: indicia {ix.__version__}, numpy {np.__version__}, narwhals {narwhals}: works")

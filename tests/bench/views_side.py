"""The other side of views_bench.ts: writes the same attention as CircuitsVis and BertViz draw it, a page each.

    pip install circuitsvis==1.43.3 bertviz==1.4.1

"""

import sys

import numpy
import torch

folder = sys.argv[1]


def pattern(heads, size):
    """Causal weights whose rows sum to 1, as of a head that looks at the first token and about."""
    random = numpy.random.default_rng(7)
    weights = numpy.tril(random.random((heads, size, size)) ** 6)
    weights[:, :, 0] += 0.4
    return torch.tensor(weights / weights.sum(-1, keepdims=True), dtype=torch.float32)


def words(size):
    return [f" word{i}" for i in range(size)]


def write(name, html):
    with open(f"{folder}/{name}.html", "w") as file:
        file.write(html)


from circuitsvis.attention import attention_heads  # noqa: E402
from bertviz import head_view, model_view  # noqa: E402

for heads, size in [(12, 128), (1, 1024)]:
    drawn = attention_heads(pattern(heads, size), words(size))
    # The whole script in the output, as the page is offline.
    write(f"circuitsvis_{size if heads == 1 else heads}", drawn.local_src)

whole = [pattern(12, 128)[None] for _ in range(12)]
write("bertviz_head_12", head_view(whole, words(128), html_action="return").data)
write("bertviz_model_12", model_view(whole, words(128), html_action="return").data)
write("bertviz_head_1024", head_view([pattern(1, 1024)[None]], words(1024), html_action="return").data)

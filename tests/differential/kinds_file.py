# SPDX-License-Identifier: BSD-2-Clause
"""How arguments of kinds of files, memory and devices are compared: more of kinds.KINDS."""

from strace_parse import Array
from values import is_cut, match, numeric


def node_set(ctx, token, told):
    """strace prints the words of the mask, also what lies behind its last bit."""
    if not isinstance(token, Array) or not isinstance(told, list):
        yield from match(ctx, token, told)
        return
    bits, count = 32 if ctx.narrow else 64, ctx.event['requestParameters']['nodeCount']
    words = [numeric(i) or 0 for i in token.items]
    theirs = [i for i in range(min(len(words) * bits, count - 1)) if words[i // bits] >> (i % bits) & 1]
    if theirs != told and not (is_cut(ctx) and theirs[:len(told)] == told):
        yield ctx.differ('value', token, told)


KINDS = {
    'NODE_SET': node_set,
}

# SPDX-License-Identifier: BSD-2-Clause
"""Instructions of BPF, the abilities of rings, and bits of performance counters."""

from strace_parse import Array, Call, Cut, Name, Num, Or, Struct
from values import NAMES, is_cut, json_number, match, numeric

# ---- instructions ----

# include/uapi/linux/bpf_common.h, include/uapi/linux/bpf.h
CODES = {
    'BPF_LD': 0, 'BPF_LDX': 1, 'BPF_ST': 2, 'BPF_STX': 3, 'BPF_ALU': 4, 'BPF_JMP': 5, 'BPF_RET': 6, 'BPF_MISC': 7, 'BPF_JMP32': 6,
    'BPF_ALU64': 7, 'BPF_W': 0, 'BPF_H': 8, 'BPF_B': 0x10, 'BPF_DW': 0x18, 'BPF_IMM': 0, 'BPF_ABS': 0x20, 'BPF_IND': 0x40,
    'BPF_MEM': 0x60, 'BPF_LEN': 0x80, 'BPF_MSH': 0xa0, 'BPF_XADD': 0xc0, 'BPF_ATOMIC': 0xc0, 'BPF_ADD': 0, 'BPF_SUB': 0x10,
    'BPF_MUL': 0x20, 'BPF_DIV': 0x30, 'BPF_OR': 0x40, 'BPF_AND': 0x50, 'BPF_LSH': 0x60, 'BPF_RSH': 0x70, 'BPF_NEG': 0x80,
    'BPF_MOD': 0x90, 'BPF_XOR': 0xa0, 'BPF_MOV': 0xb0, 'BPF_ARSH': 0xc0, 'BPF_END': 0xd0, 'BPF_JA': 0, 'BPF_JEQ': 0x10,
    'BPF_JGT': 0x20, 'BPF_JGE': 0x30, 'BPF_JSET': 0x40, 'BPF_JNE': 0x50, 'BPF_JSGT': 0x60, 'BPF_JSGE': 0x70, 'BPF_CALL': 0x80,
    'BPF_EXIT': 0x90, 'BPF_JLT': 0xa0, 'BPF_JLE': 0xb0, 'BPF_JSLT': 0xc0, 'BPF_JSLE': 0xd0, 'BPF_K': 0, 'BPF_X': 8, 'BPF_A': 0x10,
    'BPF_TAX': 0, 'BPF_TXA': 0x80, 'BPF_TO_LE': 0, 'BPF_TO_BE': 8,
    'SECCOMP_RET_KILL_PROCESS': 0x80000000, 'SECCOMP_RET_KILL_THREAD': 0, 'SECCOMP_RET_TRAP': 0x30000, 'SECCOMP_RET_ERRNO': 0x50000,
    'SECCOMP_RET_USER_NOTIF': 0x7fc00000, 'SECCOMP_RET_TRACE': 0x7ff00000, 'SECCOMP_RET_LOG': 0x7ffc0000,
    'SECCOMP_RET_ALLOW': 0x7fff0000,
}


def word(token):
    if isinstance(token, Or):
        parts = [word(p) for p in token.parts]
        return None if None in parts else sum(parts)
    if isinstance(token, Name) and token.name.startswith('BPF_REG_'):
        return int(token.name[8:])
    return CODES[token.name] if isinstance(token, Name) and token.name in CODES else numeric(token)


def assembled(token):
    """BPF_STMT(code, k), BPF_JUMP(code, k, if true, if false), {code=..., dst_reg=..., src_reg=..., off=..., imm=...}: the
    eight bytes; None if a word of it is not known."""
    if isinstance(token, Call):
        words = [word(a) for a in token.args] + [0, 0]
        parts = () if None in words else ((words[0], 2), (words[2], 1), (words[3], 1), (words[1], 4))
    else:
        words = [word(token.get(name)) for name in ('code', 'dst_reg', 'src_reg', 'off', 'imm')]
        parts = () if None in words else ((words[0], 1), (words[1] | words[2] << 4, 1), (words[3], 2), (words[4], 4))
    return b''.join((v % (1 << 8 * n)).to_bytes(n, 'little') for v, n in parts) if parts else None


def instructions(ctx, token, told):
    if not isinstance(token, Array) or not isinstance(told, list):
        yield from match(ctx, token, told)
        return
    items = [i for i in token.items if not isinstance(i, Cut)]
    cut = token.cut or len(items) < len(token.items)
    if len(items) != len(told) and not (cut and len(items) < len(told)) and not is_cut(ctx):
        yield ctx.differ('length', token, told)
        return
    for i, (a, b) in enumerate(zip(items, told)):
        data = assembled(a)
        if data is None or data.hex() != b:
            yield ctx.inner('%d' % i).differ('shape' if data is None else 'value', a, b)


# ---- rings ----

def probe(ctx, token, told):
    """Each operation with its flags; the event has those that are there."""
    if not isinstance(token, Struct) or not isinstance(told, dict):
        yield from match(ctx, token, told)
        return
    ops = token.get('ops').items
    theirs = {numeric(op.get('op')) for op in ops if op.get('flags').text() != '0'}
    ours = {NAMES.value(name) if isinstance(name, str) else name for name in told['operations']}
    last = told['lastOperation']
    if numeric(token.get('last_op')) != (NAMES.value(last) if isinstance(last, str) else last):
        yield ctx.inner('lastOperation').differ('value', token.get('last_op'), last)
    if numeric(token.get('ops_len')) != told['count'] or len(ops) != told['count']:
        yield ctx.inner('count').differ('value', token.get('ops_len'), told['count'])
    if theirs != ours:
        yield ctx.inner('operations').differ('value', token.get('ops'), told['operations'])


# ---- performance counters ----

RESERVED_BIT = 38  # of the bits of struct perf_event_attr: the first that strace has no name for


def reserved_bits(names):
    """What stands there, by the names that newer kernels have given to it, or as the rest of the word."""
    total = 0
    for name in names:
        value = json_number(name)
        total |= NAMES.value(name, 'perf_attr_flags') if value is None else value
    return total >> RESERVED_BIT


KINDS = {'PROBE': probe}

# SPDX-License-Identifier: BSD-2-Clause
"""Kinds whose one register is two members, and what the calls of System V and futexes take."""

from strace_parse import Name, Num, Or, Str, Struct
from values import HALF, NAMES, is_address, match, match_names, numeric


def parts_of(token):
    return token.parts if isinstance(token, Or) else [token]


def operation(ctx, token, told):
    """The name of a command, with its flags in a member beside it."""
    flags = ctx.siblings.get(ctx.where + 'Flags', [])
    if isinstance(told, int):
        value = numeric(token)
        if value is None or (value - told) % HALF:
            yield ctx.differ('value', token, told)
        return
    value = numeric(token)
    named = NAMES.value(told, ctx.arg.get('values'))
    bits = [NAMES.value(f) for f in flags]
    if value is not None and named is not None and None not in bits and value == named | sum(bits):
        return
    yield from match_names(ctx, token, [told] + flags)


def with_mode(ctx, token, told):
    """Flags, and permissions, which are an octal number to strace."""
    mode = int(ctx.siblings['mode'], 8)
    seen = sum(p.value for p in parts_of(token) if isinstance(p, Num)) & 0o777
    if mode != seen:
        yield ctx.inner('mode').differ('value', token, ctx.siblings['mode'])
    rest = [Num(p.value & ~0o777, p.spelled) if isinstance(p, Num) else p for p in parts_of(token)]
    rest = [p for p in rest if not isinstance(p, Num) or p.value]
    yield from match_names(ctx, Or(rest or [Num(0, '0')]), told)


def with_architecture(ctx, token, told):
    architecture = ctx.siblings['architecture']
    yield from match_names(ctx, token, told + ([architecture] if architecture != 'KEXEC_ARCH_DEFAULT' else []))


def wake_operation(ctx, token, told):
    """FUTEX_OP_ADD<<28|0x1<<12|FUTEX_OP_CMP_EQ<<24|0x6"""
    value = 0
    for part in token.text().split('|'):
        number, _, shift = part.partition('<<')
        value |= (int(number, 0) if number[0].isdigit() else NAMES.value(number, 'futex_wake_operations')) << int(shift or 0)
    ours = (NAMES.value(told['operation'], 'futex_wake_operations') | (8 if 'shifted' in told else 0)) << 28 | \
        NAMES.value(told['comparison'], 'futex_comparisons') << 24 | told['argument'] % 4096 << 12 | told['comparedTo'] % 4096
    if value != ours:
        yield ctx.differ('value', token, told)


def queue_message(ctx, token, told):
    """{mtype=7, mtext="message"}: the first bytes of the text, if there are any to read."""
    if not isinstance(token, Struct):
        yield from match(ctx, token, told)
        return
    members = dict(token.members)
    yield from match(ctx.inner('type', told), members['mtype'], told['type'])
    text = members['mtext']
    if 'text' in told and not is_address(text):
        yield from match(ctx.inner('text', told), text, told['text'])
    elif isinstance(text, Str) and text.bytes and not ctx.event.get('errorCode'):
        yield ctx.inner('text').differ('untold member', text, '')


def pointed_string(ctx, token, told):
    """A string that a struct points to: strace has it in the struct."""
    if isinstance(token, Struct):
        text = next((v for k, v in token.members if isinstance(v, Str) and ctx.where in (k, {'pathname': 'path'}.get(k))), None)
        if text is None or text.bytes != told.encode():
            yield ctx.differ('value', token, told)


KINDS = {'OPERATION': operation, 'IPC_FLAGS': with_mode, 'KEXEC_FLAGS': with_architecture, 'WAKE_OPERATION': wake_operation,
         'QUEUE_MESSAGE': queue_message}

# SPDX-License-Identifier: BSD-2-Clause
"""Signals, children, priorities, and descriptors of segments."""

import re

from strace_parse import Array, Call, Name, Num, Or, Struct
from values import NAMES, SAME, match, numeric

# ---- signals ----

# Calls of i386 whose sets have 32 signals.
OLD_SIGNALS = ('sigaction', 'sigprocmask', 'sigpending', 'sigsuspend', 'ssetmask', 'sgetmask', 'signal')


def signal_set(ctx, token, told):
    """strace leaves out SIG, and writes a set by what is not in it if that is shorter: ~[KILL STOP]."""
    if not isinstance(token, (Array, Num)) or not isinstance(told, list):
        yield from match(ctx, token, told)
        return
    if isinstance(token, Num):
        token = Array([Name(name[3:]) for name, value in NAMES.sets['signals'].items()
                       if value and token.value >> (value - 1) & 1])
    items = token.items[0].items if token.items and isinstance(token.items[0], Array) else token.items
    inverted = token.inverted or (token.items and isinstance(token.items[0], Array) and token.items[0].inverted)
    theirs = {'SIG' + i.text() for i in items}
    theirs = {SAME.get(name, name) for name in theirs}
    if inverted:
        old = ctx.event['syscall'].get('name') in OLD_SIGNALS
        theirs = {name for name, value in NAMES.sets['signals'].items() if 0 < value <= (32 if old else 64)} - theirs
    if theirs != set(told):
        yield ctx.differ('value', token, told)


# ---- children ----

def clone_flags(ctx, token, told):
    parts = token.parts if isinstance(token, Or) else [token]
    signals = [p for p in parts if (isinstance(p, Name) and p.name.startswith('SIG')) or
               (isinstance(p, Num) and 0 < p.value < 256)]
    flags = [p for p in parts if p not in signals]
    if len(flags) == 1:
        yield from match(ctx, flags[0], told)
    else:
        yield from match(ctx, Or(flags or [Num(0, '0')]), told)
    if ctx.siblings and 'exitSignal' in ctx.siblings:
        yield from match(ctx.inner('exitSignal'), signals[0] if signals else Num(0, '0'), ctx.siblings['exitSignal'])


# What strace says of a status, and the members that say the same.
WAITED = re.compile(r'(WIFEXITED|WIFSIGNALED|WIFSTOPPED|WIFCONTINUED)\(s\)')


def wait_status(ctx, token, told):
    text = token.text()
    if isinstance(token, Array) and len(token.items) == 1:
        text = token.items[0].text()
    text = text.strip('{}')
    if not isinstance(told, dict) or not WAITED.match(text):
        yield from match(ctx, token, told)
        return
    wanted = {}
    for part in text.split(' && '):
        if part.startswith('WEXITSTATUS'):
            wanted['exitStatus'] = int(part.split(' == ')[1])
        elif part.startswith(('WTERMSIG', 'WSTOPSIG')):
            wanted['signal'] = part.split(' == ')[1].split(' | ')[0]
        elif part == 'WCOREDUMP(s)':
            wanted['coreDumped'] = True
        elif part == 'WIFSTOPPED(s)':
            wanted['stopped'] = True
        elif part == 'WIFCONTINUED(s)':
            wanted['continued'] = True
    if {k: str(v) for k, v in wanted.items()} != {k: str(v) for k, v in told.items() if v is not False}:
        yield ctx.differ('value', token, told)


# ---- priorities ----

def io_priority(ctx, token, told):
    """IOPRIO_PRIO_VALUE(class, data): the data is a hint and a level. What stands above the class means nothing."""
    if isinstance(token, Num):
        token = Call('IOPRIO_PRIO_VALUE', [Num(token.value >> 13, ''), Num(token.value & 0x1fff, '')])
    if not isinstance(told, dict) or not isinstance(token, Call):
        yield from match(ctx, token, told)
        return
    theirs, data = (numeric(a, 'ioprio_classes') for a in token.args)
    ours = told['class'] if isinstance(told['class'], int) else NAMES.value(told['class'], 'ioprio_classes')
    hint = told.get('hint', 0)
    if theirs % 8 != ours:
        yield ctx.inner('class').differ('value', token, told['class'])
    if data != (hint if isinstance(hint, int) else NAMES.value(hint, 'ioprio_hints')) << 3 | told['level']:
        yield ctx.inner('level').differ('value', token, told)


# ---- segments ----

def segment_note(ctx, token):
    """set_thread_area: which entry it was stands behind the result."""
    note = re.fullmatch(r'entry_number=(\d+)', ctx.call.note or '')
    if not note or not isinstance(token, Struct):
        return token
    return Struct([(name, Num(int(note.group(1)), note.group(1)) if name == 'entry_number' else value)
                   for name, value in token.members], token.cut)


KINDS = {'SIGSET': signal_set, 'CLONE_FLAGS': clone_flags, 'WAIT_STATUS': wait_status, 'IO_PRIORITY': io_priority}

# SPDX-License-Identifier: BSD-2-Clause
"""How an argument of each kind of the catalogue is compared.

Stands in KINDS, one line a kind, with a function that yields what differs; a kind that is not there goes by the shape of
the two sides (values.match). A new kind takes a line here only if its value is not what strace prints in other words.
"""

import base64
import re

import kinds_file
import kinds_ipc
import kinds_message
import kinds_socket
from strace_parse import Array, Call, Change, Cut, Name, Named, Num, Or, Str, Struct, Text
from values import HALF, NAMES, SAME, Context, exact_bytes, is_address, is_cut, json_number, keys_for, match, match_number, numeric, \
    pair_members, same_number

# ---- structs of the catalogue ----


def match_struct(ctx, token, told):
    """A struct whose members the catalogue lists: each goes by its own kind."""
    members = ctx.arg.get('members')
    if ctx.arg.get('scalar'):
        if is_address(token) and not isinstance(told, (dict, list)) and told is not None:
            yield ctx.differ('told more', token, told)
            return
        inner = Context(ctx.call, ctx.event, dict(members[0], name=ctx.arg['name']), ctx.where, ctx.siblings, ctx.out)
        if isinstance(token, Array) and len(token.items) == 1 and inner.arg['kind'] != 'SIGSET':
            token = token.items[0]
        yield from match_argument(inner, token, told)
        return
    if isinstance(token, Array) and len(token.items) == 1 and isinstance(token.items[0], Struct):
        token = token.items[0]
    elif isinstance(token, Array) and isinstance(told, dict) and len(token.items) == len(told):
        token = Struct([(m['name'], i) for m, i in zip(members, token.items)], False)
    if not isinstance(told, dict) or not isinstance(token, Struct):
        yield from match(ctx, token, told)
        return
    by_name = {m['name']: m for m in members}
    if len(token.members) == 1 and isinstance(token.members[0][1], Struct):
        token = token.members[0][1]  # the part of a union that the command is about
    flat = [(k, v) if k != 'msg_perm' or 'permissions' in told or not isinstance(v, Struct) else v for k, v in token.members]
    if any(isinstance(m, Struct) for m in flat):
        token = Struct([n for m in flat for n in (m.members if isinstance(m, Struct) else [m])], token.cut)
    pairs, missing, more = pair_members(token, told)
    if pairs is None:
        yield ctx.differ('members', token, told)
        return
    for key, value in pairs:
        inner = ctx.inner(key, told)
        if key == 'config' and told.get('events') == list(reversed(re.findall(r'PERF_\w+', value.text()))):
            more.remove('events')
            continue
        if key == 'base' and isinstance(value, (Str, Array)):
            yield inner.differ('content', value, told[key])
            continue
        inner.arg = by_name.get(key, {'name': key, 'kind': ''})
        yield from match_argument(inner, value, told[key])
    for name, value in missing:
        if not is_answer(ctx, by_name, name) and not is_bit(members, told, name, value):
            yield ctx.inner(name or '?').differ('untold member', value, '')
    for key in more:
        yield ctx.inner(key).differ('told more', '', told[key])


def is_answer(ctx, by_name, name):
    """A member that the kernel writes, which a request does not tell."""
    return not ctx.out and name and any(by_name.get(k, {}).get('direction') == 'out' for k in keys_for(name))


def is_bit(members, told, name, value):
    """A member of a bit or two, which is among the names of a set in the event."""
    for member in members:
        names = told.get(member['name'])
        known = NAMES.sets.get(member.get('values'), ())
        if member['kind'] == 'FLAGS' and isinstance(names, list) and (name in known or '%s_1' % name in known):
            return (numeric(value) != 0) == any(n == name or n == '%s_%d' % (name, numeric(value)) for n in names)
    return False


def match_structs(ctx, token, told):
    """An array of them."""
    if not isinstance(told, list) or not isinstance(token, Array):
        yield from match(ctx, token, told)
        return
    items = [i for i in token.items if not isinstance(i, Cut)]
    if len(items) != len(told) and not ((token.cut or len(items) < len(token.items)) and len(told) > len(items)) and \
            not (is_cut(ctx) and len(told) < len(items)):
        yield ctx.differ('length', token, told)
        return
    for i, (a, b) in enumerate(zip(items, told)):
        yield from match_struct(ctx.inner('%d' % i), a, b)


# ---- kinds that need more ----

def bits32(ctx, token, told):
    if isinstance(told, int):
        yield from match_number(ctx, token, told, 32)
    else:
        yield from match(ctx, token, told)


def bits16(ctx, token, told):
    if isinstance(told, int):
        yield from match_number(ctx, token, told, 16)
    else:
        yield from match(ctx, token, told)


def register(ctx, token, told):
    """A whole register. Of an int strace shows the lower half, with its sign."""
    value = numeric(token, ctx.arg.get('values')) if isinstance(token, Num) else None
    number = told if isinstance(told, int) else json_number(told) if isinstance(told, str) else None
    if value is None or number is None:
        yield from match(ctx, token, told)
    elif not same_number(value, number, 32 if ctx.narrow else 64):
        if not same_number(value, number, 32):
            yield ctx.differ('value', token, told)
        elif number >> 32 not in (0, HALF - 1):
            yield ctx.differ('upper half', token, told)


def request(ctx, token, told):
    """A number of ioctl. Of drivers that have the same number strace may name another, whose number is not known here."""
    value = numeric(token)
    named = NAMES.values.get(told, ()) if isinstance(told, str) else ()
    if isinstance(token, (Num, Call)) and value in named:
        return
    if named and (value is None or (ctx.narrow and isinstance(token, Name) and value not in named)):
        if not (isinstance(token, Text) and told in token.raw.split(' or ')) and token.text() != told:
            yield ctx.differ('other driver', token, told)
        return
    yield from match(ctx, token, told)


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


def capabilities(ctx, token, told):
    """Sets by name; of bits without one the event has the number of each, strace the word of those from 32 on."""
    if not isinstance(told, dict) or not isinstance(token, Struct):
        yield from match(ctx, token, told)
        return
    for name, value in token.members:
        names = [n for n in told[name] if isinstance(n, str)]
        rest = sum(1 << n >> 32 for n in told[name] if not isinstance(n, str))
        yield from match(ctx.inner(name), value, names + ([hex(rest)] if rest else []))


def io_priority(ctx, token, told):
    if isinstance(token, Num) and isinstance(told, dict):
        token = Call('IOPRIO_PRIO_VALUE', [Num(token.value >> 13, ''), Num(token.value & 7, '')])
        told = dict(told, **{'class': NAMES.value(told['class'], 'ioprio_classes')})
    yield from match(ctx, token, told)


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


def strings(ctx, token, told):
    """argv: an array, or one of which some could not be read; bytes that are not UTF-8 stand beside it, NUL-terminated."""
    if not isinstance(token, Array) or not isinstance(told, list):
        yield from match(ctx, token, told)
        return
    exact = ctx.siblings.get(ctx.where + 'Base64')
    if isinstance(exact, str):
        data = base64.b64decode(exact).split(b'\0')[:len(told)]
    else:
        exact = exact or [None] * len(told)
        data = [base64.b64decode(e) if e else t.encode('utf-8', 'surrogatepass') for t, e in zip(told, exact)]
    items, cut = list(token.items), token.cut
    if is_cut(ctx) or ctx.where in ctx.event.get('requestParameters', {}).get('unreadable', ()):
        cut = True
    if len(data) != len(items) and not (cut and len(data) < len(items)) and not token.cut:
        yield ctx.differ('length', token, told)
        return
    for i, (a, b) in enumerate(zip(items, data)):
        last = i == len(data) - 1
        if not isinstance(a, Str):
            if not (last and cut):
                yield ctx.inner('%d' % i).differ('shape', a, told[i])
        elif a.bytes != b and not (a.cut and b.startswith(a.bytes)) and \
                not (cut and (last or len(b) >= 4095) and a.bytes.startswith(b)):
            yield ctx.inner('%d' % i).differ('value', a, told[i])


def pair_of_times(ctx, token, told):
    """utimensat: UTIME_NOW and UTIME_OMIT by name, in place of a struct."""
    if isinstance(token, Array) and isinstance(told, list) and len(token.items) == len(told):
        for i, (a, b) in enumerate(zip(token.items, told)):
            if isinstance(a, Name) or isinstance(b, str):
                if a.text() != b:
                    yield ctx.inner('%d' % i).differ('value', a, b)
            else:
                yield from match(ctx.inner('%d' % i), a, b)
    else:
        yield from match(ctx, token, told)


def quota_command(ctx, token, told):
    if isinstance(token, Call) and token.name == 'QCMD' and len(token.args) == 2:
        yield from match(ctx, token.args[0], told)
        yield from match(ctx.inner('type'), token.args[1], ctx.siblings.get('quotaType'))
    else:
        yield ctx.differ('shape', token, told)


# Kinds with a way of their own; all others are matched by shape.
KINDS = {
    'INT': bits32, 'UINT': bits32, 'FD': bits32, 'FD_NUMBER': bits32, 'PID': bits32, 'DIRFD': bits32,
    'UID': bits32, 'GID': bits32, 'UID16': bits16, 'GID16': bits16,
    'SOCKET_PROTOCOL': bits32, 'SOCKET_OPTION_NAME': bits32, 'HEX': register, 'SIZE': register, 'LONG': register, 'REQUEST': request,
    'SIGSET': signal_set, 'CAPABILITIES': capabilities, 'IO_PRIORITY': io_priority, 'ENUM': bits32, 'SIGNAL': bits32, 'ARGV': strings,
    'TIMESPEC_PAIR': pair_of_times, 'TIMESPEC64_PAIR': pair_of_times,
    'CLONE_FLAGS': clone_flags, 'STRUCT': match_struct, 'STRUCT_SIZED': match_struct, 'STRUCTS': match_structs, 'POINTERS': match_structs, 'STRUCT_HEADED': match_struct,
    'STRUCT_AT': match_struct, 'STRUCT_OWN_SIZE': match_struct,
    'QUOTA_COMMAND': quota_command, 'WAIT_STATUS': wait_status,
}


KINDS.update(kinds_file.KINDS)
KINDS.update(kinds_ipc.KINDS)
KINDS.update(kinds_message.KINDS)
KINDS.update(kinds_socket.KINDS)

# Kinds of which the register is an address, never the value itself.
POINTERS = {'PATH', 'STRING', 'MOUNT_DATA', 'BUFFER', 'HEX_BYTES', 'NAME_LIST', 'SOCKET_OPTION', 'SOCKET_OPTION_OUT', 'XATTR',
            'STRUCT', 'STRUCTS', 'STRUCT_SIZED', 'CONTENT'}


def match_argument(ctx, token, told):
    if isinstance(token, Named):
        token = token.value
    if ctx.out and ctx.arg.get('direction') in ('changed', 'spent'):
        token = kinds_file.answer(ctx, token)
    if ctx.out and ctx.arg['name'] == 'fds' and 'poll' in ctx.call.name and isinstance(told, list):
        yield from kinds_file.polled(ctx, told)
        return
    if isinstance(token, Change):
        token = token.new if ctx.out else token.old
    if isinstance(token, Num) and is_address(token) and (isinstance(told, (dict, list)) or ctx.arg['kind'] in POINTERS):
        yield ctx.differ('told more', token, told)
        return
    yield from KINDS.get(ctx.arg['kind'], match)(ctx, token, told)

# SPDX-License-Identifier: BSD-2-Clause
"""How an argument of each kind of the catalogue is compared.

Stands in KINDS, one line a kind, with a function that yields what differs; a kind that is not there goes by the shape of
the two sides (values.match). A new kind takes a line here only if its value is not what strace prints in other words.
"""

import base64
import re

import kinds_file
import kinds_ipc
import kinds_kernel
import kinds_message
import kinds_process
import kinds_socket
from strace_parse import Array, Call, Change, Cut, Name, Named, Num, Or, Str, Struct, Text
from values import HALF, NAMES, PLACES, Context, exact_bytes, is_address, is_cut, json_number, keys_for, match, match_number, numeric, \
    pair_members, same_number

# ---- structs of the catalogue ----


def match_struct(ctx, token, told):
    """A struct whose members the catalogue lists: each goes by its own kind."""
    members = ctx.arg.get('members')
    if ctx.arg.get('scalar'):
        if is_address(token) and not isinstance(told, (dict, list)) and told is not None:
            yield ctx.differ('told more', token, told)
            return
        inner = Context(ctx.call, ctx.event, dict(members[0], name=ctx.arg['name']), ctx.where, ctx.siblings, ctx.out, ctx.arguments)
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
    token = without_union(ctx, token)
    flat = [(k, v) if k != 'msg_perm' or 'permissions' in told or not isinstance(v, Struct) else v for k, v in token.members]
    if any(isinstance(m, Struct) for m in flat):
        token = Struct([n for m in flat for n in (m.members if isinstance(m, Struct) else [m])], token.cut)
    pairs, missing, more = pair_members(token, told)
    if pairs is None:
        yield ctx.differ('members', token, told)
        return
    for key, value in pairs:
        inner = ctx.inner(key, told, by_name.get(key, {'name': key, 'kind': ''}))
        if key == 'config' and told.get('events') == list(reversed(re.findall(r'PERF_\w+', value.text()))):
            more.remove('events')
            continue
        if key == 'base' and isinstance(value, (Str, Array)) and not behind_pointer(ctx, key, value, told[key]):
            yield inner.differ('content', value, told[key])
            continue
        pointed = behind_pointer(ctx, key, value, told[key])
        if pointed:
            yield from match_argument(pointed[1], value, pointed[0])
            value = value.old if isinstance(value, Change) else Cut()
        if not isinstance(value, Cut):
            yield from match_argument(inner, value, told[key])
    for name, value in missing:
        if is_answer(ctx, members, name) or is_bit(members, told, name, value):
            continue
        behind = ctx.arg['kind'] in ENDING and is_nothing(value) and is_behind(members, told, name)
        yield ctx.inner(name or '?').differ('behind the end' if behind else 'untold member', value, '')
    for key in more:
        yield ctx.inner(key).differ('told more', '', told[key])


# Kinds of structs that end where the caller says.
ENDING = ('STRUCT_SIZED', 'STRUCT_OWN_SIZE', 'STRUCT_HEADED')

# Other names of what is behind a pointer than that of the pointer.
BEHIND = {'base': 'registers'}


def behind_pointer(ctx, key, token, told):
    """What a member that is an address leads to, if strace shows that, and the event tells it as an argument of its own."""
    if not isinstance(told, str) or json_number(told) is None or is_address(token):
        return None
    places = PLACES[1:] if isinstance(token, Change) else PLACES[::-1] if ctx.out else PLACES
    return next((found for place in places for name in (key, BEHIND.get(key)) for found in [ctx.argument(name, place)] if found), None)


def without_union(ctx, token):
    """{test={...}, extra_data="..."}: the part of a union that the command is about."""
    parts = [value for name, value in token.members if name != 'extra_data']
    return parts[0] if len(parts) == 1 and isinstance(parts[0], Struct) else token


def is_nothing(token):
    return numeric(token) == 0 or (isinstance(token, Str) and not token.bytes) or (isinstance(token, Array) and not token.items)


def is_behind(members, told, name):
    """Is it a member behind the last that is told?"""
    names = [m['name'] for m in members]
    told_at = [i for i, n in enumerate(names) if n in told]
    at = next((i for i, n in enumerate(names) if name and n in keys_for(name)), None)
    return at is not None and at > max(told_at, default=-1)


def is_answer(ctx, members, name):
    """A member that the kernel writes, which a request does not tell, or a bit of one."""
    written = [m for m in members if m.get('direction') == 'out']
    return not ctx.out and name and any(m['name'] in keys_for(name) or name in NAMES.sets.get(m.get('values'), ()) or
                                        '%s_1' % name in NAMES.sets.get(m.get('values'), ()) for m in written)


def is_bit(members, told, name, value):
    """A member of a bit or two, which is among the names of a set in the event."""
    for member in members:
        names = told.get(member['name'])
        known = NAMES.sets.get(member.get('values'), ())
        if name == '__reserved_1' and member.get('values') == 'perf_attr_flags':
            return kinds_kernel.reserved_bits(names) == numeric(value)
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


def match_pointed(ctx, token, told):
    """What a struct points to: instructions as their bytes, or as any other."""
    if ctx.arg.get('struct') == 'instruction':
        yield from kinds_kernel.instructions(ctx, token, told)
    elif ctx.arg['kind'] in ('POINTED_ONE', 'POINTED_BY'):
        yield from match_struct(ctx, token, told)
    else:
        yield from match_structs(ctx, token, told)


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


def capabilities(ctx, token, told):
    """Sets by name; of bits without one the event has the number of each, strace the word of those from 32 on."""
    if not isinstance(told, dict) or not isinstance(token, Struct):
        yield from match(ctx, token, told)
        return
    for name, value in token.members:
        names = [n for n in told[name] if isinstance(n, str)]
        rest = sum(1 << n >> 32 for n in told[name] if not isinstance(n, str))
        yield from match(ctx.inner(name), value, names + ([hex(rest)] if rest else []))


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
    'INT': bits32, 'UINT': bits32, 'ERROR': bits32, 'FD': bits32, 'FD_NUMBER': bits32, 'PID': bits32, 'DIRFD': bits32,
    'UID': bits32, 'GID': bits32, 'UID16': bits16, 'GID16': bits16,
    'SOCKET_PROTOCOL': bits32, 'SOCKET_OPTION_NAME': bits32, 'HEX': register, 'SIZE': register, 'LONG': register, 'REQUEST': request,
    'CAPABILITIES': capabilities, 'ENUM': bits32, 'SIGNAL': bits32, 'ARGV': strings,
    'TIMESPEC_PAIR': pair_of_times, 'TIMESPEC64_PAIR': pair_of_times,
    'STRUCT': match_struct, 'STRUCT_SIZED': match_struct, 'STRUCTS': match_structs, 'POINTERS': match_structs, 'STRUCT_HEADED': match_struct,
    'STRUCT_AT': match_struct, 'STRUCT_OWN_SIZE': match_struct, 'LONG_ENUM': register,
    'POINTED': match_pointed, 'POINTED_ONE': match_pointed, 'POINTED_BY': match_pointed, 'POINTED_COUNT': match_pointed,
    'OPTION_FILTER': match_pointed,
    'QUOTA_COMMAND': quota_command,
}


KINDS.update(kinds_file.KINDS)
KINDS.update(kinds_ipc.KINDS)
KINDS.update(kinds_kernel.KINDS)
KINDS.update(kinds_message.KINDS)
KINDS.update(kinds_process.KINDS)
KINDS.update(kinds_socket.KINDS)

# Kinds of which the register is an address, never the value itself.
POINTERS = {'PATH', 'STRING', 'MOUNT_DATA', 'BUFFER', 'HEX_BYTES', 'NAME_LIST', 'SOCKET_OPTION', 'SOCKET_OPTION_OUT', 'XATTR',
            'STRUCT', 'STRUCTS', 'STRUCT_SIZED', 'STRUCT_OWN_SIZE', 'STRUCT_HEADED', 'STRUCT_AT', 'CONTENT', 'SIGINFO', 'SIGINFOS',
            'PROBE'}

# Kinds of what another argument points to; no register is theirs.
POINTED = {'STRING_AT', 'POINTED', 'POINTED_ONE', 'POINTED_BY', 'POINTED_COUNT', 'POINTED_BYTES', 'REGISTERS', 'OPTION_FILTER'}


def is_told(ctx, token, told):
    return next(match_argument(ctx, token, told), None) is None


def match_argument(ctx, token, told):
    if isinstance(token, Named):
        token = token.value
    if ctx.out and ctx.arg.get('direction') in ('changed', 'spent'):
        token = kinds_file.answer(ctx, token)
    if ctx.out and ctx.arg['name'] == 'fds' and 'poll' in ctx.call.name and isinstance(told, list):
        yield from kinds_file.polled(ctx, told)
        return
    if ctx.out and ctx.call.name == 'set_thread_area':
        token = kinds_process.segment_note(ctx, token)
    if isinstance(token, Change):
        if not ctx.out and is_told(ctx, token.new, told) and not is_told(ctx, token.old, told):
            yield ctx.differ('overwritten', token, told)
            return
        token = token.new if ctx.out else token.old
    if isinstance(token, Num) and is_address(token) and (isinstance(told, (dict, list)) or ctx.arg['kind'] in POINTERS):
        yield ctx.differ('told more', token, told)
        return
    yield from KINDS.get(ctx.arg['kind'], match)(ctx, token, told)

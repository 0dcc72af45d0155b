# SPDX-License-Identifier: BSD-2-Clause
"""Content, vectors of buffers, and messages with what they name."""

import errno

from kinds_socket import interface, socket_address
from strace_parse import Array, Call, Change, Name, Num, Str, Struct
from values import HALF, NAMES, SAME, exact_bytes, is_address, is_cut, json_number, match, match_names, match_number, numeric, \
    same_number

CONTENT_BYTES = 64  # as support.sh asks for


# ---- content ----

def same_content(ctx, token, data):
    if not isinstance(token, Str):
        yield ctx.differ('content', token, '')
    elif not token.bytes.startswith(data) or len(data) < min(len(token.bytes), CONTENT_BYTES):
        yield ctx.differ('value', token, repr(data))


def content(ctx, token, told):
    """The first bytes of what was read or written; strace shows more of them, and what netlink messages mean."""
    if is_address(token):
        yield ctx.differ('told more', token, told)
    else:
        yield from same_content(ctx, token, exact_bytes(ctx, told))


def buffers(ctx, token, told):
    """struct iovec: the event has addresses and lengths. Returns what strace shows of the first that is not empty."""
    if len(token.items) != len(told) and not is_cut(ctx) and not token.cut:
        yield ctx.differ('length', token, told)
        return None
    for i, (a, b) in enumerate(zip(token.items, told)):
        inner = ctx.inner('%d' % i, b)
        base = a.get('iov_base')
        if is_address(base) and not same_number(numeric(base), json_number(b['base']), 32 if ctx.narrow else 64):
            yield inner.inner('base').differ('value', base, b['base'])
        yield from match_number(inner.inner('length'), a.get('iov_len'), b['length'])
    return next((a.get('iov_base') for a in token.items if numeric(a.get('iov_len'))), None)


def vectors(ctx, token, told):
    """And as data what the first holds if the call succeeded."""
    if not isinstance(token, Array) or not isinstance(told, list):
        yield from match(ctx, token, told)
        return
    first = yield from buffers(ctx, token, told)
    out = ctx.event.get('responseElements', {})
    siblings = out if 'data' in out else ctx.siblings
    if 'data' in siblings:
        inner = ctx.inner('data', siblings)
        yield from same_content(inner, first, exact_bytes(inner, siblings['data']))
    elif isinstance(first, Str) and first.bytes and ctx.call.result > 0:
        yield ctx.inner('data').differ('untold member', first, '')


# ---- control messages ----

CONTROL_MEMBERS = {
    'pid': 'pid', 'uid': 'uid', 'gid': 'gid', 'tv_sec': 'seconds', 'tv_nsec': 'nanoseconds', 'tv_usec': 'microseconds',
    'ipi_ifindex': 'interface', 'ipi_spec_dst': 'localAddress', 'ipi_addr': 'address', 'ee_errno': 'error',
    'ee_origin': 'origin', 'ee_type': 'type', 'ee_code': 'code', 'ee_info': 'info', 'ee_data': 'data', 'offender': 'offender',
}


def control_member(ctx, name, value, told):
    key = CONTROL_MEMBERS.get(name)
    if key not in told:
        yield ctx.inner(str(name)).differ('untold member', value, '')
    elif key == 'offender':
        yield from socket_address(ctx.inner(key, told), value, told[key])
    elif key == 'interface':
        if interface(value) != told[key]:
            yield ctx.inner(key).differ('value', value, told[key])
    elif isinstance(value, Call) and value.name == 'inet_addr':
        if value.args[0].bytes.decode() != told[key]:
            yield ctx.inner(key).differ('value', value, told[key])
    elif key == 'error':
        if numeric(value) != getattr(errno, str(told[key]), told[key]):
            yield ctx.inner(key).differ('value', value, told[key])
    else:
        yield from match(ctx.inner(key, told), value, told[key])


def control_data(ctx, token, told):
    """cmsg_data: what it means, or its bytes; the event has either as value or as data."""
    value = told.get('value')
    if isinstance(value, list) and isinstance(token, Array) and value and isinstance(value[0], dict) and 'fd' in value[0]:
        yield from match(ctx.inner('value'), token, [v['fd'] for v in value])
    elif isinstance(value, list) and isinstance(token, Array):
        for i, (a, b) in enumerate(zip(token.items, value)):
            for name, member in a.members:
                yield from control_member(ctx.inner('value.%d' % i, b), name, member, b)
        if len(token.items) != len(value):
            yield ctx.inner('value').differ('length', token, value)
    elif isinstance(value, dict) and isinstance(token, Struct):
        if 'family' in value:
            yield from socket_address(ctx.inner('value'), token, value)
            return
        for name, member in token.members:
            yield from control_member(ctx.inner('value', value), name, member, value)
    elif 'data' in told and isinstance(token, Str):
        if not told['data'].startswith(token.bytes.hex()) if token.cut else told['data'] != token.bytes.hex():
            yield ctx.inner('data').differ('value', token, told['data'])
    elif isinstance(value, (int, str)) and isinstance(token, Str):
        raw = value.to_bytes(len(token.bytes), 'little', signed=value < 0) if isinstance(value, int) else exact_bytes(
            ctx.inner('value', told), value)
        if token.bytes.rstrip(b'\0') != raw.rstrip(b'\0') and numeric_name(value) != int.from_bytes(token.bytes, 'little'):
            yield ctx.inner('value').differ('value', token, value)
    elif isinstance(value, int):
        if isinstance(token, Array):
            token = Num(sum(numeric(b) << 8 * i for i, b in enumerate(token.items)), token.text())
        yield from match_number(ctx.inner('value'), token, value, 32)
    elif isinstance(value, dict) and isinstance(token, (Str, Array)):
        yield ctx.inner('value').differ('bytes', token, value)
    else:
        yield ctx.inner('value').differ('shape', token, value if value is not None else told.get('data', ''))


def numeric_name(value):
    return NAMES.value(value) if isinstance(value, str) else None


def control(ctx, token, told):
    """Control messages. Where the next would begin with a length that does not fit strace stops and writes an address."""
    if isinstance(token, Array) and not token.items and not told:
        return
    if is_address(token) and told:
        yield ctx.differ('told more', token, told)
        return
    if not isinstance(token, Array) or not isinstance(told, list):
        yield from match(ctx, token, told)
        return
    items = [i for i in token.items if isinstance(i, Struct)]
    sound = [t for t in told if 'length' not in t]
    if len(items) != len(sound) and not (len(items) == len(told) or is_cut(ctx) or token.cut):
        yield ctx.differ('length', token, told)
        return
    for i, (a, b) in enumerate(zip(items, told)):
        inner = ctx.inner('%d' % i, b)
        yield from match_type(inner.inner('level'), a.get('cmsg_level'), b['level'])
        yield from match_type(inner.inner('type'), a.get('cmsg_type'), b['type'])
        if 'length' in b:
            yield from match_number(inner.inner('length'), a.get('cmsg_len'), b['length'])
        elif a.get('cmsg_data') is not None:
            yield from control_data(inner, a.get('cmsg_data'), b)


def match_type(ctx, token, told):
    """A name, of which strace may have none, or another of the same number."""
    value = numeric(token)
    number = told if isinstance(told, int) else NAMES.value(told)
    if isinstance(token, Name) and SAME.get(token.name, token.name) == SAME.get(told, told):
        return
    if isinstance(token, Name) and isinstance(told, str) and value not in NAMES.values.get(told, ()):
        yield ctx.differ('value', token, told)
    elif value is None or not (same_number(value, number, 32) or value in NAMES.values.get(told, ())):
        yield ctx.differ('value', token, told)


# ---- messages ----

def sent(ctx):
    return ctx.call.name.startswith('send')


def member_value(ctx, token):
    if isinstance(token, Change):
        return token.new if ctx.out else token.old
    return token


def expected(ctx, done):
    """Which of strace's members stand in this place of the event; done: the kernel has written what was asked for."""
    named = {'msg_name', 'msg_namelen', 'msg_control', 'msg_controllen', 'msg_flags'}
    if sent(ctx):
        return set() if ctx.out else named | {'msg_iov', 'msg_iovlen'}
    if ctx.out:
        return named
    return {'msg_iov', 'msg_iovlen'} | (set() if done else {'msg_namelen', 'msg_controllen'})


KEYS = {'msg_name': 'address', 'msg_namelen': 'addressLength', 'msg_iov': 'vectors', 'msg_iovlen': 'vectorCount',
        'msg_control': 'control', 'msg_controllen': 'controlLength', 'msg_flags': 'flags'}


def header(ctx, token, told, response, length, done):
    """struct msghdr. response: what responseElements have of the same message; length: how much of it there was."""
    for name, value in token.members:
        value, key = member_value(ctx, value), KEYS.get(name)
        if name not in expected(ctx, done):
            continue
        if key not in told:
            yield from absent(ctx.inner(key or name), name, value, told, token, response)
        elif name == 'msg_iov' and isinstance(value, Array) and not value.items and told[key] is None:
            continue  # strace does not look where none is
        elif name == 'msg_iov' and isinstance(value, Array) and isinstance(told[key], list):
            first = yield from buffers(ctx.inner(key, told), value, told[key])
            yield from header_content(ctx.inner('data', told), first, told if sent(ctx) else response, length)
        elif name == 'msg_name':
            yield from socket_address(ctx.inner(key, told), value, told[key])
        elif name == 'msg_control':
            yield from control(ctx.inner(key, told), value, told[key])
        elif name == 'msg_flags':
            yield from match_names(ctx.inner(key, told), value, told[key])
        elif isinstance(told[key], int):
            yield from match_number(ctx.inner(key, told), value, told[key], 32 if 'name' in name else None)
        else:
            yield from match(ctx.inner(key, told), value, told[key])


def absent(ctx, name, value, told, token, response):
    unread = {**response, **told}.get('unreadable', ())
    if is_address(value) or (isinstance(value, Array) and not value.items) or KEYS[name] in unread:
        return
    # Without a buffer for it the kernel leaves the length alone, which is the caller's.
    if name == 'msg_namelen' and isinstance(token.get('msg_name'), Name):
        return
    if name == 'msg_name' and isinstance(value, Str) and not value.bytes:
        return
    yield ctx.differ('untold member', value, '')


def header_content(ctx, first, place, length):
    if 'data' in place:
        inner = ctx.inner('', place)
        inner.where = ctx.where
        yield from same_content(inner, first, exact_bytes(inner, place['data']))
    elif isinstance(first, Str) and first.bytes and length:
        yield ctx.differ('untold member', first, '')


def message(ctx, token, told):
    if not isinstance(token, Struct) or not isinstance(told, dict):
        yield from match(ctx, token, told)
        return
    result = ctx.call.result or 0
    response = ctx.event.get('responseElements', {}).get('message', {})
    yield from header(ctx, token, told, response, max(result, 0), ctx.call.error is None)


def messages(ctx, token, told):
    if not isinstance(token, Array) or not isinstance(told, list):
        yield from match(ctx, token, told)
        return
    done = ctx.call.result if ctx.call.error is None else 0
    items = token.items[:done] if ctx.out else token.items
    # What was not received strace does not show.
    if not ctx.out and not sent(ctx):
        items, told = items[:len(told)], told[:len(items)] if ctx.call.error is None else told
    if len(items) != len(told) and not token.cut and not is_cut(ctx):
        yield ctx.differ('length', token, told)
        return
    response = ctx.event.get('responseElements', {}).get('messages', [])
    for i, (a, b) in enumerate(zip(items, told)):
        inner, out = ctx.inner('%d' % i, b), response[i] if i < len(response) else {}
        length = a.get('msg_len')
        yield from header(inner, a.get('msg_hdr'), b, out, numeric(length) if length and i < done else 0, i < done)
        if ctx.out and length:
            yield from match_number(inner.inner('length'), length, b.get('length'))


KINDS = {'CONTENT': content, 'VECTORS': vectors, 'MSGHDR': message, 'MMSGHDR': messages}

# SPDX-License-Identifier: BSD-2-Clause
"""How arguments of kinds of files, memory and devices are compared: more of kinds.KINDS."""

import struct

from kinds_process import signal_set
from strace_parse import Array, Change, Cut, Name, Num, Parser, Str, Struct
from values import NAMES, exact_bytes, is_address, is_cut, match, numeric, same_number


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


def fd_set(ctx, token, told):
    """Descriptors of a set; strace prints -1 for those that it cannot say."""
    if isinstance(token, Array) and isinstance(told, list):
        theirs = [numeric(i) for i in token.items]
        if theirs != told and not (is_cut(ctx) and theirs[:len(told)] == told):
            yield ctx.differ('value', token, told)
    else:
        yield from match(ctx, token, told)


def signal_mask(ctx, token, told):
    """pselect6: strace prints the struct that names the mask."""
    yield from signal_set(ctx, token.get('sigmask') or token if isinstance(token, Struct) else token, told)


def file_handle(ctx, token, told):
    """strace has what the caller passed, and behind => what there was; the handle as a string."""
    if not isinstance(token, Struct) or not isinstance(told, dict):
        yield from match(ctx, token, told)
        return
    for name, value in token.members:
        if isinstance(value, Change):
            value = value.new if ctx.out else value.old
        key = {'handle_bytes': 'bytes', 'handle_type': 'type', 'f_handle': 'handle'}[name]
        if key == 'handle' and isinstance(value, Str):
            if value.bytes.hex() != told.get(key) and not value.cut:
                yield ctx.inner(key).differ('value', value, told.get(key))
        else:
            yield from match(ctx.inner(key), value, told.get(key))


def position(ctx, token, told):
    """Where the file was, or is now: of some calls strace prints only the first."""
    before = numeric(token)
    if told is None or before is None or not same_number(before, told, 32 if ctx.narrow else 64):
        if told is None or before is None or not ctx.out or not same_number(before + ctx.call.result, told, 64):
            yield from match(ctx, token, told)


def xattr_arguments(ctx, token, told):
    """struct xattr_args: the value is the caller's, or the kernel's answer."""
    if not isinstance(token, Struct) or not isinstance(told, dict):
        yield from match(ctx, token, told)
        return
    for name, value in token.members:
        if name in told and not is_address(value):
            yield from match(ctx.inner(name, told), value, told[name])


def xattr(ctx, token, told):
    """strace has a string, without the NUL behind it; of capabilities and access control lists the event says what they mean."""
    if not isinstance(token, Str) or isinstance(told, str):
        data = exact_bytes(ctx, told) if isinstance(token, Str) and isinstance(told, str) else None
        if data is None or data != token.bytes + b'\0':
            yield from match(ctx, token, told)
        return
    if capability(token.bytes) != told if isinstance(told, dict) else acl(token.bytes) != told:
        yield ctx.differ('value', token, told)


def capability(data):
    """struct vfs_cap_data"""
    data += b'\0' * (-len(data) % 4)
    magic, *words = struct.unpack('<%dI' % (len(data) // 4), data)
    words += [0] * (4 - len(words))
    sets = [words[i] | words[i + 2] << 32 for i in range(2)] if magic >> 24 > 1 else words[:2]
    names = {v: k for k, v in NAMES.sets['capabilities'].items()}
    told = {'revision': magic >> 24, 'effective': bool(magic & 1)}
    for key, bits in zip(('permitted', 'inheritable'), sets):
        told[key] = [names.get(i, i) for i in range(64) if bits >> i & 1]
    if magic >> 24 > 2:
        told['rootId'] = words[4] if len(words) > 4 else 0
    return told


def acl(data):
    """struct posix_acl_xattr_entry, behind a version"""
    names = {v: k for k, v in NAMES.sets['acl_tags'].items()}
    told = []
    for at in range(4, len(data) - 7, 8):
        tag, bits, number = struct.unpack_from('<HHI', data, at)
        entry = {'tag': names.get(tag, tag), 'permissions': ''.join(c if bits & b else '-' for c, b in zip('rwx', (4, 2, 1)))}
        told.append(entry if number == 0xffffffff else dict(entry, id=number))
    return told


def name_list(ctx, token, told):
    """strace has the NULs."""
    if isinstance(token, Str) and isinstance(told, list):
        theirs = [n.decode('utf-8', 'replace') for n in token.bytes.split(b'\0') if n]
        if token.cut and len(theirs) <= len(told):
            told = told[:len(theirs) - 1] + [told[len(theirs) - 1][:len(theirs[-1])]]
        elif is_cut(ctx):
            theirs = theirs[:len(told)]
        if theirs != told:
            yield ctx.differ('value', token, told)
    else:
        yield from match(ctx, token, told)


def hex_bytes(ctx, token, told):
    if isinstance(token, Str) and isinstance(told, str):
        if token.bytes.hex() != told and told != '(not recorded)':
            yield ctx.differ('value', token, told)
    else:
        yield from match(ctx, token, told)


# ---- what the kernel writes over what it was passed: strace has it behind the result ----

NOTES = {'readSet': 'in', 'writeSet': 'out', 'exceptionSet': 'except', 'timeout': 'left'}


def noted(ctx, key):
    """The value behind a word of the note; None if there is none."""
    note = ctx.call.note or ''
    at = note.find(key + ' ')
    return Parser(note, at + len(key) + 1).value() if at >= 0 else None


def answer(ctx, token):
    """strace's side of the response, of an argument that the kernel changed."""
    if isinstance(token, Change):
        return token.new
    key = NOTES.get(ctx.arg['name'])
    if not key or 'elect' not in ctx.call.name and 'poll' not in ctx.call.name:
        return token
    value = noted(ctx, key)
    if value is None and key == 'left':
        return Cut()
    return Array([], False, False, False) if value is None else value


def polled(ctx, told):
    """What poll found: strace lists those descriptors that something was found of."""
    note = ctx.call.note or ''
    listed = Parser(note, note.index('[')).value() if '[' in note else Array([])
    found, ours = listed.items, [t for t in told if t['returnedEvents']]
    if listed.cut:
        ours = ours[:len(found)]
    if is_cut(ctx):
        found = found[:len(ours)]
    if len(found) != len(ours):
        yield ctx.differ('length', listed, told)
        return
    for a, b in zip(found, ours):
        yield from match(ctx.inner('fd'), a.get('fd'), b['fd'])
        yield from match(ctx.inner('returnedEvents'), a.get('revents'), b['returnedEvents'])


KINDS = {
    'NODE_SET': node_set, 'FD_SET': fd_set, 'SIGSET_AT': signal_mask, 'FILE_HANDLE': file_handle, 'POSITION': position,
    'XATTR_AT': xattr_arguments, 'XATTR': xattr, 'NAME_LIST': name_list, 'HEX_BYTES': hex_bytes,
}

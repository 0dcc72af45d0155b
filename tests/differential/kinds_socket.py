# SPDX-License-Identifier: BSD-2-Clause
"""Addresses and options of sockets."""

import errno
import re
import socket

from kinds_kernel import instructions
from strace_parse import Array, Call, Name, Num, Str, Struct
from values import HALF, NAMES, PLACES, exact_bytes, json_number, keys_for, match, numeric

# ---- addresses ----

def socket_address(ctx, token, told):
    if not isinstance(told, dict) or not isinstance(token, Struct):
        yield from match(ctx, token, told)
        return
    wanted = dict(address_members(token))
    seen = {k: v for k, v in told.items() if not k.endswith('Base64')}
    for key in ('path', 'abstract', 'type', 'name'):
        if key in seen:
            seen[key] = exact_bytes(ctx.inner(key, told), seen[key])
    if isinstance(wanted.get('name'), bytes) and isinstance(seen.get('name'), bytes):
        # Text of the kernel's ciphers; strace cuts it at what is no end.
        for key in ('type', 'name'):
            if seen.get(key, b'').startswith(wanted.get(key, b'\0')):
                wanted[key] = seen[key]
    if 'sharedFd' not in wanted and seen.get('sharedFd') == 0:
        del seen['sharedFd']
    if wanted.keys() != seen.keys() or not all(same_member(wanted[k], seen[k]) for k in wanted):
        other = set(seen) == {'family', 'data'} or ('data' in wanted and wanted['family'] not in ('AF_INET', 'AF_INET6', 'AF_UNIX'))
        yield ctx.differ('bytes' if other else 'value', token, told)


def same_member(wanted, seen):
    """wanted is what the event should have, or a name that strace has of it."""
    if isinstance(seen, list):
        seen = sum(NAMES.value(s) if json_number(s) is None else json_number(s) for s in seen)
    if isinstance(wanted, str) and isinstance(seen, str) and wanted != seen:
        wanted, seen = NAMES.value(wanted), NAMES.value(seen)
        return wanted is not None and wanted == seen
    if isinstance(seen, str) and isinstance(wanted, int):
        seen = NAMES.value(seen) if json_number(seen) is None else json_number(seen)
    if isinstance(wanted, str) and isinstance(seen, int):
        wanted = NAMES.value(wanted)
    if isinstance(wanted, int) and isinstance(seen, int):
        return (wanted - seen) % HALF == 0
    return wanted == seen


def interface(token):
    """if_nametoindex("lo"), by the names of the namespace that the test runs in."""
    if isinstance(token, Call):
        return socket.if_nametoindex(token.args[0].bytes.decode()) if token.name == 'if_nametoindex' else numeric(token)
    return numeric(token)


# strace's names of members, and the event's.
NUMBERS = {
    'sin_port': 'port', 'sin6_port': 'port', 'svm_cid': 'cid', 'svm_port': 'port', 'svm_flags': 'flags', 'sxdp_flags': 'flags',
    'sxdp_queue_id': 'queue', 'sxdp_shared_umem_fd': 'sharedFd', 'salg_feat': 'features', 'salg_mask': 'mask',
    'sll_hatype': 'hardwareType', 'sll_pkttype': 'packetType', 'sq_node': 'node', 'sq_port': 'port', 'hci_dev': 'device',
    'hci_channel': 'channel', 'l2_psm': 'psm', 'l2_cid': 'cid', 'l2_bdaddr_type': 'addressType', 'rc_channel': 'channel',
    'addrtype': 'addressType',
}
INTERFACES = ('sll_ifindex', 'sxdp_ifindex', 'can_ifindex')


def address_members(token):
    """The JSON members that a sockaddr as strace writes it should have."""
    family = token.members[0][1].text()
    for name, value in token.members:
        if name == 'sa_family':
            yield 'family', value.text() if isinstance(value, Name) else numeric(value)
        elif name in NUMBERS:
            number = numeric(value)
            yield NUMBERS[name], value.text() if number is None else number
        elif name in INTERFACES:
            yield 'interface', interface(value)
        elif name == 'sin_addr':
            yield 'address', value.args[0].bytes.decode()
        elif name is None and isinstance(value, Call) and value.name == 'inet_pton':
            yield 'address', value.args[1].bytes.decode()
        elif name == 'sin6_flowinfo' and numeric(value) != 0:
            yield 'flowInfo', numeric(value)
        elif name == 'sin6_scope_id' and numeric(value) != 0:
            yield 'scope', interface(value)
        elif name == 'sun_path':
            yield ('abstract', value.bytes) if value.abstract else ('path', value.bytes)
        elif name == 'nl_pid':
            yield 'portId', numeric(value) % HALF
        elif name == 'nl_groups':
            yield 'groups', hex(numeric(value))
        elif name in ('salg_type', 'salg_name'):
            yield name[5:], value.bytes
        elif name == 'sa_data' and family == 'AF_INET' and len(value.bytes) >= 6:
            yield 'port', value.bytes[0] << 8 | value.bytes[1]
            yield 'address', '.'.join(str(b) for b in value.bytes[2:6])
        elif name == 'sa_data':
            yield 'data', value.bytes.hex()
        elif name == 'sll_protocol':
            yield 'protocol', hex(numeric(value))
        elif name == 'sll_addr':
            yield 'address', ':'.join('%02x' % numeric(b) for b in value.items[:8] if numeric(b) is not None)
        elif name in ('l2_bdaddr', 'rc_bdaddr', 'sco_bdaddr'):
            yield 'address', ':'.join(reversed(value.text().split(':')))  # as people write it
    if [name for name, _ in token.members] == ['sa_family'] and token.members[0][1].text() == 'AF_UNIX':
        yield 'unnamed', True


# ---- options ----

def socket_option(ctx, token, told):
    """A number where strace has bytes or a filter's types, an array where it has one too."""
    if isinstance(token, Array) and len(token.items) == 1 and not isinstance(told, list):
        token = token.items[0]
    if isinstance(token, Struct) and isinstance(told, int) and len(token.members) == 1:
        token = token.members[0][1]  # as far as its bytes reach
    if isinstance(token, Num) and isinstance(told, str) and hasattr(errno, told):
        if token.value != getattr(errno, told):
            yield ctx.differ('value', token, told)
        return
    if isinstance(token, Num) and isinstance(told, str) and json_number(told) is None and NAMES.value(told) is None:
        if token.value % HALF != int.from_bytes(exact_bytes(ctx, told)[:4], 'little'):
            yield ctx.differ('value', token, told)
        return
    if isinstance(token, Str) and isinstance(told, int) and len(token.bytes) in (1, 2, 4, 8):
        if told % (1 << 8 * len(token.bytes)) != int.from_bytes(token.bytes, 'little'):
            yield ctx.differ('value', token, told)
    elif isinstance(token, Str) and json_number(told) is not None:
        if json_number(told) != int.from_bytes(token.bytes, 'little'):
            yield ctx.differ('value', token, told)
    elif isinstance(told, dict) and isinstance(token, Struct):
        yield from option_struct(ctx, token, told)
    elif isinstance(token, Str) and isinstance(told, str):
        if token.bytes.split(b'\0')[0] != exact_bytes(ctx, told):
            yield ctx.differ('value', token, told)
    elif isinstance(token, Str) and isinstance(told, (dict, list)):
        yield ctx.differ('bytes', token, told)
    else:
        yield from match(ctx, token, told)


OPTION_MEMBERS = {
    'l_onoff': 'on', 'l_linger': 'seconds', 'tv_sec': 'seconds', 'tv_usec': 'microseconds', 'imr_multiaddr': 'group',
    'imr_interface': 'address', 'imr_address': 'address', 'imr_ifindex': 'interface', 'imr_sourceaddr': 'source',
    'ipv6mr_interface': 'interface', 'ipv6mr_multiaddr': 'group', 'filter': 'instructions', 'len': 'instructionCount',
    'mr_ifindex': 'interface', 'mr_type': 'type', 'mr_alen': 'addressLength', 'mr_address': 'address',
    'tp_block_size': 'blockSize', 'tp_block_nr': 'blocks', 'tp_frame_size': 'frameSize', 'tp_frame_nr': 'frames',
    'tp_packets': 'packets', 'tp_drops': 'drops', 'tp_freeze_q_cnt': 'queueFreezes', 'gr_interface': 'interface',
    'gr_group': 'group',
}


def option_struct(ctx, token, told):
    for name, value in token.members:
        if name is None and isinstance(value, Call) and value.name == 'inet_pton':
            name = re.sub('^&', '', value.args[2].text()) if len(value.args) > 2 else 'ipv6mr_multiaddr'
        key = OPTION_MEMBERS.get(name) or next((k for k in keys_for(name) if k in told), None)
        if key not in told:
            yield ctx.inner(str(name)).differ('untold member', value, '')
        elif isinstance(value, Call) and value.name in ('inet_addr', 'inet_pton'):
            text = value.args[-1 if value.name == 'inet_addr' else 1].bytes.decode()
            if text != told[key]:
                yield ctx.inner(key).differ('value', value, told[key])
        elif isinstance(value, Struct):
            yield from socket_address(ctx.inner(key, told), value, told[key])
        elif isinstance(value, Call):
            if interface(value) != told[key]:
                yield ctx.inner(key).differ('value', value, told[key])
        elif isinstance(value, Array) and ctx.argument(key, PLACES[0]):
            behind, inner = ctx.argument(key, PLACES[0])
            yield from instructions(inner, value, behind)
        elif isinstance(value, (Array, Str)) and isinstance(told[key], str):
            yield ctx.inner(key).differ('bytes', value, told[key])
        else:
            yield from match(ctx.inner(key, told), value, told[key])


KINDS = {'SOCKADDR': socket_address, 'SOCKADDR_OUT': socket_address, 'SOCKET_OPTION': socket_option, 'SOCKET_OPTION_OUT': socket_option}

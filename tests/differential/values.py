# SPDX-License-Identifier: BSD-2-Clause
"""Whether a value that strace printed and a JSON value of an event say the same.

match(context, token, told) yields a Difference for each thing that they do not agree on, going by the shape of the two
sides: numbers, names, sets of names, strings, and structs member by member. Kinds that need more are in kinds.py.
"""

import base64
import errno
import os
import re

import members
from strace_parse import Array, Call, Change, Cut, Name, Named, Num, Or, Shift, Str, Struct, Text

WORD = 1 << 64
HALF = 1 << 32


class Difference:
    """reason: a short class of differences that the explained list and the summary go by."""
    __slots__ = ('reason', 'where', 'strace', 'event')

    def __init__(self, reason, where, strace, event):
        self.reason, self.where, self.strace, self.event = reason, where, strace, event


PLACES = ('requestParameters', 'responseElements')


class Context:
    """What a comparison knows: the call of strace, the event, the argument's row in the catalogue, a path for messages; the rows
    of all arguments of the call."""
    __slots__ = ('call', 'event', 'arg', 'where', 'narrow', 'siblings', 'out', 'arguments')

    def __init__(self, call, event, arg, where, siblings, out=False, arguments=()):
        self.call, self.event, self.arg, self.where, self.siblings, self.out = call, event, arg, where, siblings, out
        self.narrow, self.arguments = event['syscall']['abi'] == 'i386', arguments

    def inner(self, name, siblings=None, arg=None):
        return Context(self.call, self.event, arg or self.arg, '%s.%s' % (self.where, name) if self.where else name,
                       self.siblings if siblings is None else siblings, self.out, self.arguments)

    def argument(self, name, place):
        """Of another argument that the event tells in this place: its value, and the context to compare it in; else None."""
        arg = next((a for a in self.arguments if a['name'] == name), None)
        members = self.event.get(place, {})
        if not arg or name not in members:
            return None
        return members[name], Context(self.call, self.event, arg, name, members, place == PLACES[1], self.arguments)

    def differ(self, reason, token, told):
        return Difference(reason, self.where, token.text() if hasattr(token, 'text') else str(token), told)


# ---- names and their numbers ----

class Names:
    """The sets of include/hosttrail/catalogue/names.def and what it includes, to see that two names are one value. A name may have
    several values: that of a request whose struct has another size on i386."""

    def __init__(self, directory):
        self.sets, self.all, self.values = {}, {}, {}
        self.read(directory, 'names.def', None)

    def read(self, directory, file, current):
        with open(os.path.join(directory, file), encoding='utf-8') as lines:
            for line in lines:
                match = re.match(r'#include "hosttrail/catalogue/([\w/]+\.def)"', line)
                if match:
                    self.read(directory, match.group(1), current)
                match = re.match(r'NAMES\((\w+)\)', line)
                if match:
                    current = self.sets.setdefault(match.group(1), {})
                match = re.match(r'NAME\((\w+), *([^)]+)\)', line)
                value = constant(match.group(2)) if match else None
                if value is not None:
                    current.setdefault(match.group(1), value)
                    self.all.setdefault(match.group(1), value)
                    self.values.setdefault(match.group(1), set()).add(value)

    def value(self, name, of=None):
        if of in self.sets and name in self.sets[of]:
            return self.sets[of][name]
        return EXTRA.get(name, self.all.get(name))


def constant(text):
    try:
        return int(eval(re.sub(r'\b(0[0-7]+)\b', r'0o\1', re.sub(r'(?<=[0-9a-fA-F])[uUlL]+', '', text)), {}))
    except (SyntaxError, NameError, TypeError):
        return None


# What strace writes and the catalogue has no need to.
EXTRA = {
    'NL0': 0, 'CR0': 0, 'TAB0': 0, 'BS0': 0, 'VT0': 0, 'FF0': 0, 'CS5': 0, 'B0': 0,
    'UINT64_MAX': WORD - 1, 'UINT32_MAX': HALF - 1, 'PR_MTE_TCF_NONE': 0, 'PR_MTE_TAG_SHIFT': 3, 'PR_SME_VL_INHERIT': 0x20000,
    'PR_SME_SET_VL_ONEXEC': 0x40000,
    'NULL': 0, 'S_IFMT': 0o170000, 'S_IFSOCK': 0o140000, 'S_IFLNK': 0o120000, 'S_IFREG': 0o100000, 'S_IFBLK': 0o060000,
    'S_IFDIR': 0o040000, 'S_IFCHR': 0o020000, 'S_IFIFO': 0o010000, 'S_ISUID': 0o4000, 'S_ISGID': 0o2000, 'S_ISVTX': 0o1000,
    'AT_FDCWD': -100, 'RLIM64_INFINITY': WORD - 1, 'RLIM_INFINITY': WORD - 1, 'UTIME_NOW': 0x3fffffff,
    'UTIME_OMIT': 0x3ffffffe, 'AT_STATX_SYNC_AS_STAT': 0, 'FAN_CLASS_NOTIF': 0, 'MAP_FILE': 0,
    'MFD_HUGE_SHIFT': 26, 'SHM_HUGE_SHIFT': 26, 'MAP_HUGE_SHIFT': 26, 'INADDR_ANY': 0, 'MSG_SENDPAGE_NOTLAST': 0x20000,
    'MSG_NO_SHARED_FRAGS': 0x80000, 'FAN_DIR_MODIFY': 0x80000, 'INADDR_LOOPBACK': 0x7f000001, 'SIG_DFL': 0, 'SIG_IGN': 1, 'MAP_FAILED': -1,
}
EXTRA.update({'PERF_ATTR_SIZE_VER%d' % n: size for n, size in enumerate((64, 72, 80, 96, 104, 112, 120, 128, 136, 144))})
EXTRA.update({'FUTEX_%s_PRIVATE' % name: 0x80 | value for value, name in enumerate(
    ('WAIT WAKE FD REQUEUE CMP_REQUEUE WAKE_OP LOCK_PI UNLOCK_PI TRYLOCK_PI WAIT_BITSET WAKE_BITSET WAIT_REQUEUE_PI '
     'CMP_REQUEUE_PI LOCK_PI2').split())})
DEFINITIONS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'include', 'hosttrail', 'catalogue')
NAMES = Names(DEFINITIONS)


def numeric(token, of=None):
    """The number that a token stands for, or None."""
    if isinstance(token, Num):
        return token.value
    if isinstance(token, Name):
        return NAMES.value(token.name, of)
    if isinstance(token, Or):
        total = 0
        for part in token.parts:
            value = numeric(part, of)
            if value is None:
                return None
            total |= value
        return total
    if isinstance(token, Call):
        return expression(token)
    if isinstance(token, Shift):
        bit = numeric(token.bit)
        return None if bit is None else token.number << bit
    if isinstance(token, Text) and token.raw.startswith('-E'):
        return -getattr(errno, token.raw[1:], 0) or None
    return None


# Registers in struct user, by the size of each.
USER_AREA = {
    8: 'R15 R14 R13 R12 RBP RBX R11 R10 R9 R8 RAX RCX RDX RSI RDI ORIG_RAX RIP CS EFLAGS RSP SS FS_BASE GS_BASE DS ES FS GS'.split(),
    4: 'EBX ECX EDX ESI EDI EBP EAX DS ES FS GS ORIG_EAX EIP CS EFL UESP SS'.split(),
}


def expression(token):
    args = [numeric(a) for a in token.args]
    if token.name in ('htons', 'htonl') and args and args[0] is not None:
        return args[0]
    if token.name == 'user':
        names = USER_AREA.get(args[0], ())
        return names.index(token.args[1].name) * args[0] + args[2] if token.args[1].name in names else None
    if token.name == 'KERNEL_VERSION' and None not in args:
        return args[0] << 16 | args[1] << 8 | args[2]
    if token.name == 'makedev' and len(args) == 2 and None not in args:
        return None
    if token.name == '_IOC' and len(token.args) == 4:
        direction = sum({'_IOC_NONE': 0, '_IOC_WRITE': 1, '_IOC_READ': 2}.get(p.text(), 0)
                        for p in (token.args[0].parts if isinstance(token.args[0], Or) else [token.args[0]]))
        return direction << 30 | args[3] << 16 | args[1] << 8 | args[2]
    return None


def same_number(a, b, bits):
    return a == b or (a - b) % (1 << bits) == 0


# ---- the general way ----

def json_number(told):
    if isinstance(told, bool):
        return None
    if isinstance(told, int):
        return told
    if isinstance(told, str) and re.fullmatch(r'0x[0-9a-f]+', told):
        return int(told, 16)
    return None


def is_address(token):
    """A pointer that strace did not follow."""
    return (isinstance(token, Num) and token.spelled.startswith('0x')) or (isinstance(token, Name) and token.name == 'NULL')


def match(ctx, token, told):
    if isinstance(token, Named):
        token = token.value
    if isinstance(token, Cut):
        return
    if isinstance(token, Change):
        token = token.new if ctx.out else token.old
    if told is None:
        yield from match_null(ctx, token)
    elif isinstance(told, bool):
        yield ctx.differ('shape', token, told)
    elif isinstance(told, int):
        yield from match_number(ctx, token, told)
    elif isinstance(told, str):
        yield from match_string(ctx, token, told)
    elif isinstance(told, list):
        yield from match_list(ctx, token, told)
    else:
        yield from match_object(ctx, token, told)


def match_null(ctx, token):
    value = numeric(token)
    if value not in (0, -1, HALF - 1, 0xffff, WORD - 1):
        yield ctx.differ('value', token, None)


NUMBERS = {}  # of calls, by ABI and name


def match_number(ctx, token, told, bits=None):
    if isinstance(token, Name) and token.name.startswith('__NR_'):
        number = NUMBERS.get((ctx.event['syscall']['abi'], token.name[5:]))
        token = token if number is None else Num(number, token.name)
    if isinstance(token, Array) and len(token.items) == 1 and not token.cut:
        token = token.items[0]
    value = numeric(token, ctx.arg.get('values'))
    if value is None:
        yield ctx.differ('shape', token, told)
    elif not same_number(value, told, bits or (32 if ctx.narrow else 64)):
        yield ctx.differ('value', token, told)


def exact_bytes(ctx, told):
    """The bytes of a string: those of its ...Base64 member if it has one."""
    name = ctx.where.rsplit('.', 1)[-1] + 'Base64'
    if ctx.siblings and name in ctx.siblings:
        return base64.b64decode(ctx.siblings[name])
    return told.encode('utf-8', 'surrogatepass')


def match_string(ctx, token, told):
    number = json_number(told)
    if isinstance(token, Str) and number is not None and ctx.arg['kind'] == 'HEX':
        yield ctx.differ('address only', token, told)
        return
    if isinstance(token, Str):
        data = exact_bytes(ctx, told)
        cut = is_cut(ctx)
        if token.bytes != data and not (token.cut and data.startswith(token.bytes)) and \
                not (cut and (token.bytes.startswith(data) or token.bytes.endswith(data))):
            yield ctx.differ('value', token, told)
        return
    if number is not None:
        if isinstance(token, Struct):
            token = token.get('sival_ptr') or token.get('u64') or token
        value = numeric(token, ctx.arg.get('values'))
        if value is None:
            yield ctx.differ('address only' if isinstance(token, (Struct, Array, Change)) else 'number only', token, told)
        elif isinstance(token, (Name, Or)) and value and ctx.arg['kind'] == 'HEX':
            yield ctx.differ('number only', token, told)
        elif not same_number(value, number, 32 if ctx.narrow else 64):
            yield ctx.differ('value', token, told)
        return
    if isinstance(token, Call) and token.name == 'makedev':
        major, minor = (numeric(a) for a in token.args)
        if told != '%d:%d' % (major, minor):
            yield ctx.differ('value', token, told)
        return
    if re.fullmatch(r'0[0-7]*', told):
        value = numeric(token)
        if value is None or value != int(told, 8):
            yield ctx.differ('value', token, told)
        return
    if isinstance(token, Text) and told in token.raw.split(' or '):
        return
    yield from match_names(ctx, token, [told])


def match_names(ctx, token, told):
    """A set of names, with what has no name as a number."""
    of = ctx.arg.get('values')
    parts = token.parts if isinstance(token, Or) else [token]
    ours, ours_rest, theirs, theirs_rest = set(), 0, set(), 0
    for part in parts:
        if isinstance(part, Shift) and isinstance(part.bit, Name) and part.number == 1:
            theirs.add(part.bit.name)
        elif isinstance(part, Name) and part.name not in told and NAMES.value(part.name, of) == 0:
            pass
        elif isinstance(part, Name):
            theirs.add(SAME.get(part.name, part.name))
        else:
            value = numeric(part, of)
            if value is None:
                yield ctx.differ('shape', token, told)
                return
            theirs_rest |= value
    for name in told:
        value = json_number(name)
        if value is None:
            ours.add(name)
        else:
            ours_rest |= value
    ours = {SAME.get(name, name) for name in ours}
    if ours == theirs and same_number(ours_rest, theirs_rest, 32 if ctx.narrow else 64):
        return
    # Names on one side where the other has their number, or other names of the same bits.
    a = total(theirs, theirs_rest, of)
    b = total(ours, ours_rest, of)
    if a is not None and b is not None and a >> 32 and a % HALF == b:
        yield ctx.differ('upper half', token, told)
        return
    if a is None or b is None or not same_number(a, b, 32 if a >= 0 and b < HALF else 64):
        yield ctx.differ('value', token, told)
        return
    # Bits that strace has a name for and the event has as a number.
    unnamed = [name for name in theirs - ours if NAMES.value(name, of) & ours_rest]
    if unnamed:
        yield ctx.differ('foreign name', token, told)


# Two names of one value, of which strace prints the first.
SAME = {'WSTOPPED': 'WUNTRACED', 'SCHED_OTHER': 'SCHED_NORMAL', 'PTRACE_PEEKUSER': 'PTRACE_PEEKUSR',
        'PTRACE_POKEUSER': 'PTRACE_POKEUSR', 'SO_GET_FILTER': 'SO_ATTACH_FILTER', 'SIGRTMIN': 'SIGRT_0', 'MSG_PROBE': 'MSG_PROXY',
        'FUTEX_32': 'FUTEX2_SIZE_U32', 'FUTEX_PRIVATE_FLAG': 'FUTEX2_PRIVATE', 'PR_SYS_DISPATCH_ON': 'PR_SYS_DISPATCH_EXCLUSIVE_ON', 'NT_FPREGSET': 'NT_PRFPREG'}


def total(names, rest, of):
    for name in names:
        value = NAMES.value(name, of)
        if value is None:
            return None
        rest |= value
    return rest


def is_cut(ctx):
    name = {'argv': ('argv', 'args')}.get(ctx.where, (ctx.where,))
    return any(f.split('.', 1)[1] in name for f in ctx.event.get('truncated', ()) if '.' in f)


def match_list(ctx, token, told):
    if isinstance(token, Array) and not token.inverted:
        if token.spaced:
            yield from match_set(ctx, token, told)
            return
        items = token.items
        if len(items) != len(told) and not token.cut and not is_cut(ctx) and not (items and isinstance(items[-1], Cut)):
            yield ctx.differ('length', token, told)
            return
        for i, (a, b) in enumerate(zip(items, told)):
            yield from match(ctx.inner('%d' % i), a, b)
        return
    if isinstance(token, Array):
        yield from match_set(ctx, token, told)
        return
    if isinstance(token, Struct):
        leaves = [v for _, v in token.members]
        if len(leaves) != len(told):
            yield ctx.differ('length', token, told)
            return
        for i, (a, b) in enumerate(zip(leaves, told)):
            yield from match(ctx.inner('%d' % i), a, b)
        return
    if all(isinstance(t, (str, int)) and not isinstance(t, bool) for t in told):
        yield from match_names(ctx, token, [t if isinstance(t, str) else hex(t) for t in told])
        return
    yield ctx.differ('shape', token, told)


def match_set(ctx, token, told):
    """CPUs, descriptors: [0 1 5]."""
    if {i.text() for i in token.items} != {str(t) for t in told} or token.inverted:
        yield ctx.differ('value', token, told)


# ---- structs ----

# Members whose JSON key is not the kernel's name in camel case, with or without the struct's prefix.
MEMBERS = {
    'tv_sec': 'seconds', 'tv_nsec': 'nanoseconds', 'tv_usec': 'microseconds', 'rlim_cur': 'current', 'rlim_max': 'maximum',
    'ss_sp': 'address', 'sigev_signo': 'signal', 'tid': 'threadId',
}
MEMBERS.update(members.MEMBERS)


def camel(name):
    head, *rest = name.split('_')
    return head + ''.join(w[:1].upper() + w[1:] for w in rest)


# Words of the kernel's that the catalogue writes out.
WORDS = {'prog': 'program', 'insn': 'instruction', 'insns': 'instructions', 'cnt': 'count', 'len': 'length', 'buf': 'buffer',
         'addr': 'address', 'attr': 'attribute', 'rec': 'record', 'func': 'function', 'elem': 'element', 'val': 'value',
         'bufsz': 'bufferSize', 'memsz': 'memorySize', 'mem': 'memory', 'sz': 'size', 'num': 'number', 'ctx': 'context'}


def keys_for(name):
    known = MEMBERS.get(name, camel(name))
    yield from known if isinstance(known, tuple) else (known,)
    yield written_out(name)
    if '_' in name:
        yield camel(name.split('_', 1)[1])
        yield written_out(name.split('_', 1)[1])


def written_out(name):
    return camel('_'.join(WORDS.get(w, w) for w in name.split('_')))


def pair_members(token, told):
    """Pairs of JSON key and token for the members of a struct; members of strace's that the event lacks; keys that strace
    lacks. None, None, None if they cannot be paired."""
    left = [k for k in told if not k.endswith('Base64')]
    pairs, missing = [], []
    for name, value in members.merged(token.members):
        key = next((k for k in keys_for(name) if k in left), None) if name else None
        if key:
            left.remove(key)
            pairs.append((key, value))
        else:
            missing.append((name, value))
    if not left or token.cut or not token.members or (pairs and any(name for name, _ in token.members)):
        return pairs, missing, left
    if len(token.members) == len(told):
        return list(zip(told, (v for _, v in token.members))), [], []
    return None, None, None


def match_object(ctx, token, told):
    if isinstance(token, Array) and len(token.items) == 1 and isinstance(token.items[0], (Struct, Num)):
        token = token.items[0]
    if isinstance(token, Call):
        token = Struct([(None, a) for a in token.args], False)
    if is_address(token):
        yield ctx.differ('told more', token, told)
        return
    if not isinstance(token, Struct):
        yield ctx.differ('shape', token, told)
        return
    pairs, missing, more = pair_members(token, told)
    if pairs is None:
        yield ctx.differ('members', token, told)
        return
    for key, value in pairs:
        yield from match(ctx.inner(key, told), value, told[key])
    for name, value in missing:
        yield ctx.inner(name or '?').differ('untold member', value, '')
    for key in more:
        yield ctx.inner(key).differ('told more', '', told[key])

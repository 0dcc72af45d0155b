# SPDX-License-Identifier: BSD-2-Clause
"""Differences of requests of ioctl(2) that are as they should be: (argument, reason, why, holds) of what explained.py calls rows."""

CONTENT = ('PIO_FONT', 'GIO_FONT', 'PIO_SCRNMAP', 'GIO_SCRNMAP', 'PIO_UNISCRNMAP', 'GIO_UNISCRNMAP')
BIG = 1 << 20


def of(*names):
    """Is it one of the requests that begin so?"""
    return lambda call, event, difference: str(event['requestParameters']['request']).startswith(names)


def strace_says(*parts):
    return lambda call, event, difference: any(part in difference.strace for part in parts)


def data(call, event, difference):
    return not event.get('managementEvent')


def failed_answer(call, event, difference):
    return call.error is not None and event['requestParameters']['request'] == 'SECCOMP_IOCTL_NOTIF_RECV'


def by_number(call, event, difference):
    """748:2176 of 0x2ec80."""
    major, minor = (int(part) for part in str(difference.event).strip("[]'").split(':'))
    value = int(difference.strace, 0)
    return minor == (value & 0xff | value >> 12 & 0xfff00) and major == (value >> 8 & 0xfff)


def beyond_32_bits(call, event, difference):
    """makedev(0, 0x200001) of 0x200000001."""
    minor = int(difference.strace.rstrip(')').split(', ')[1], 0)
    return minor >= BIG and difference.event.split(':')[1] == str(minor & BIG - 1)


def digits(call, event, difference):
    """The same bytes in other words."""
    told = difference.event[0] if isinstance(difference.event, list) else difference.event
    if difference.strace.startswith('['):
        return bytes(int(part, 0) for part in difference.strace.strip('[]').split(', ')).hex() == told
    return difference.strace.replace('-', '') == told


ROWS = [
    ('request', 'other driver', 'two drivers have the same number, and strace knows a name of the other'),
    ('argument', 'address only', 'requests that configure nothing of the host are by name', data),
    ('argument.controlFlags', 'value', 'the speed of input is bits that have no name', strace_says('<<IBSHIFT')),
    ('argument', 'address only', 'fonts and maps of consoles are content', of(*CONTENT)),
    ('argument', 'number only', 'strace splits the register in two', of('KD')),
    ('argument', 'value', 'strace shows the low byte of the register', of('KD')),
    ('argument.address', 'value', 'of an address of hardware six bytes are told',
     lambda call, event, difference: difference.strace.strip("'").startswith(difference.event)),
    ('argument.buffer', 'address only', 'what a struct points to is not followed'),
    ('argument.info', 'untold member', 'where duplicates are written stands behind the struct'),
    ('argument.fm_extents', 'untold member', 'the extents of a file stand behind the struct'),
    ('argument.kbdiacr*', 'untold member', 'the table of a keyboard stands behind its size'),
    ('argument.ents', 'untold member', 'new names of volumes stand behind their number'),
    ('argument.buf', 'untold member', 'randomness is not recorded', of('RNDADDENTROPY')),
    ('argument.*name_len', 'untold member', 'the length of a name that is told'),
    ('argument*.lo_encrypt_*', 'untold member', 'ciphers and keys, of which the kernel knows no more'),
    ('argument*.lo_crypt_name', 'untold member', 'ciphers and keys, of which the kernel knows no more'),
    ('argument*.lo_init', 'untold member', 'words for whoever reads them back'),
    ('argument*.*reserved*', 'untold member', 'what has to be 0'),
    ('argument*.rsv', 'untold member', 'what has to be 0'),
    ('argument*.__pad', 'untold member', 'what has to be 0'),
    ('argument.data', 'untold member', 'how a balance selects', of('BTRFS_IOC_BALANCE')),
    ('argument.meta', 'untold member', 'how a balance selects', of('BTRFS_IOC_BALANCE')),
    ('argument.sys', 'untold member', 'how a balance selects', of('BTRFS_IOC_BALANCE')),
    ('argument.*id', 'shape', 'numbers within a filesystem, which strace shows as numbers of devices', strace_says('makedev(')),
    ('argument.sourceId', 'shape', 'the same', strace_says('makedev(')),
    ('argument.uuid', 'value', 'hexadecimal digits', digits),
    ('argument.uuid', 'shape', 'hexadecimal digits', digits),
    ('argument.scancode', 'value', 'hexadecimal digits', digits),
    ('argument.scancode', 'shape', 'hexadecimal digits', digits),
    ('argument.table', 'shape', 'modifiers instead of the number that they make', strace_says('KG_')),
    ('argument.function', 'shape', 'strace has names of keys', strace_says('KVAL(', 'K_')),
    ('argument.keycode', 'shape', 'strace has names of keys', strace_says('KEY_', 'BTN_')),
    ('argument[]', 'shape', 'strace has names of keys', strace_says('KEY_', 'BTN_')),
    ('argument.command', 'number only', 'strace has names of commands of drives', strace_says('ATA_')),
    ('argument', 'shape', 'strace shows no member of another interface than it knows', of('SG_IO')),
    ('argument.newFdFlags', 'foreign name', 'strace has one list of O_ names for all calls'),
    ('argument', 'untold argument', 'what a failed call was to fill in', failed_answer),
    ('argument', 'untold argument', 'the kernel writes over it, also when it refuses', of('UFFDIO_API')),
    ('device', 'value', 'the number of a device', by_number),
    ('argument*evice', 'value', 'numbers of devices have 32 bits', beyond_32_bits),
]

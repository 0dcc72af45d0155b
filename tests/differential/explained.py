# SPDX-License-Identifier: BSD-2-Clause
"""The differences that are as they should be, each with its reason.

A row is (calls, argument, reason, why, holds): patterns of the shell for the call's name and the argument's, the reason
as compare.py gives it, in words why both sides are right, and, where that depends, a function of call, event and
difference that says whether it is so.
"""

from fnmatch import fnmatchcase

import explained_ioctl


class Row:
    __slots__ = ('calls', 'argument', 'reason', 'why', 'holds')

    def __init__(self, calls, argument, reason, why, holds=None):
        self.calls, self.argument, self.reason, self.why, self.holds = calls.split(), argument, reason, why, holds


def succeeded(call, event, difference):
    return call and call.error is None


def told_ends_with(call, event, difference):
    """The path is what the kernel makes of the descriptor: /dev/fd/3/name."""
    return str(difference.event).startswith('/dev/fd/') and str(difference.event).endswith(difference.strace.strip("'"))


def failed(call, event, difference):
    return call and call.error is not None


def unreadable(call, event, difference):
    return difference.where.split('.')[0] in event.get('requestParameters', {}).get('unreadable', ())


def script(call, event, difference):
    """The kernel puts the interpreter, its argument and the script's path in place of argv[0]."""
    return 'interpreter' in event.get('requestParameters', {}) and difference.event[-1:] == event['process']['args'][-1:]


EXPLAINED = [
    Row('execve execveat', 'envp', 'untold argument', 'the environment holds secrets and is never recorded'),
    Row('*', '*', 'content', 'content that was read or written is not recorded'),
    Row('*', '*', 'told more', 'strace prints an address or leaves a member out, the event says what is there'),
    Row('execveat', 'dirfd', 'untold argument', 'a successful exec has new registers; the path tells the descriptor',
        succeeded),
    Row('execveat', 'flags', 'untold argument', 'a successful exec has new registers', succeeded),
    Row('execveat', 'path', 'value', 'the path that the kernel made of a descriptor and a name', told_ends_with),
    Row('execve execveat', 'argv*', 'length', 'of a script, the arguments of its interpreter', script),
    Row('execve execveat', 'argv', 'value', 'an empty vector becomes one empty argument since Linux 5.18',
        lambda call, event, difference: difference.event == ['']),
    Row('modify_ldt', 'errorCode', 'error', 'the kernel returns the error in 32 bits, which is a number above 0 to who takes 64',
        lambda call, event, difference: event['responseElements']['result'] >> 12 == 0xfffff),
    Row('ioprio_set', 'priority.*', 'value', 'bits of neither class nor level, that strace shows as parts of them',
        lambda call, event, difference: event['errorCode']),
    Row('*', '*', 'upper half', 'strace shows the lower half of a register, which is all that the call takes'),
    Row('openat2 clone3 sched_setattr mount_setattr', '*.?', 'untold member', 'bytes behind the members that are known'),
    Row('mount', 'data', 'value', 'what looks like a secret is left out',
        lambda call, event, difference: '(not recorded)' in difference.event),
    Row('capget capset', 'header.version', 'value', 'the kernel puts the version that it wants in place of one that it does not know',
        lambda call, event, difference: '_LINUX_CAPABILITY_VERSION_3' in difference.event),
    Row('sigreturn rt_sigreturn', 'arg0', 'untold argument', 'the mask is in the frame, which is gone when the call has ended'),
    Row('sigreturn rt_sigreturn', 'errorCode', 'error', 'what it puts back is a register, of 32 bits to an i386 program, and no result',
        lambda call, event, difference: event['responseElements']['result'] >> 12 == 0xfffff),
    Row('sched_setattr', 'attributes.size', 'value', 'the kernel puts the size that it wants in place of one that it does not know',
        lambda call, event, difference: event.get('errorCode') == 'E2BIG'),
    Row('rt_sigaction sigaction', 'action.*', 'value', 'both are the same memory, which the kernel has written when it is read',
        lambda call, event, difference: event['requestParameters']['action'] == event['responseElements']['oldAction']),
    Row('signalfd signalfd4', 'mask', 'value', 'a size that is wrong, of which the event reads as much as it should be',
        lambda call, event, difference: event.get('errorCode') == 'EINVAL'),
    Row('sendto sendmsg sendmmsg send recv recvfrom recvmsg recvmmsg fanotify_mark', '*', 'foreign name',
        'bits that the kernel keeps to itself, or had for a release'),
    Row('mmap', 'arguments', 'shape', 'old_mmap of i386: the event has the words of its struct'),
    Row('accept accept4 getpeername getsockname recvfrom', 'address', 'value',
        'the kernel has put the full length in place of that of the buffer, by which strace cuts the address',
        lambda call, event, difference: 'sa_data=' in difference.strace or 'sun_path=' in difference.strace),
    Row('restart_syscall', 'arg0', 'untold argument', 'no argument: strace remembers which call is restarted'),
    Row('clock_nanosleep* nanosleep', 'duration', 'untold argument',
        'both are the same memory, which holds the time that remains when it is read',
        lambda call, event, difference: 'remaining' in event.get('responseElements', {})),
    Row('rt_sigqueueinfo rt_tgsigqueueinfo rt_sigtimedwait* pidfd_send_signal', '*.si_int', 'untold member',
        'the lower half of value'),
    Row('timerfd_settime', 'flags', 'foreign name', 'strace has one list of TFD_ names for two calls'),
    Row('shmat', 'result', 'result', 'by ipc of i386 the address is written, and strace prints it as the result',
        lambda call, event, difference: 'via' in event['syscall']),
    Row('name_to_handle_at', 'handle', 'untold argument', 'the size that a failed call asks for', failed),
    Row('io_submit', 'operations*.buffer', 'address only', 'what is to be written is content; the event has where it lies',
        lambda call, event, difference: difference.strace[:1] in ("'", '"')),
    Row('keyctl', 'description', 'untold argument', 'nothing is written where there is no room, and strace shows what was there before',
        lambda call, event, difference: event['responseElements']['result'] > event['requestParameters']['length']),
    Row('io_submit', 'operations', 'length', 'pointers are followed up to the first that leads nowhere', unreadable),
    Row('io_submit', 'operations', 'untold argument', 'pointers are followed up to the first that leads nowhere', unreadable),
    Row('pselect6* io_pgetevents*', 'signalMask', 'untold argument', 'a mask of another size is not read', unreadable),
    Row('select _newselect pselect6* ppoll*', 'timeout', 'untold argument',
        'what is left is written over it, also if the call fails', failed),
    Row('readdir', 'entry', 'untold argument', 'what a directory holds is content'),
    Row('oldstat oldfstat oldlstat', 'status.st_bl*', 'untold member', 'the struct has no such members'),
    Row('bpf keyctl prctl seccomp', '*.*', 'address only', 'what pointers in structs lead to: the event has the address'),
    Row('capset', 'capabilities.*', 'value', 'the header that says how long they are is not the caller\'s any more',
        lambda call, event, difference: '_CAPABILITY_VERSION_???' in call.raw),
    Row('bpf', 'attributes.*', 'value', 'the kernel has written over what it was given',
        lambda call, event, difference: not event.get('errorCode') and isinstance(difference.event, int)),
    Row('bpf', 'attributes.count', 'value', 'how many there were is told to who has no room for the rest, or found no more',
        lambda call, event, difference: event.get('errorCode') in ('ENOENT', 'ENOSPC')),
    Row('msgrcv', 'type', 'value', 'by ipc of i386 strace takes a flag of the version for the type',
        lambda call, event, difference: 'via' in event['syscall']),
    Row('semctl', '*', 'address only', 'by ipc of i386 strace shows where the argument is read from',
        lambda call, event, difference: 'via' in event['syscall'] and difference.strace == '[%s]' % difference.event),
    Row('bpf', 'attributes.next_id', 'untold member', 'what the command does not look at'),
    Row('bpf', 'attributes.extra_data', 'untold member', 'bytes behind the members that are known'),
    Row('bind connect sendto getsockname recvfrom sendmsg', 'address', 'bytes', 'families of which the event has the bytes',
        lambda call, event, difference: 'data' in difference.event or 'sa_data' in difference.strace),
    Row('setsockopt', 'value', 'shape', 'an option that can only be asked for',
        lambda call, event, difference: 'SO_PEERNAME' in call.raw),
    Row('getsockopt', 'value', 'shape', 'two numbers, of which older kernels had the first',
        lambda call, event, difference: 'SO_TIMESTAMPING' in call.raw),
    Row('getsockopt', 'value', 'length', 'the kernel has put the full length in place of that of the buffer'),
    Row('setsockopt getsockopt', 'value', 'bytes', 'strace shows the bytes of what it does not know'),
    Row('setsockopt getsockopt', 'value.*', 'bytes', 'what a pointer in the value leads to, bytes that strace shows as a string'),
    Row('setsockopt', 'value.address', 'value', 'strace shows an address of no bytes by eight of its own',
        lambda call, event, difference: 'mr_alen=0' in call.raw),
    Row('setsockopt getsockopt', 'value', 'untold argument', 'values of lengths that nobody knows may be keys, as may all of some levels',
        lambda call, event, difference: len(difference.strace) > 40 or event.get('responseElements', {}).get('length') == 3 or event['requestParameters']['level'] in
        ('SOL_ALG', 'SOL_RXRPC', 'SOL_TLS') or 'MD5' in str(event['requestParameters']['option']) or
        'KEY' in str(event['requestParameters']['option']) or 'SO_GET_FILTER' in call.raw or
        event['requestParameters'].get('length', 4) not in (1, 2, 4, 8)),
    Row('setsockopt getsockopt', 'value', 'number only', 'the names of the packets that a filter holds back',
        lambda call, event, difference: 'ICMP' in difference.strace),
    Row('setsockopt getsockopt', 'value', 'shape', 'the first byte of a mask of packets, by their names to strace',
        lambda call, event, difference: 'ICMP' in difference.strace),
    Row('accept accept4 getpeername getsockname recvfrom', 'addressLength', 'untold argument', 'the room that a failed call had', failed),
    Row('getsockopt', '*ength', 'value', 'written although the call failed in the end',
        lambda call, event, difference: event.get('errorCode') == 'EFAULT'),
    Row('recvmmsg recvmmsg_time64', 'timeout.*', 'value', 'the time that is left, which strace tells beside',
        lambda call, event, difference: not event.get('errorCode')),
    Row('oldolduname', 'names', 'untold argument', 'strace writes this null pointer as a number',
        lambda call, event, difference: difference.strace == '0'),
    Row('futex_waitv', 'waiters*.__reserved', 'untold member', 'what has to be 0'),
    Row('syscall_0x*', '', 'unknown to strace', 'strace is older than the call'),
    Row('unlinkat linkat statx utimensat newfstatat fstatat64 execveat faccessat2 fchmodat2 fchownat name_to_handle_at',
        '*lags', 'foreign name', 'strace has one list of AT_ names for all calls, also for bits that mean nothing to this one'),
    Row('open_tree*', 'flags', 'foreign name', 'strace has one list of AT_ names for all calls'),
    Row('dup3 pipe2 timerfd_create', 'flags', 'foreign name', 'strace names bits that are flags of open and mean nothing to this call'),
]
EXPLAINED += [Row('ioctl', *row) for row in explained_ioctl.ROWS]


def explain(call, argument, reason, context):
    for row in EXPLAINED:
        if row.reason == reason and fnmatchcase(argument, row.argument) and \
                any(fnmatchcase(call, c) for c in row.calls) and (not row.holds or row.holds(*context)):
            return row
    return None

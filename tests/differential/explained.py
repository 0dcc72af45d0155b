# SPDX-License-Identifier: BSD-2-Clause
"""The differences that are as they should be, each with its reason.

A row is (calls, argument, reason, why, holds): patterns of the shell for the call's name and the argument's, the reason
as compare.py gives it, in words why both sides are right, and, where that depends, a function of call, event and
difference that says whether it is so. A fact that the record lacks is explained by nothing but the rule that leaves it out.
`compare.py --explained` tells what each row explained; one that explains nothing in any test has no place here.
"""

from fnmatch import fnmatchcase

import explained_ioctl
from values import NAMES


class Row:
    __slots__ = ('calls', 'argument', 'reason', 'why', 'holds', 'count')

    def __init__(self, calls, argument, reason, why, holds=None):
        self.calls, self.argument, self.reason, self.why, self.holds = calls.split(), argument, reason, why, holds
        self.count = 0


# ---- when a row holds ----

def succeeded(call, event, difference):
    return call and call.error is None


def failed(call, event, difference):
    return call and call.error is not None


def failed_with(*errors):
    return lambda call, event, difference: event.get('errorCode') in errors


def part(call, event, difference):
    """socketcall and ipc of i386, which strace shows as the call that they stand for."""
    return 'via' in event['syscall']


def unreadable(call, event, difference):
    return difference.where.split('.')[0] in event.get('requestParameters', {}).get('unreadable', ())


def strace_says(*parts):
    return lambda call, event, difference: any(p in difference.strace for p in parts)


def event_says(*parts):
    return lambda call, event, difference: any(p in difference.event for p in parts)


def option(*names):
    return lambda call, event, difference: str(event['requestParameters']['option']) in names


def may_be_key(call, event, difference):
    """A level, or an option, that takes keys, and lengths that no option is known to have."""
    request = event['requestParameters']
    length = request.get('length', event.get('responseElements', {}).get('length', 4))
    return request['level'] in ('SOL_ALG', 'SOL_RXRPC', 'SOL_TLS') or any(
        word in str(request['option']) for word in ('KEY', 'MD5')) or length not in (1, 2, 4, 8)


def untouched(call, event, difference):
    return failed(call, event, difference) and call.error != 'EFAULT' and unreadable(call, event, difference) and \
        not difference.strace.replace('NULL', '0').translate(str.maketrans('', '', '[]{}=, _abcdefghijklmnopqrstuvwxyz0'))


def error_in_32_bits(call, event, difference):
    return event['responseElements']['result'] >> 12 == 0xfffff


def made_of_descriptor(call, event, difference):
    """/dev/fd/3/name"""
    return str(difference.event).startswith('/dev/fd/') and str(difference.event).endswith(difference.strace.strip("'"))


def script(call, event, difference):
    """The kernel puts the interpreter, its argument and the script's path in place of argv[0]."""
    return 'interpreter' in event.get('requestParameters', {}) and difference.event[-1:] == event['process']['args'][-1:]


def same_memory(call, event, difference):
    return event['requestParameters']['action'] == event['responseElements']['oldAction']


def above_class(call, event, difference):
    """Class 7 with the bits above it, level and hint below."""
    return isinstance(difference.event, int)


EXPLAINED = [
    # ---- what is left out by a rule ----
    Row('execve execveat', 'envp', 'untold argument', 'the environment holds secrets: never recorded'),
    Row('modify_ldt', 'segment', 'untold argument', 'what is read are descriptors of the processor, which strace takes for user_desc',
        lambda call, event, difference: event['requestParameters']['function'] in (0, 2)),
    Row('personality', 'persona', 'value', 'PER_MASK is the name of the mask, not of a personality',
        lambda call, event, difference: 'PER_MASK' in call.raw),
    Row('seccomp', 'instructions*', 'value', 'of a code with bits that it does not know strace leaves some out',
        lambda call, event, difference: 'BPF_???' in call.raw),
    Row('vmsplice', 'vectors.data', 'value', 'pages that are given away are read when the call has ended, and may be in use again'),
    Row('ptrace', 'data.base', 'address only', 'registers of vectors and of floating point hold what programs work on: content',
        lambda call, event, difference: event['requestParameters']['registerSet'] != 'NT_PRSTATUS'),
    Row('fsconfig', 'value', 'value', 'a key that cannot be read may be that of a secret', event_says('(not recorded)')),
    Row('mount', 'data', 'value', 'what looks like a secret is left out of options', event_says('(not recorded)')),
    Row('setsockopt getsockopt', 'value', 'untold argument', 'what may be a key is not recorded', may_be_key),
    Row('*', '*', 'content', 'content is recorded as its first bytes, or not at all if it is secret; strace shows what it means'),
    Row('readdir', 'entry', 'untold argument', 'content: what a directory holds'),
    Row('keyctl', 'derivation.otherInfo', 'address only', 'content: what a key is derived from'),
    Row('bpf', 'attributes.btf', 'address only', 'content: a description of types'),
    Row('bpf', 'attributes.logBuffer', 'address only', 'content: what the verifier has to say'),
    Row('bpf', 'attributes.info', 'address only', 'content: what an object says of itself'),
    Row('getsockopt', 'value', 'untold argument', 'content: what is counted of a connection, and the filter that is attached',
        option('TCP_INFO', 'TCP_CC_INFO', 'TCP_ZEROCOPY_RECEIVE', 'SO_GET_FILTER', 'SO_ATTACH_FILTER')),

    # ---- what only strace can see, which looks when a call begins ----
    Row('*', '*', 'overwritten', 'a failed call has no response: the request has what the kernel wrote over it', failed),
    Row('name_to_handle_at', 'handle*', 'untold a*', 'a failed call has no response: how much room a handle takes',
        failed_with('EOVERFLOW')),
    Row('name_to_handle_at', 'handle', 'untold argument', 'the same of a handle that the caller passed', failed),
    Row('select _newselect pselect6* ppoll*', 'timeout', 'untold argument', 'what is left of it is written over it', failed),
    Row('recvmmsg recvmmsg_time64', 'timeout.*', 'value', 'what is left of it is written over it; strace tells that beside',
        succeeded),
    Row('clock_nanosleep* nanosleep', 'duration', 'untold argument', 'what is left is written over it, in the same memory',
        lambda call, event, difference: 'remaining' in event.get('responseElements', {})),
    Row('rt_sigaction sigaction', 'action.*', 'value', 'the old action is written over it, in the same memory', same_memory),
    Row('accept accept4 getpeername getsockname recvfrom', 'addressLength', 'value',
        'the length is written before the address, which then could not be', failed_with('EFAULT')),
    Row('capget capset', 'header.version', 'value', 'the kernel writes its version over one that it does not know',
        event_says('_LINUX_CAPABILITY_VERSION_3')),
    Row('capset', 'capabilities.*', 'value', 'how long they are is said by that version',
        lambda call, event, difference: '_CAPABILITY_VERSION_???' in call.raw),
    Row('bpf', 'attributes.*', 'value', 'strace shows what the kernel has not written yet',
        lambda call, event, difference: succeeded(call, event, difference) and difference.strace == '0'),
    Row('sigreturn rt_sigreturn', 'arg0', 'untold argument', 'the mask is in a frame that is gone when the call has ended'),
    Row('execveat', 'dirfd', 'untold argument', 'a successful exec has new registers; the path tells the descriptor', succeeded),
    Row('execveat', 'flags', 'untold argument', 'a successful exec has new registers', succeeded),
    Row('*', 'vectors', 'untold argument', 'memory that nobody has touched, and the kernel not either, is not there', untouched),

    # ---- what strace does not know or cannot see ----
    Row('*', '*', 'told more', 'strace prints an address, or leaves a member out'),
    Row('*', '*', 'upper half', 'strace shows the lower half of a register'),
    Row('syscall_0x*', '', 'unknown to strace', 'strace is older than the call'),
    Row('execveat', 'path', 'value', 'the path that the kernel made of a descriptor and a name', made_of_descriptor),
    Row('execve execveat', 'argv*', 'length', 'of a script, the arguments of its interpreter', script),
    Row('execve execveat', 'argv', 'value', 'an empty vector becomes one empty argument since Linux 5.18',
        lambda call, event, difference: difference.event == ['']),
    Row('accept accept4 getpeername getsockname recvfrom', 'address', 'value',
        'the full length stands in place of the buffer\'s when the call has ended, and strace cuts the address by the other',
        strace_says('sa_data=', 'sun_path=')),
    Row('getsockopt', 'value', 'length', 'the same of an option\'s value'),
    Row('bind connect sendto getsockname recvfrom sendmsg', 'address', 'bytes', 'families of which the event has the bytes',
        lambda call, event, difference: 'data' in difference.event or 'sa_data' in difference.strace),
    Row('setsockopt getsockopt', 'value', 'bytes', 'strace shows the bytes of what it does not know'),
    Row('setsockopt', 'value', 'shape', 'an option that can only be asked for is an address to the event', option('SO_PEERNAME')),
    Row('getsockopt', 'value', 'shape', 'two numbers, of which older kernels had the first',
        option('SO_TIMESTAMPING_OLD', 'SO_TIMESTAMPING_NEW', 'SO_TIMESTAMPING')),
    Row('setsockopt', 'value.address', 'value', 'strace shows an address of no bytes by eight of its own',
        lambda call, event, difference: 'mr_alen=0' in call.raw),
    Row('setsockopt getsockopt', 'value', 'number only', 'strace names the packets whose bits are not set', strace_says('ICMP')),
    Row('setsockopt getsockopt', 'value', 'shape', 'the same of the first byte of such a mask', strace_says('ICMP')),
    Row('rt_sigqueueinfo rt_tgsigqueueinfo rt_sigtimedwait* pidfd_send_signal', '*.si_int', 'untold member',
        'the lower half of value'),
    Row('io_submit', 'operations*.buffer', 'address only', 'what is to be written is content; the event has where it lies',
        lambda call, event, difference: difference.strace.startswith(("'", '"', '[{iov_base='))),
    Row('io_submit', 'operations*.buffer', 'number only', 'what is waited for stands in place of an address, and is a number',
        lambda call, event, difference: difference.event == hex(sum(NAMES.value(name, 'poll_events')
                                                                   for name in difference.strace.split('|')))),
    Row('keyctl', 'description', 'untold argument', 'nothing is written where there is no room, and strace shows what was there before',
        lambda call, event, difference: event['responseElements']['result'] > event['requestParameters']['length']),
    Row('io_submit', 'operations', 'length', 'pointers are followed up to the first that leads nowhere', unreadable),
    Row('io_submit', 'operations', 'untold argument', 'pointers are followed up to the first that leads nowhere', unreadable),
    Row('pselect6* io_pgetevents*', 'signalMask', 'untold argument', 'a mask of another size is not read', unreadable),
    Row('signalfd signalfd4', 'mask', 'value', 'a mask of another size, of which the event has as much as there should be',
        failed_with('EINVAL')),

    # ---- what strace shows and nobody looks at ----
    Row('*', '*', 'behind the end', 'members behind the end that the caller gave are 0 to strace'),
    Row('openat2 clone3 sched_setattr mount_setattr', '*.?', 'untold member',
        'bytes behind the members that are known: the kernel refuses them unless they are 0'),
    Row('bpf', 'attributes.extra_data', 'untold member',
        'bytes behind the members that are known: the kernel refuses them unless they are 0'),
    Row('bpf', 'attributes.next_id', 'untold member', 'a member that the command does not look at'),
    Row('futex_waitv', 'waiters*.__reserved', 'untold member', 'what has to be 0'),
    Row('oldstat oldfstat oldlstat', 'status.st_bl*', 'untold member', 'the struct has no such members'),
    Row('ioprio_set', 'priority.class', 'value', 'bits above the class, which strace takes for a part of it', above_class),
    Row('vm86', 'arg?', 'untold argument', 'strace shows five registers of a call that takes two'),
    Row('restart_syscall', 'arg0', 'untold argument', 'the call has no argument: strace remembers which one is restarted'),
    Row('shmat', 'result', 'result', 'the address is written to memory, and strace shows it as the result', part),
    Row('msgrcv', 'type', 'value', 'strace takes a flag of the version for the type', part),
    Row('semctl', '*', 'address only', 'strace shows where the argument is read from',
        lambda call, event, difference: part(call, event, difference) and difference.strace == '[%s]' % difference.event),
    Row('modify_ldt', 'errorCode', 'error', 'the kernel returns the error in 32 bits, a number above 0 to a program of 64',
        error_in_32_bits),
    Row('sigreturn rt_sigreturn', 'errorCode', 'error', 'what it puts back is a register, of 32 bits to an i386 program',
        error_in_32_bits),

    # ---- names ----
    Row('unlinkat linkat statx utimensat newfstatat fstatat64 execveat faccessat2 fchmodat2 fchownat name_to_handle_at',
        '*lags', 'foreign name', 'strace has one list of AT_ names for all calls, also for bits that mean nothing to this one'),
    Row('open_tree*', 'flags', 'foreign name', 'strace has one list of AT_ names for all calls'),
    Row('timerfd_settime', 'flags', 'foreign name', 'strace has one list of TFD_ names for two calls'),
    Row('dup3 pipe2 timerfd_create', 'flags', 'foreign name', 'strace names flags of open, which mean nothing to this call'),
    Row('sendto sendmsg sendmmsg send recv recvfrom recvmsg recvmmsg fanotify_mark', '*', 'foreign name',
        'bits that the kernel keeps to itself, or had for a release'),
]
EXPLAINED += [Row('ioctl', *row) for row in explained_ioctl.ROWS]


def explain(call, argument, reason, context):
    for row in EXPLAINED:
        if fnmatchcase(reason, row.reason) and fnmatchcase(argument, row.argument) and \
                any(fnmatchcase(call, c) for c in row.calls) and (not row.holds or row.holds(*context)):
            row.count += 1
            return row
    return None

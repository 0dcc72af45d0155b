# SPDX-License-Identifier: BSD-2-Clause
"""Members of structs whose JSON key is not the kernel's name in camel case, by the kernel's name."""

MEMBERS = {
    'iov_len': 'length',
    # struct timex, timezone
    'freq': 'frequency', 'maxerror': 'maximumError', 'esterror': 'estimatedError', 'ppsfreq': 'ppsFrequency',
    'stabil': 'stability', 'jitcnt': 'jitterCount', 'calcnt': 'calibrationCount', 'errcnt': 'errorCount',
    'stbcnt': 'stabilityCount', 'tai': 'taiOffset', 'tz_minuteswest': 'minutesWest', 'tz_dsttime': 'dstTime',
    # siginfo_t, struct sigevent
    'si_signo': 'signal', 'si_ptr': 'value', 'si_errno': 'error',
    'sigev_signo': 'signal', 'sigev_notify_thread_id': 'threadId',
}

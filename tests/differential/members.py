# SPDX-License-Identifier: BSD-2-Clause
"""Members of structs whose JSON key is not the kernel's name in camel case, by the kernel's name."""

from strace_parse import Call, Struct

MEMBERS = {
    'iov_len': 'length',
    # struct timex, timezone
    'freq': 'frequency', 'maxerror': 'maximumError', 'esterror': 'estimatedError', 'ppsfreq': 'ppsFrequency',
    'stabil': 'stability', 'jitcnt': 'jitterCount', 'calcnt': 'calibrationCount', 'errcnt': 'errorCount',
    'stbcnt': 'stabilityCount', 'tai': 'taiOffset', 'tz_minuteswest': 'minutesWest', 'tz_dsttime': 'dstTime',
    # siginfo_t, struct sigevent
    'si_signo': 'signal', 'si_ptr': 'value', 'si_errno': 'error',
    # struct stat, statx, statfs, ustat
    'st_dev': 'device', 'st_ino': 'inode', 'st_nlink': 'links', 'st_rdev': 'specialDevice', 'st_blksize': 'blockSize',
    'st_atime': 'accessTime', 'st_mtime': 'modificationTime', 'st_ctime': 'changeTime',
    'stx_blksize': 'blockSize', 'stx_nlink': 'links', 'stx_ino': 'inode', 'stx_atime': 'accessTime', 'stx_btime': 'birthTime',
    'stx_ctime': 'changeTime', 'stx_mtime': 'modificationTime', 'stx_attributes_mask': 'attributesMask',
    'stx_mnt_id': 'mountId', 'stx_dio_mem_align': 'directMemoryAlignment', 'stx_dio_offset_align': 'directOffsetAlignment',
    'stx_dev': 'device', 'stx_rdev': 'specialDevice', 'stx_subvol': 'subvolume', 'stx_atomic_write_unit_min': 'atomicWriteMinimum',
    'stx_atomic_write_unit_max': 'atomicWriteMaximum', 'stx_atomic_write_segments_max': 'atomicWriteSegments',
    'stx_dio_read_offset_align': 'directReadAlignment', 'stx_atomic_write_unit_max_opt': 'atomicWriteOptimum',
    'f_bsize': 'blockSize', 'f_bfree': 'free', 'f_bavail': 'available', 'f_ffree': 'freeFiles', 'f_fsid': 'id',
    'f_namelen': 'nameLength', 'f_frsize': 'fragmentSize', 'f_tfree': 'freeBlocks', 'f_tinode': 'freeInodes',
    # struct pollfd, iocb, io_event, flock
    'revents': 'returnedEvents', 'aio_lio_opcode': 'operation', 'aio_reqprio': 'priority', 'aio_fildes': 'fd',
    'aio_buf': 'buffer', 'aio_nbytes': 'length', 'aio_rw_flags': 'rwFlags', 'aio_resfd': 'resultFd', 'obj': 'object',
    'res': 'result', 'res2': 'result2', 'l_len': 'length',
    'nr_cache': 'cached', 'nr_dirty': 'dirty', 'nr_writeback': 'writeback', 'nr_evicted': 'evicted',
    'nr_recently_evicted': 'recentlyEvicted', 'len': 'length', 'off': 'offset',
    'handle_bytes': 'bytes', 'handle_type': 'type', 'f_handle': 'handle',

    'sigev_signo': 'signal', 'sigev_notify_thread_id': 'threadId',
}


def merged(members):
    """Members that strace writes apart and the event as one: seconds and nanoseconds, major and minor; {val=[...]} as it is."""
    by_name, out = dict(members), []
    for name, value in members:
        if name and name.endswith('time') and name + '_nsec' in by_name:
            value = Struct([('tv_sec', value), ('tv_nsec', by_name[name + '_nsec'])], False)
        elif name and name.endswith('_major') and name[:-5] + 'minor' in by_name:
            name, value = name[:-6], Call('makedev', [value, by_name[name[:-5] + 'minor']])
        elif name and (name.endswith('_nsec') or name.endswith('_minor')) and \
                (name[:-5] in by_name or name[:-5] + 'major' in by_name):
            continue
        elif isinstance(value, Struct) and value.get('val'):
            value = value.get('val')
        out.append((name, value))
    return out

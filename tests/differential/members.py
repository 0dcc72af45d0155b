# SPDX-License-Identifier: BSD-2-Clause
"""Members of structs whose JSON key is not the kernel's name in camel case, by the kernel's name."""

from strace_parse import Call, Name, Num, Or, Str, Struct, Text

MEMBERS = {
    'iov_len': 'length',
    'si_timerid': 'timerId', 'si_addr_lsb': 'addressBit', 'si_pkey': 'protectionKey', 'si_syscall': 'number',
    'si_arch': 'architecture', 'si_call_addr': 'callAddress', 'off': ('off', 'offset'), 'nr': ('nr', 'count'), 'filter_off': 'filter',
    'sched_util_min': 'minimumUtilization', 'sched_util_max': 'maximumUtilization', 'pidfd': 'pidFd',
    'si_utime': 'userTicks', 'si_stime': 'systemTicks', 'entry_number': 'entry', 'base_addr': 'base', 'set_tid_size': 'setTidCount',
    'efd': 'epollFd', 'tfd': 'targetFd', 'toff': 'targetOffset',
    # struct timex, timezone
    'freq': 'frequency', 'maxerror': 'maximumError', 'esterror': 'estimatedError', 'ppsfreq': 'ppsFrequency',
    'stabil': 'stability', 'jitcnt': 'jitterCount', 'calcnt': 'calibrationCount', 'errcnt': 'errorCount',
    'stbcnt': 'stabilityCount', 'tai': 'taiOffset', 'tz_minuteswest': 'minutesWest', 'tz_dsttime': 'dstTime',
    # System V: struct ipc_perm and what has one; sembuf
    'cuid': 'creatorUid', 'cgid': 'creatorGid', 'msg_perm': 'permissions', 'sem_perm': 'permissions', 'shm_perm': 'permissions',
    'msg_stime': 'sendTime', 'msg_rtime': 'receiveTime', 'msg_ctime': 'changeTime', 'msg_qnum': 'messages',
    'msg_qbytes': 'maximumBytes', 'msg_lspid': 'senderPid', 'msg_lrpid': 'receiverPid',
    'msgpool': 'pool', 'msgmap': 'map', 'msgmax': 'maximumMessageSize', 'msgmnb': 'maximumBytes', 'msgmni': 'maximumQueues',
    'msgssz': 'segmentSize', 'msgtql': 'messages', 'msgseg': 'segments',
    'sem_otime': 'operationTime', 'sem_ctime': 'changeTime', 'sem_nsems': 'count',
    'semmap': 'map', 'semmni': 'maximumSets', 'semmns': 'maximumSemaphores', 'semmnu': 'maximumUndos', 'semmsl': 'maximumPerSet',
    'semopm': 'maximumOperations', 'semume': 'maximumUndosPerProcess', 'semusz': 'undoSize', 'semvmx': 'maximumValue',
    'semaem': 'maximumAdjustment', 'sem_num': 'index', 'sem_op': 'operation', 'sem_flg': 'flags',
    'shm_segsz': 'size', 'shm_atime': 'attachTime', 'shm_dtime': 'detachTime', 'shm_ctime': 'changeTime',
    'shm_cpid': 'creatorPid', 'shm_lpid': 'lastPid', 'shm_nattch': 'attachments',
    'shmmax': 'maximumSize', 'shmmin': 'minimumSize', 'shmmni': 'maximumSegments', 'shmseg': 'maximumPerProcess',
    'shmall': 'maximumPages', 'used_ids': 'segments', 'shm_tot': 'pages', 'shm_rss': 'residentPages', 'shm_swp': 'swappedPages',
    # POSIX queues, futexes
    'mq_maxmsg': 'maximumMessages', 'mq_msgsize': 'messageSize', 'mq_curmsgs': 'currentMessages', 'uaddr': 'address',
    # seccomp, keys
    'seccomp_notif': 'notification', 'seccomp_notif_resp': 'response', 'hashname': 'hashName', 'otherinfo': 'otherInfo',
    'otherinfolen': 'otherInfoLength', 'in_len': 'inputLength', 'out_len': 'outputLength', 'in2_len': 'outputLength', 'key_id': 'key',
    'supported_ops': 'abilities', 'max_data_size': 'maximumDataSize', 'max_sig_size': 'maximumSignatureSize',
    'max_enc_size': 'maximumEncryptedSize', 'max_dec_size': 'maximumDecryptedSize',
    # the host
    'sysname': 'system', 'nodename': 'node', 'domainname': 'domain', 'totalram': 'totalRam', 'freeram': 'freeRam',
    'sharedram': 'sharedRam', 'bufferram': 'bufferRam', 'totalswap': 'totalSwap', 'freeswap': 'freeSwap', 'procs': 'processes',
    'totalhigh': 'totalHigh', 'freehigh': 'freeHigh', 'mem_unit': 'unit', 'sample_freq': 'samplePeriod',
    'wakeup_watermark': 'wakeupEvents', 'bp_type': 'breakpointType', 'bp_addr': 'config1', 'bp_len': 'config2',
    'nlen': 'nameLength', 'oldval': 'oldValue', 'oldlenp': 'oldLength', 'newval': 'newValue', 'newlen': 'newLength',
    'clockid': 'clock', 'btf_vmlinux_value_type_id': 'btfKernelValueTypeId', 'map_ifindex': 'interface',
    'prog_ifindex': 'interface', 'attach_prog_fd': 'attachFd', 'kern_version': 'kernelVersion', 'pathname': 'path',
    'attach_bpf_fd': 'programFd', 'replace_bpf_fd': 'replaceFd', 'btf_log_buf': 'logBuffer', 'btf_log_size': 'logSize',
    'btf_log_level': 'logLevel', 'new_prog_fd': 'newProgramFd', 'old_prog_fd': 'oldProgramFd', 'prog_id': 'id', 'map_id': 'id',
    'btf_id': 'id', 'link_id': 'id', 'retval': 'returnValue', 'prog_ids': 'programIds', 'iter_info': 'information', 'iter_info_len': 'informationLength', 'syms': 'symbols',
    'addrs': 'addresses', 'prog_cnt': 'programCount',
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
    'nr_recently_evicted': 'recentlyEvicted', 'len': ('length', 'instructionCount'), 'filter': ('filter', 'instructions'),
    'l_start': 'start', 'd_flags': 'flags', 'd_type': 'type',
    # struct file_attr, mount_attr, mnt_id_req, ns_id_req
    'fa_xflags': 'flags', 'fa_extsize': 'extentSize', 'fa_nextents': 'extents', 'fa_projid': 'projectId',
    'fa_cowextsize': 'copyExtentSize', 'attr_set': 'set', 'attr_clr': 'clear', 'userns_fd': 'userNamespaceFd',
    'mnt_id': 'mountId', 'mnt_ns_id': 'namespaceId', 'mnt_ns_fd': 'fd', 'ns_id': 'namespaceId', 'ns_type': 'types',
    'user_ns_id': 'userNamespaceId',
    # requests of ioctl
    'c_iflag': 'inputFlags', 'c_oflag': 'outputFlags', 'c_cflag': 'controlFlags', 'c_lflag': 'localFlags',
    'c_ispeed': 'inputSpeed', 'c_ospeed': 'outputSpeed', 'ws_row': 'rows', 'ws_col': 'columns', 'ws_xpixel': 'width',
    'ws_ypixel': 'height', 'fsx_xflags': 'flags', 'fsx_extsize': 'extentSize', 'fsx_nextents': 'extents',
    'fsx_projid': 'projectId', 'fsx_cowextsize': 'copyExtentSize', 'src_fd': 'sourceFd', 'src_offset': 'sourceOffset',
    'src_length': 'sourceLength', 'dest_offset': 'offset', 'dest_count': 'count', 'minlen': 'minimum',
    'fm_mapped_extents': 'mapped', 'fm_extent_count': 'count', 'ifr_mtu': 'value', 'ifr_qlen': 'value', 'ifr_metric': 'value',
    'ifr_ifindex': ('value', 'index'), 'ifr_newname': 'other', 'ifr_slave': 'other', 'ifr_dstaddr': 'address',
    'ifr_addr': 'address', 'ifr_netmask': 'address', 'ifr_broadaddr': 'address', 'mem_start': 'memoryStart',
    'mem_end': 'memoryEnd', 'irq': 'interrupt', 'rt_dst': 'destination', 'rt_genmask': 'mask', 'rt_dev': 'device',
    'rt_irtt': 'roundTripTime', 'ifc_len': 'length', 'ifc_buf': 'buffer', 'ifc_req': 'buffer',
    'lo_rdevice': 'backingDevice', 'lo_file_name': 'file', 'lo_name': 'file', 'lo_sizelimit': 'sizeLimit', 'fd': ('fd', 'backingFd'),
    'guest_phys_addr': 'guestAddress', 'newfd': 'newFd', 'srcfd': 'sourceFd', 'newfd_flags': 'newFdFlags', 'datalen': 'length',
    'op': ('operation', 'op'), 'entropy_count': 'entropyBits', 'tm_sec': 'second', 'tm_min': 'minute', 'tm_mday': 'day',
    'tm_mon': 'month', 'tm_wday': 'weekDay', 'tm_yday': 'yearDay', 'tm_isdst': 'daylightSaving', 'dst': 'destination',
    'src': 'source', 'size': ('size', 'inheritedSize'), 'buf_size': 'bufferSize', 'buf_nr': 'buffers', 'start_lba': 'start', 'end_lba': 'end', 'act_mask': 'actions',
    'charcount': 'count', 'charheight': 'height', 'chardata': 'data', 'entry_ct': 'count', 'advised_hashsize': 'size',
    'advised_hashstep': 'step', 'advised_hashlevel': 'level', 'kb_func': 'function', 'kb_string': 'text', 'kb_cnt': 'count',
    'interface_id': 'interface', 'dxfer_direction': 'direction', 'dxfer_len': 'length', 'dxferp': 'data', 'cmd_len': 'commandLength',
    'cmdp': 'command', 'resid': 'residual', 'sector_number': 'sector', 'sector_count': 'sectors', 'ptr': 'data', 'ooblen': 'spareLength',
    'usr_ptr': 'data', 'usr_data': 'data', 'usr_oob': 'spareData', 'regionindex': 'index', 'vol_id': 'id', 'vol_type': 'type',
    'ubi_num': 'number', 'mtd_num': 'flash', 'vid_hdr_offset': 'headerOffset', 'max_beb_per1024': 'maximumReserve', 'lnum': 'block',
    'dtype': 'dataType', 'devid': 'id', 'stransid': 'sendTransaction', 'send_fd': 'fd', 'clone_sources_count': 'sources',
    'clone_sources': 'addresses', 'parent_root': 'parent', 'cmd': 'command', 'qgroupid': 'id', 'qgroup_inherit': 'inherited', 'stime': 'sendTime', 'compat_flags': 'compatible',
    'compat_ro_flags': 'compatibleRead', 'incompat_flags': 'incompatible', 'extent_thresh': 'extentThreshold',
    'compress_type': 'compression', 'srcdevid': 'sourceId', 'cont_reading_from_srcdev_mode': 'readMode', 'srcdev_name': 'source',
    'tgtdev_name': 'target', 'pll_ctrl': 'control', 'pll_value': 'value', 'pll_max': 'maximum', 'pll_min': 'minimum',
    'pll_posmult': 'increment', 'pll_negmult': 'decrement', 'pll_clock': 'clock', 'param': 'parameter', 'uvalue': 'value',
    'sec': 'seconds', 'nsec': 'nanoseconds', 'func': 'function', 'chan': 'channel', 'ids_len': 'length',
    'copy': 'copied', 'zeropage': 'done', 'ioctls': 'requests', 'move': 'moved', 'mapped': ('mapped', 'done'), 'updated': 'done',
    'max_rfer': 'maximumReferenced', 'max_excl': 'maximumExclusive',
    # quotas
    'dqb_bhardlimit': 'hardBlocks', 'dqb_bsoftlimit': 'softBlocks', 'dqb_curspace': 'space', 'dqb_ihardlimit': 'hardInodes',
    'dqb_isoftlimit': 'softInodes', 'dqb_curinodes': 'inodes', 'dqb_btime': 'blockTime', 'dqb_itime': 'inodeTime',
    'dqi_bgrace': 'blockGrace', 'dqi_igrace': 'inodeGrace', 'd_fieldmask': 'fields', 'd_blk_hardlimit': 'hardBlocks',
    'd_blk_softlimit': 'softBlocks', 'd_ino_hardlimit': 'hardInodes', 'd_ino_softlimit': 'softInodes', 'd_bcount': 'blocks',
    'd_icount': 'inodes', 'd_itimer': 'inodeTime', 'd_btimer': 'blockTime', 'd_iwarns': 'inodeWarnings',
    'd_bwarns': 'blockWarnings', 'd_rtb_hardlimit': 'hardRealtimeBlocks', 'd_rtb_softlimit': 'softRealtimeBlocks',
    'd_rtbcount': 'realtimeBlocks', 'd_rtbtimer': 'realtimeTime', 'd_rtbwarns': 'realtimeWarnings',
    'qs_uquota': 'userQuota', 'qs_gquota': 'groupQuota', 'qs_pquota': 'projectQuota', 'qs_incoredqs': 'incore',
    'qs_btimelimit': 'blockTimeLimit', 'qs_itimelimit': 'inodeTimeLimit', 'qs_rtbtimelimit': 'realtimeTimeLimit',
    'qs_bwarnlimit': 'blockWarningLimit', 'qs_iwarnlimit': 'inodeWarningLimit', 'qfs_ino': 'inode', 'qfs_nblks': 'blocks',
    'qfs_nextents': 'extents',
    'handle_bytes': 'bytes', 'handle_type': 'type', 'f_handle': 'handle',

    'sigev_signo': 'signal', 'sigev_notify_thread_id': 'threadId',
}


SECCOMP = {'nr': 'call', 'arch': 'architecture', 'instruction_pointer': 'instruction', 'args': 'arguments'}

# Parts of the union of BPF_LINK_CREATE.
LINKS = ('perf_event', 'kprobe_multi', 'uprobe_multi', 'tracing', 'netfilter', 'tcx', 'netkit')


def split(name, value):
    """Members that strace writes as one and the event apart: what an interface is at, its addresses of hardware, and structs
    that a struct begins with."""
    if isinstance(value, Struct) and (name in ('ifr_map', 'range') or (name == 'start' and value.get('srcdevid'))):
        return value.members
    if name in ('ifr_hwaddr', 'arp_ha') and isinstance(value, Struct):
        data = value.get('sa_data').text().replace(':', '')
        return [('type', value.get('sa_family')), ('address', Str(data.encode(), False, False))]
    if name in TERMINAL and isinstance(value, Text):
        names = [Name(part) for part in value.raw.split('|') if part]
        return [(name, Or(names) if names else Num(0, '0'))]
    if name == 'data' and isinstance(value, Struct) and value.get('nr'):
        return [(SECCOMP.get(k, k), v) for k, v in value.members]
    if name in LINKS:
        return [('details', value)]
    return [] if name == 'c_cc' else [(name, value)]


# Sets of which strace writes nothing where a part of them is empty.
TERMINAL = ('c_iflag', 'c_oflag', 'c_cflag', 'c_lflag')


def merged(members):
    """Members that strace writes apart and the event as one: seconds and nanoseconds, major and minor; {val=[...]} as it is."""
    members = [m for name, value in members for m in split(name, value)]
    by_name, out = dict(members), []
    if 'iter_info' in by_name:
        out.append(('details', Struct([m for m in members if str(m[0]).startswith('iter_info')], False)))
        members = [m for m in members if not str(m[0]).startswith('iter_info')]
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

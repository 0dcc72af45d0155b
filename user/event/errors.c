/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/errors.h"

#include <stddef.h>
#include <string.h>

#define INTERRUPTED "Interrupted by a signal; "

static const struct {
	const char *name, *text;
} kernel_errors[] = {
	[0] = { "ERESTARTSYS", INTERRUPTED "restarted, unless a handler without SA_RESTART ran" },
	[1] = { "ERESTARTNOINTR", INTERRUPTED "restarted" },
	[2] = { "ERESTARTNOHAND", INTERRUPTED "restarted, unless a handler ran" },
	[3] = { "ENOIOCTLCMD", "No such ioctl command" },
	[4] = { "ERESTART_RESTARTBLOCK", INTERRUPTED "restarted for the time that is left, unless a handler ran" },
	[5] = { "EPROBE_DEFER", "Driver asks for the probe to be repeated" },
	[6] = { "EOPENSTALE", "Open found a stale dentry" },
	[7] = { "ENOPARAM", "Parameter not supported" },
	[9] = { "EBADHANDLE", "Illegal NFS file handle" },
	[10] = { "ENOTSYNC", "Update synchronization mismatch" },
	[11] = { "EBADCOOKIE", "Cookie is stale" },
	[12] = { "ENOTSUPP", "Operation is not supported" },
	[13] = { "ETOOSMALL", "Buffer or request is too small" },
	[14] = { "ESERVERFAULT", "An untranslatable error occurred" },
	[15] = { "EBADTYPE", "Type not supported by server" },
	[16] = { "EJUKEBOX", "Request initiated, but will not complete before timeout" },
	[17] = { "EIOCBQUEUED", "Request queued, completion event follows" },
	[18] = { "ERECALLCONFLICT", "Conflict with recalled state" },
};

#define KERNEL_FIRST 512
#define KERNEL_COUNT ((int)(sizeof(kernel_errors) / sizeof(kernel_errors[0])))

const char *ht_error_name(int error)
{
	if (error >= KERNEL_FIRST && error < KERNEL_FIRST + KERNEL_COUNT)
		return kernel_errors[error - KERNEL_FIRST].name;
	return error > 0 ? strerrorname_np(error) : NULL;
}

const char *ht_error_text(int error)
{
	const char *text = NULL;

	if (error >= KERNEL_FIRST && error < KERNEL_FIRST + KERNEL_COUNT)
		text = kernel_errors[error - KERNEL_FIRST].text;
	else if (error > 0)
		text = strerrordesc_np(error);
	return text ? text : "Unknown error";
}

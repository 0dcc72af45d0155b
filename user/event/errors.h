/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names of the errors that a call returns in the kernel, 1 to 4095. Those from 512 on (include/linux/errno.h) do not
 * leave it as they are: what a signal interrupted with ERESTARTSYS is begun again, or fails with EINTR, after the record of
 * it was made.
 */
#ifndef HT_EVENT_ERRORS_H
#define HT_EVENT_ERRORS_H

const char *ht_error_name(int error); /* such as "EACCES"; NULL: none */
const char *ht_error_text(int error); /* in English; never NULL */

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* What the forms in which the catalogue is printed share. */
#ifndef HT_CLI_CATALOGUE_H
#define HT_CLI_CATALOGUE_H

#include "base/buffer.h"
#include "hosttrail/catalogue.h"

const char *ht_catalogue_plane(unsigned plane);
const char *ht_catalogue_access(unsigned access);
bool ht_catalogue_sends_messages(const struct ht_call *call);

/*
 * (catalogue_command.c) What a row below a call stands for: "BPF_PROG_LOAD", "AT_REMOVEDIR", "no CLONE_NEW*", "SOL_IP, option
 * IPT_SO_SET_REPLACE", the number if it has no name, "any other"; "RTM_NEWROUTE", "RTM_NEWLINK with NLM_F_CREATE", "wireguard
 * WG_CMD_SET_DEVICE", of a range "NETLINK_AUDIT 1100 to 2999".
 */
void ht_catalogue_command(struct ht_buffer *b, const struct ht_call *call, const struct ht_command *command);
void ht_catalogue_message(struct ht_buffer *b, const struct ht_message *m);

/* Prints a row as a line of JSON, with the numbers of one ABI, or of all (HT_ABI_COUNT). -ENOMEM. */
int ht_catalogue_json(const struct ht_call *call, enum ht_abi abi);

#endif

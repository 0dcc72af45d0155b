#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Netlink messages: every member of every record, and no others; and what real tools send.
. "$SRC/tests/lib.sh"
. "$SRC/tests/capture/support/expect.sh"
[ "$(uname -m)" = x86_64 ] || skip_all "needs x86_64"
cgroup_make

select_data Send GetRoute GetInterface GetNetlinkFamily
record_start --sign ed25519 --selectors "$TMP/selectors"
run_expecting netlink
record_ends
expected "netlink messages"

# ---- real tools -------------------------------------------------------------------------------------------------------

command -v ip >/dev/null && command -v nft >/dev/null || skip "real tools" "needs ip and nft"
ROOT=$TMP/tools
record_start --sign ed25519
# shellcheck disable=SC2016 # for the inner shell
in_cgroup unshare -n sh -ec 'ip link set lo up; ip address add 10.9.0.1/24 dev lo; ip route add 10.10.0.0/16 via 10.9.0.7
	ip route del 10.10.0.0/16; ip rule add from 10.1.0.0/16 table 100
	nft add table inet t; nft add chain inet t c "{ type filter hook input priority 0; }"
	nft add rule inet t c tcp dport 22 drop; nft "add set inet t s { type ipv4_addr; }; add element inet t s { 192.0.2.1 }"
	nft delete rule inet t c handle 2; nft flush ruleset
	ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x100 enc "cbc(aes)" 0x30313233343536373839616263646566 || true' \
	>"$TMP/said" 2>&1 || not_ok "the tools run" "$(cat "$TMP/said")"
record_ends
equals "what the tools did" "ConfigureInterface interface 1
AddAddress interface 1
AddRoute 10.10.0.0/16
DeleteRoute 10.10.0.0/16
AddRoutingRule from 10.1.0.0/16 lookup 100
AddFirewallTable inet/t
AddFirewallChain inet/t/c
AddFirewallRule inet/t/c
AddFirewallSet inet/t/s
DeleteFirewallRule inet/t/c handle 2
DeleteFirewallTable all
AddIpsecAssociation 192.0.2.2 IPPROTO_ESP 0x100" "$(events '.requestParameters.netlink? and (.resources[0].type != "Host::Socket")' -r |
	jq -r '"\(.eventName) \(.resources[0].name)"')"
equals "no key stands there" 0 "$(events '.requestParameters.netlink?' | jq -c .requestParameters | grep -c 3031323334)"
finish

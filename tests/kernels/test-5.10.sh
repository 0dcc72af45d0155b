#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# timeout: 400
. "$SRC/tests/kernels/series.sh"
test_series 5.10

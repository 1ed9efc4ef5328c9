#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: public.sh HEADER...: the functions these headers make public, sorted.

sed '/^#define/d' "$@" | tr '\n' ' ' | grep -o 'ALERTE_API[^(]*(' |
	grep -o 'alerte_[a-z0-9_]*(' | tr -d '(' | LC_ALL=C sort -u

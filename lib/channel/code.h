/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNEL_CODE_H
#define CHANNEL_CODE_H

/* The letters and digits of an alert's code: no 0 O, no 1 I L (L3). */
#define CODE_ALPHABET "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
#define CODE_LENGTH 3

#endif

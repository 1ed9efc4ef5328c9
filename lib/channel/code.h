/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNEL_CODE_H
#define CHANNEL_CODE_H

/*
 * The letters and digits of an alert's code: no 0 O, no 1 I L (L3).  Only a
 * code with a digit can never be taken for a word: three letters that are a
 * common word ("PAS", "YES") are not read as a code, so give none of these.
 */
#define CODE_ALPHABET "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
#define CODE_LENGTH 3

#endif

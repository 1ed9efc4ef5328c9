/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSAGE_NUMBER_H
#define MESSAGE_NUMBER_H

#include <stdbool.h>

/*
 * A number an SMS may be sent to: "+", a country, 7 to 15 digits in all and
 * nothing else; a French one is whole.  False for emergency and help lines,
 * however they are written behind a country code.
 */
bool number_is_plain(const char *number);

#endif

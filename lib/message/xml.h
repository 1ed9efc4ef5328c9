/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSAGE_XML_H
#define MESSAGE_XML_H

#include "port/text.h"

/*
 * XML 1.0 as it is written here: elements, no attribute from outside, no
 * DOCTYPE.  What a document may not hold (section 2.2: control characters,
 * U+FFFE, what is not UTF-8) becomes U+FFFD.
 */

/* The declaration; the document is UTF-8. */
void xml_start(struct text *t);
void xml_text(struct text *t, const char *s);
/* Nothing when the value is NULL or "". */
void xml_element(struct text *t, const char *name, const char *value);

/*
 * A copy in which each byte stays one: what would be escaped or replaced is
 * some other sign instead.  Cut between characters at cap - 1 bytes.
 */
void xml_flatten(const char *s, char *out, size_t cap);

#endif

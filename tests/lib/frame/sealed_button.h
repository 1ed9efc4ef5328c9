/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SEALED_BUTTON_H
#define TESTS_SEALED_BUTTON_H

#include <alerte/sealed.h>

/* Buttons of a known master key; that of button 0 is the specification's. */
void sealed_button_keys(uint32_t n, struct alerte_sealed_keys *keys);
void sealed_button_make(uint32_t n, struct alerte_sealed_frame frame,
			uint8_t payload[ALERTE_SEALED_BYTES]);

#endif

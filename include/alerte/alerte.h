/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERTE_ALERTE_H
#define ALERTE_ALERTE_H

/*
 * libalerte: what a discreet alert button said, and how it becomes help.
 *
 *   error.h     results and their sentences
 *   time.h      instants
 *   frame.h     bytes of an advertisement to gestures (pure)
 *   settings.h  wearers, contacts, endpoints, policies, buttons
 *   enrol.h     enrolling a button by a press of it
 *   consent.h   whether contacts agreed to be told
 *   backup.h    settings for a replacement gateway
 *   host.h      what the engine asks of its host
 *   engine.h    the engine: inputs, step, deadline
 *   paths.h     more than one way for SMS
 *   query.h     what is going on, and what went on
 *   relay.h     where the 114 stands, and by how many ways
 *   timer.h     a timer that opens an alert unless it is renewed
 *   preview.h   every text of an alert before it is one
 *   peer.h      several gateways in one place
 *   heartbeat.h what a gateway says of itself, signed
 *   sealed.h    making sealed frames, for firmware and phones (pure)
 *
 * transport.h (HTTPS) and mail.h belong to a second library,
 * libalerte-transport.
 *
 * A value is an open struct with fixed arrays, filled by the caller or for the
 * caller.  An object is opaque.  Nothing has to be freed but what alerte_open()
 * gave.  Structs that cross the border begin with `size`, set by the caller.
 */
#include <alerte/backup.h>
#include <alerte/consent.h>
#include <alerte/engine.h>
#include <alerte/enrol.h>
#include <alerte/error.h>
#include <alerte/frame.h>
#include <alerte/heartbeat.h>
#include <alerte/host.h>
#include <alerte/paths.h>
#include <alerte/peer.h>
#include <alerte/preview.h>
#include <alerte/query.h>
#include <alerte/relay.h>
#include <alerte/sealed.h>
#include <alerte/settings.h>
#include <alerte/time.h>
#include <alerte/timer.h>

#endif

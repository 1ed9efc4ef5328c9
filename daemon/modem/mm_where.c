/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the modem is, asked for an alert.
 *
 *   locate() -> GetLocation: the cell, at once
 *            -> Setup with GNSS where the modem has it, GetLocation every 10 s
 *               for five minutes, or until nobody asks; GNSS off again
 *
 * Off otherwise: nobody's way through a day is in a modem's memory.  The text
 * of a fix holds no accuracy, so none is told.
 */
#include <math.h>
#include <string.h>

#include "modem/mm.h"

/* MMModemLocationSource */
enum { SOURCE_CELL = 1 << 0, SOURCE_GNSS = 1 << 1 };

#define HOUR_MS 3600000LL
#define DAY_MS (24 * HOUR_MS)

/* "134502.00", UTC: of the last such hour, or a clock apart by an hour. */
static int64_t wall_of(const char *utc, int64_t now_ms)
{
	int64_t at = 0, day = now_ms - now_ms % DAY_MS;

	for (int i = 0; i < 6; i++) {
		if (utc[i] < '0' || utc[i] > '9')
			return now_ms;
		at = at * 10 + (utc[i] - '0');
	}

	at = day + (at / 10000 * 3600 + at / 100 % 100 * 60 + at % 100) * 1000;
	if (at - now_ms > HOUR_MS)
		return at - DAY_MS;
	return now_ms - at > DAY_MS - HOUR_MS ? at + DAY_MS : at;
}

static int read_double(sd_bus_message *m, double *out)
{
	const char *contents;
	char type;
	int r = sd_bus_message_peek_type(m, &type, &contents);

	if (r < 0 || type != 'v' || strcmp(contents, "d"))
		return sd_bus_message_skip(m, "v");
	return sd_bus_message_read(m, "v", "d", out);
}

static int read_time(sd_bus_message *m, int64_t now_ms, int64_t *out)
{
	const char *contents, *utc;
	char type;
	int r = sd_bus_message_peek_type(m, &type, &contents);

	if (r < 0 || type != 'v' || strcmp(contents, "s"))
		return sd_bus_message_skip(m, "v");
	r = sd_bus_message_read(m, "v", "s", &utc);
	if (r >= 0)
		*out = wall_of(utc, now_ms);
	return r;
}

static bool degrees(double value, double most, int32_t *out)
{
	if (!(value >= -most && value <= most))
		return false;
	*out = (int32_t)(value * 1e7 + (value < 0 ? -0.5 : 0.5));
	return true;
}

/* v holding a{sv}; true when it holds a place on earth. */
static bool read_fix(sd_bus_message *m, int64_t now_ms,
		     struct alerte_position *out)
{
	struct alerte_position p = { .size = sizeof(p), .wall_ms = now_ms,
				     .method = ALERTE_POSITION_GNSS };
	double latitude = NAN, longitude = NAN;
	const char *key;
	int r;

	if (sd_bus_message_enter_container(m, 'v', "a{sv}") <= 0 ||
	    sd_bus_message_enter_container(m, 'a', "{sv}") < 0)
		return false;
	while ((r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
		r = sd_bus_message_read(m, "s", &key);
		if (r < 0)
			return false;
		if (!strcmp(key, "latitude"))
			r = read_double(m, &latitude);
		else if (!strcmp(key, "longitude"))
			r = read_double(m, &longitude);
		else if (!strcmp(key, "utc-time"))
			r = read_time(m, now_ms, &p.wall_ms);
		else
			r = sd_bus_message_skip(m, "v");
		if (r < 0 || sd_bus_message_exit_container(m) < 0)
			return false;
	}
	if (r < 0 || sd_bus_message_exit_container(m) < 0 ||
	    sd_bus_message_exit_container(m) < 0 ||
	    !degrees(latitude, 90, &p.latitude_e7) ||
	    !degrees(longitude, 180, &p.longitude_e7))
		return false;

	*out = p;
	return true;
}

bool mm_where_read(sd_bus_message *m, int64_t now_ms, char cell[MM_CELL_MAX],
		   struct alerte_position *fix)
{
	bool found = false;
	uint32_t source;

	cell[0] = '\0';
	if (sd_bus_message_enter_container(m, 'a', "{uv}") < 0)
		return false;
	while (sd_bus_message_enter_container(m, 'e', "uv") > 0) {
		const char *contents, *text = NULL;
		char type;

		if (sd_bus_message_read(m, "u", &source) < 0 ||
		    sd_bus_message_peek_type(m, &type, &contents) < 0)
			return found;
		if (source == SOURCE_GNSS && !strcmp(contents, "a{sv}"))
			found = read_fix(m, now_ms, fix);
		else if (source == SOURCE_CELL && !strcmp(contents, "s") &&
			 sd_bus_message_read(m, "v", "s", &text) >= 0 &&
			 strlen(text) < MM_CELL_MAX &&
			 strspn(text, "0123456789ABCDEFabcdef,") ==
				 strlen(text))
			strcpy(cell, text);
		else if (!text && sd_bus_message_skip(m, "v") < 0)
			return found;
		if (sd_bus_message_exit_container(m) < 0)
			return found;
	}

	return found;
}

/* ------------------------------------------------------------- asking */

static void answered(struct mm *mm, sd_bus_message *reply, const char *path,
		     int64_t id)
{
	const struct modem_events *to = &mm->events;
	const sd_bus_error *e = sd_bus_message_get_error(reply);
	struct alerte_position fix;
	char cell[MM_CELL_MAX];
	bool found;

	(void)id;
	if (e) {
		mm_denied_softly(&mm->where.denied, e, MM_ACTION_LOCATION);
		return;
	}
	if (strcmp(path, mm->modem.path))
		return;

	found = mm_where_read(reply, mm_wall_ms(), cell, &fix);
	for (size_t i = 0; i < mm->where.n; i++) {
		if (cell[0] && to->cell)
			to->cell(to->context, mm->where.alert[i], cell);
		if (found && to->position)
			to->position(to->context, mm->where.alert[i], &fix);
	}
	explicit_bzero(&fix, sizeof(fix));
	explicit_bzero(cell, sizeof(cell));
}

static void look(struct mm *mm)
{
	sd_bus_message *m = mm_method(mm, mm->modem.path, MM_LOCATION,
				      "GetLocation");

	if (m)
		mm_call(mm, m, MM_CALL_TIMEOUT_MS, answered, mm->modem.path, 0);
	sd_bus_message_unref(m);
}

static void set_up(struct mm *mm, sd_bus_message *reply, const char *path,
		   int64_t id)
{
	(void)path;
	(void)id;
	mm_denied_softly(&mm->where.denied, sd_bus_message_get_error(reply),
			 MM_ACTION_CONTROL);
}

static void gnss(struct mm *mm, bool on)
{
	sd_bus_message *m;

	if (mm->where.gnss == on || !(mm->modem.sources & SOURCE_GNSS))
		return;

	m = mm_method(mm, mm->modem.path, MM_LOCATION, "Setup");
	if (m && sd_bus_message_append(m, "ub", on ? SOURCE_CELL | SOURCE_GNSS
						   : SOURCE_CELL, 0) >= 0 &&
	    mm_call(mm, m, MM_CALL_TIMEOUT_MS, set_up, mm->modem.path, 0) >= 0)
		mm->where.gnss = on;
	sd_bus_message_unref(m);
}

static int on_again(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct mm *mm = userdata;

	(void)source;
	(void)usec;
	if (mm_now_ms() >= mm->where.until_ms) {
		gnss(mm, false);
		mm->where.n = 0;
		mm_timer(mm, &mm->where.timer, -1, NULL);
		return 0;
	}

	mm_timer(mm, &mm->where.timer, mm->where.every_ms, on_again);
	mm_where_ready(mm);
	return 0;
}

void mm_where_ready(struct mm *mm)
{
	if (!mm->where.n || !mm_ready(mm) || !mm->modem.location)
		return;
	gnss(mm, true);
	look(mm);
}

void mm_where_locate(struct mm *mm, int64_t alert)
{
	size_t i;

	for (i = 0; i < mm->where.n && mm->where.alert[i] != alert; i++)
		;
	if (i == MM_WHERE_MAX)
		return;
	if (i == mm->where.n)
		mm->where.alert[mm->where.n++] = alert;

	mm->where.until_ms = mm_now_ms() + mm->where.for_ms;
	mm_timer(mm, &mm->where.timer, 0, on_again);
}

void mm_where_lost(struct mm *mm)
{
	mm->where.gnss = false;
}

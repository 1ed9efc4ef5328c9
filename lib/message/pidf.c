/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two tuples: "position" has what was measured, "place" (or "home", where the
 * receiver moves) the address.  An address is one line as a person wrote it
 * and stands in LOC as one line: what is its street and what its town would be
 * a guess.
 */
#include "message/pidf.h"

#include "message/civil.h"
#include "message/xml.h"

#define NS "urn:ietf:params:xml:ns:"
#define WGS84 "urn:ogc:def:crs:EPSG::4326"
#define METRE "urn:ogc:def:uom:EPSG::9001"

/* Words of the registry of RFC 4119 section 6.1; NULL: not known. */
static const char *method_of(enum alerte_position_method method)
{
	switch (method) {
	case ALERTE_POSITION_UNKNOWN:
		return NULL;
	case ALERTE_POSITION_GNSS:
		return "GPS";
	case ALERTE_POSITION_WIFI:
		return "802.11";
	case ALERTE_POSITION_CELL:
		return "Cell";
	}
	return NULL;
}

static void add_pos(struct text *t, const struct alerte_position *p)
{
	text_add(t, "<gml:pos>");
	payload_degrees(t, p->latitude_e7);
	text_add(t, " ");
	payload_degrees(t, p->longitude_e7);
	text_add(t, "</gml:pos>");
}

/* A circle without its radius would be one of no metre. */
static void add_shape(struct text *t, const struct alerte_position *p)
{
	const char *shape = p->accuracy_m ? "gs:Circle" : "gml:Point";

	text_addf(t, "<%s srsName=\"" WGS84 "\">", shape);
	add_pos(t, p);
	if (p->accuracy_m)
		text_addf(t, "<gs:radius uom=\"" METRE "\">%lu</gs:radius>",
			  (unsigned long)p->accuracy_m);
	text_addf(t, "</%s>\n", shape);
	if (p->confidence_percent)
		text_addf(t, "<con:confidence>%lu</con:confidence>\n",
			  (unsigned long)p->confidence_percent);
}

static void open_tuple(struct text *t, const char *id)
{
	text_addf(t, "<tuple id=\"%s\"><status><gp:geopriv>"
		  "<gp:location-info>\n", id);
}

static void close_tuple(struct text *t, const char *method, int64_t wall_ms,
			int32_t utc_offset_s)
{
	char iso[CIVIL_ISO_MAX];

	civil_iso(wall_ms, utc_offset_s, iso, sizeof(iso));
	text_add(t, "</gp:location-info>\n<gp:usage-rules/>\n");
	xml_element(t, "gp:method", method);
	text_add(t, "</gp:geopriv></status>\n");
	xml_element(t, "timestamp", iso);
	text_add(t, "</tuple>\n");
}

static void add_position(struct text *t, const struct words_facts *f)
{
	const struct alerte_position *p = f->position;

	if (!p)
		return;
	open_tuple(t, "position");
	add_shape(t, p);
	close_tuple(t, method_of(p->method), p->wall_ms, f->now.utc_offset_s);
}

static bool has_place(const struct words_facts *f)
{
	return f->wearer && f->wearer->place[0];
}

static void add_place(struct text *t, const struct words_facts *f)
{
	if (!has_place(f))
		return;
	open_tuple(t, f->moving ? "home" : "place");
	text_addf(t, "<ca:civicAddress xml:lang=\"%s\">",
		  alerte_lang_name(f->lang));
	xml_element(t, "ca:LOC", f->wearer->place);
	text_add(t, "</ca:civicAddress>\n");
	close_tuple(t, "Manual", f->now.wall_ms, f->now.utc_offset_s);
}

int pidf_compose(const struct words_facts *f, const char *site, char *out,
		 size_t cap)
{
	struct text t;

	text_start(&t, out, cap);
	if (!f->position && !has_place(f))
		return 0;
	xml_start(&t);
	text_addf(&t,
		  "<presence xmlns=\"" NS "pidf\"\n"
		  " xmlns:gp=\"" NS "pidf:geopriv10\"\n"
		  " xmlns:ca=\"" NS "pidf:geopriv10:civicAddr\"\n"
		  " xmlns:con=\"" NS "geopriv:conf\"\n"
		  " xmlns:gml=\"http://www.opengis.net/gml\"\n"
		  " xmlns:gs=\"http://www.opengis.net/pidflo/1.0\"\n"
		  " entity=\"pres:%s@alerte.invalid\">\n", site);
	add_position(&t, f);
	add_place(&t, f);
	text_add(&t, "</presence>\n");
	if (t.cut) {
		out[0] = '\0';
		return ALERTE_ELIMIT;
	}
	return (int)t.len;
}

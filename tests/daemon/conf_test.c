/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "scratch.h"

static int check(const struct scratch *s, const char *text, char **said)
{
	char path[PATH_MAX];
	const char *argv[] = { "--check", "--config",
			       scratch_path(s, "conf", path), NULL };
	int code;

	scratch_write(s, "conf", text);
	scratch_write(s, "err", "");
	code = alerted_run(s, argv);
	*said = scratch_read(s, "err");
	return code;
}

static const struct {
	const char *text, *says;
} bad[] = {
	/* truncated */
	{ "modem {\n\tdriver = none\n", "conf:1: the file ends inside" },
	{ "modem {\n\tdriver = \"no", "conf:2: the string that starts" },
	{ "modem {\n}\nradio", "conf:3: the file ends in the middle" },
	{ "modem {\n\tdriver =", "conf:2: driver has no value" },
	/* unknown key, unknown section */
	{ "radio {\n\tfyle = \"x\"\n}\n", "conf:2: no such option 'fyle'" },
	{ "readio {\n}\n", "conf:1: no such option 'readio'" },
	/* a key, a section twice */
	{ "log {\n\tlevel = info\n\tlevel = debug\n}\n",
	  "conf:3: level is given twice, first on line 2" },
	{ "log {\n}\nlog {\n}\n", "conf:3: section log is given twice" },
	/* bytes */
	{ "# ok\nplace {\n\tsite = \"caf\xe9\"\n}\n",
	  "conf:3: bytes that are not UTF-8" },
	{ "place {\n\tsite = \"\xc0\x80\"\n}\n",
	  "conf:2: bytes that are not UTF-8" },
	{ "place {\n\tsite = \"\\xe9\"\n}\n", "conf:2: site is not" },
	{ "place {\n\tmoving = perhaps\n}\n", "conf:2: " },
	/* the environment */
	{ "radio {\n\tfile = \"${HOME}/f\"\n}\n", "conf:2: ${ would be" },
	{ "radio {\n\tfile = ${HOME}\n}\n", "conf:2: ${ would be" },
	/* values */
	{ "relay {\n\tnumber = \"allo\"\n}\n", "conf:2: no number of a" },
	{ "relay {\n\tnumber = \"17\"\n}\n", "conf:2: no number of a" },
	{ "radio {\n\tdriver = owl\n}\n", "conf:2: driver is none of: auto" },
	{ "radio {\n\tdriver = replay\n}\n", "conf:2: replay needs a file" },
	{ "radio {\n\tadapter = \"a name that is too long\"\n}\n",
	  "conf:2: adapter is too long; at most 15 bytes" },
	{ "radio {\n\tcanary = \"AA:BB:CC\"\n}\n",
	  "conf:2: canary is no address" },
	{ "radio {\n\tcanary_minutes = 0\n}\n",
	  "conf:2: canary_minutes is not between 1 and 1440" },
	{ "radio {\n\tcanary_minutes = 1441\n}\n",
	  "conf:2: canary_minutes is not between 1 and 1440" },
	{ "radio {\n\tcanary_minutes = five\n}\n", "conf:2: invalid integer" },
	{ "radio {\n\tconfirm = song\n}\n", "conf:2: confirm is none of: none" },
	{ "modem {\n\tdriver = pigeon\n}\n", "conf:2: driver is none of" },
	{ "modem {\n\tdriver = spool\n}\n", "conf:2: spool needs a folder" },
	{ "modem {\n\tsim_expires = \"2027-02-30\"\n}\n",
	  "conf:2: sim_expires is no day" },
	{ "path \"two\" {\n\tdriver = http\n"
	  "\turl = \"http://gateway.example/\"\n}\n",
	  "conf:3: this gateway cannot be used: its url is http:// and not" },
	{ "path \"two\" {\n\tdriver = http\n\turl = \"https://x/\"\n"
	  "\trequest = \"GET ?n=%n\"\n}\n",
	  "conf:3: this gateway cannot be used: it lacks the number" },
	{ "path \"two\" {\n\tdriver = http\n\turl = \"https://x/\"\n}\n",
	  "conf:3: this gateway cannot be used: kannel needs a user" },
	{ "path \"two\" {\n\tdriver = pigeon\n}\n",
	  "conf:2: driver is none of: modemmanager" },
	{ "path \"two\" {\n\tsim_expires = \"2027-13-01\"\n}\n",
	  "conf:2: sim_expires is no day" },
	{ "path \"a b\" {\n\tdriver = none\n}\n",
	  "conf:1: the name of this path is not 1 to 31" },
	{ "path \"modem\" {\n\tdriver = none\n}\n", "conf:1: the name of" },
	{ "path \"two\" {\n\tdriver = none\n}\npath \"two\" {\n}\n",
	  "conf:4: section path \"two\" is given twice" },
	{ "path \"two\" {\n\tpin_credential = \"pin\"\n}\n",
	  "conf:1: this is the modem of modem; name another device" },
	{ "modem {\n\tdriver = spool\n\tspool = \"/s\"\n}\n"
	  "path \"two\" {\n\tdriver = spool\n\tspool = \"/s\"\n}\n",
	  "conf:7: this folder is that of modem" },
	{ "path \"a\" {\n\tdriver = none\n}\npath \"b\" {\n\tdriver = none\n"
	  "}\npath \"c\" {\n\tdriver = none\n}\npath \"d\" {\n\tdriver = "
	  "none\n}\npath \"e\" {\n\tdriver = none\n}\npath \"f\" {\n}\n",
	  "conf:16: too many paths; at most 5 beside the modem" },
	/* what the driver does not read */
	{ "modem {\n\tdriver = ofono\n\tpin_credential = \"pin\"\n}\n",
	  "conf:3: pin_credential is read by modemmanager only" },
	{ "modem {\n\tdriver = ofono\n\tspool = \"/s\"\n}\n",
	  "conf:3: spool is read by spool only" },
	{ "modem {\n\tsender = \"me\"\n}\n",
	  "conf:2: sender is read by http only, so it would do nothing with "
	  "driver = modemmanager; remove it" },
	{ "path \"two\" {\n\tdriver = ofono\n\turl = \"https://x/\"\n}\n",
	  "conf:3: url is read by http only" },
	{ "path \"two\" {\n\tdriver = spool\n\tspool = \"/s\"\n"
	  "\trequest = \"kannel\"\n}\n",
	  "conf:4: request is read by http only" },
	{ "modem {\n\tdriver = http\n\turl = \"https://x/\"\n"
	  "\tdevice = \"d\"\n}\n",
	  "conf:4: device is read by modemmanager ofono only" },
	{ "mail {\n\tserver = \"http://mail.example.org\"\n"
	  "\tfrom = \"a@example.org\"\n}\n", "conf:2: server is none of" },
	{ "mail {\n\tserver = \"smtps://u@mail.example.org\"\n"
	  "\tfrom = \"a@example.org\"\n}\n", "conf:2: server is none of" },
	{ "mail {\n\tserver = \"smtps://mail.example.org\"\n}\n",
	  "conf:1: from is no plain address" },
	{ "mail {\n\tfrom = \"a@example.org\"\n}\n",
	  "conf:1: server is none of" },
	{ "mail {\n\tserver = \"smtps://mail.example.org\"\n"
	  "\tfrom = \"a@example.org\"\n\tpin = {\"x\"}\n}\n",
	  "conf:4: pin is not sha256//" },
	{ "mail {\n\tserver = \"smtps://mail.example.org\"\n"
	  "\tfrom = \"a@example.org\"\n\tuser = \"a\"\n}\n",
	  "conf:4: user stands alone" },
	{ "mail {\n\tserver = \"smtps://mail.example.org\"\n"
	  "\tfrom = \"a@example.org\"\n\tca_file = \"ca.pem\"\n}\n",
	  "conf:4: ca_file is not a whole path" },
	{ "selftest {\n\tnumber = \"17\"\n}\n", "conf:2: number can take no" },
	{ "selftest {\n\tnumber = \"114\"\n}\n", "conf:2: number can take no" },
	{ "selftest {\n\tevery_hours = 0\n}\n", "conf:2: every_hours is not" },
	{ "selftest {\n\tevery_hours = 745\n}\n", "conf:2: every_hours is not" },
	{ "control {\n\tsocket = perhaps\n}\n", "conf:2: invalid boolean" },
	{ "place {\n\trank = 16\n}\n", "conf:2: rank is not between 0 and 15" },
	{ "place {\n\trank = -1\n}\n", "conf:2: rank is not between 0 and" },
	{ "heartbeat {\n\tevery = 9\n}\n", "conf:2: every is none of 10" },
	{ "heartbeat {\n\tevery = 3601\n}\n", "conf:2: every is none of" },
	{ "heartbeat {\n\tevery = -60\n}\n", "conf:2: every is none of" },
	{ "heartbeat {\n\tevery = often\n}\n", "conf:2: invalid integer" },
	{ "log {\n\tlevel += info\n}\n", "conf:2: a word that is followed by neither" },
};

static void a_bad_setting_is_refused_with_its_line(void **state)
{
	struct scratch *s = *state;
	char *said;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(check(s, bad[i].text, &said), 78);
		if (!strstr(said, bad[i].says))
			fail_msg("\"%s\" is not in: %s", bad[i].says, said);
		free(said);
	}
}

static void good_settings_pass_in_silence(void **state)
{
	struct scratch *s = *state;
	char *said;

	assert_int_equal(check(s, "# nothing but defaults\n", &said), 0);
	assert_string_equal(said, "");
	free(said);

	assert_int_equal(check(s, "place {\n\tsite = 'a ${b}, é'\n"
			       "\tmoving = yes\n}\n"
			       "relay { number = \"+33639980114\" }\n"
			       "heartbeat { every = 0 }\n"
			       "mail {\n\tserver = "
			       "\"smtp://mail.example.org\"\n"
			       "\tfrom = \"a@example.org\"\n"
			       "\tuser = \"a\"\n"
			       "\tpassword_credential = \"mail\"\n}\n",
			       &said),
			 0);
	assert_string_equal(said, "");
	free(said);

	assert_int_equal(check(s, "modem {\n\tdriver = http\n"
			       "\turl = \"https://gateway.example/send\"\n"
			       "\trequest = \"POST application/json "
			       "{\\\"to\\\":\\\"%n\\\","
			       "\\\"text\\\":\\\"%t\\\"}\"\n"
			       "\tpassword_credential = \"token\"\n}\n"
			       "path \"two\" {\n\tsender = \"\"\n}\n"
			       "path \"off\" {\n\tdriver = none\n"
			       "\tsender = \"me\"\n}\n",
			       &said), 0);
	assert_string_equal(said, "");
	free(said);

	assert_int_equal(check(s, "modem {\n\tdevice = \"\"\n}\n"
			       "path \"sim-2\" {\n"
			       "\tdevice = \"356938035643809\"\n"
			       "\tpin_credential = \"pin-2\"\n"
			       "\tsim_expires = \"2027-03-31\"\n}\n"
			       "path \"folder\" {\n\tdriver = spool\n"
			       "\tspool = \"/s\"\n}\n", &said), 0);
	assert_string_equal(said, "");
	free(said);

	assert_int_equal(check(s, "radio {\n\tdriver = bluez\n"
			       "\tadapter = hci1\n"
			       "\tcanary = \"c0:FF:ee:00:00:01\"\n"
			       "\tcanary_minutes = 1440\n"
			       "\tconfirm = light\n}\n", &said), 0);
	assert_string_equal(said, "");
	free(said);
}

/* L3: a text that asks for an answer would ask in vain. */
static void ways_that_take_no_answer_in_are_warned_of(void **state)
{
	struct scratch *s = *state;
	char *said;

	assert_int_equal(check(s, "modem {\n\tdriver = http\n"
			       "\turl = \"https://gateway.example/send\"\n"
			       "\trequest = \"GET ?to=%n&text=%t\"\n}\n",
			       &said), 0);
	assert_non_null(strstr(said, "conf: warning: no way for SMS takes "
			       "answers in"));
	free(said);

	assert_int_equal(check(s, "modem {\n\tdriver = none\n}\n", &said), 0);
	assert_string_equal(said, "");
	free(said);
}

static void a_missing_file_is_said_with_what_to_do(void **state)
{
	struct scratch *s = *state;
	const char *argv[] = { "--check", "--config", "/nowhere/conf", NULL };
	char *said;

	assert_int_equal(alerted_run(s, argv), 78);
	said = scratch_read(s, "err");
	assert_non_null(strstr(said, "/nowhere/conf: No such file"));
	assert_non_null(strstr(said, "--config"));
	free(said);
}

/* --------------------------------------------------------- site files */

#define CONTACT "contact \"c\" {\n\tname = \"C\"\n" \
	"\tnumber = \"+33639980001\"\n}\n"

#define WEARER CONTACT "wearer \"w\" {\n\tcontact = {\"c\"}\n}\n"
#define KEY64 "000102030405060708090a0b0c0d0e0f" \
	"101112131415161718191a1b1c1d1e1f"
#define BEACON "service-data:8800:80/80"

static const struct {
	const char *text, *says;
} bad_site[] = {
	{ "contact \"c\" {\n\tnumber = \"12 rue\"\n}\n",
	  "site:2: number is no phone number" },
	{ "contact \"c\" {\n\tnumber = \"112\"\n}\n",
	  "site:2: number is no phone number" },
	{ CONTACT CONTACT, "site:5: section contact \"c\" is given twice" },
	{ "contact \"c\" {\n\tname = \"a\"\n\tname = \"b\"\n}\n",
	  "site:3: name is given twice, first on line 2" },
	{ "contact \"c\" {\n\tnom = \"a\"\n}\n", "site:2: no such option" },
	{ "contact \"c\" {\n", "site:1: the file ends inside" },
	{ "contact \"C c\" {\n}\n", "site:1: the name of this contact" },
	{ "contact \"c\" {\n\tname = \"${HOME}\"\n}\n", "site:2: ${" },
	{ "contact \"c\" {\n\tname = \"\xff\"\n}\n", "site:2: bytes" },
	{ "contact \"c\" {\n\tname = \"c\"\n}\n", "site:1: this contact has" },
	{ "contact \"c\" {\n\tendpoint = \"e\"\n}\n",
	  "site:2: no endpoint e in this file" },
	{ "endpoint \"e\" {\n\turl = \"http://x/\"\n}\n",
	  "site:2: url does not begin with https://" },
	{ "endpoint \"e\" {\n\turl = \"https://u:p@x/\"\n}\n",
	  "site:2: url is not https://HOST:PORT/PATH" },
	{ "endpoint \"e\" {\n\turl = \"https://x/?k=1\"\n}\n",
	  "site:2: url is not https://HOST:PORT/PATH" },
	{ "endpoint \"e\" {\n\turl = \"https://x:99999/\"\n}\n",
	  "site:2: url is not https://HOST:PORT/PATH" },
	{ "endpoint \"e\" {\n\turl = \"https://:443/\"\n}\n",
	  "site:2: url is not https://HOST:PORT/PATH" },
	{ "endpoint \"e\" {\n\turl = \"https://x/\"\n"
	  "\tpin = {\"sha256//abc=\"}\n}\n", "site:3: pin is not sha256//" },
	{ "endpoint \"e\" {\n\turl = \"https://x/\"\n\tca_file = ca\n}\n",
	  "site:3: ca_file is not a whole path" },
	{ "endpoint \"e\" {\n\turl = \"https://x/\"\n\tshape = morse\n}\n",
	  "site:3: shape is none of: json cap scaip" },
	{ "endpoint \"e\" {\n\turl = \"https://x/\"\n\tshape = scaip\n}\n",
	  "site:3: shape scaip needs a station" },
	{ "endpoint \"e\" {\n\turl = \"https://x/\"\n\tshape = scaip\n"
	  "\tstation = \"a b\"\n}\n", "site:4: station is letters" },
	{ CONTACT "policy \"p\" {\n\tstep {\n\t\tto = {\"d:sms\"}\n\t}\n}\n",
	  "site:7: no contact d in this file" },
	{ CONTACT "policy \"p\" {\n\tstep {\n\t\tto = {\"c:https\"}\n\t}\n}\n",
	  "site:7: contact c has no endpoint" },
	{ CONTACT "policy \"p\" {\n\tstep {\n\t\tafter = 601\n"
	  "\t\tto = {\"c:sms\"}\n\t}\n}\n", "site:7: after is not between" },
	{ CONTACT "policy \"p\" {\n\tstep {\n\t\tto = {\"relay114\"}\n\t}\n"
	  "}\n", "site:5: this policy ends without reaching a person" },
	{ CONTACT "policy \"p\" {\n}\n", "site:5: this policy ends without" },
	{ "button \"b\" {\n\taddress = \"xx\"\n}\n",
	  "site:2: address is no address" },
	{ "button \"b\" {\n\taddress = \"54:48:E6:8F:80:A5\"\n"
	  "\tkey = \"001122\"\n}\n", "site:3: key is not 24, 32, 64" },
	{ "button \"b\" {\n\taddress = \"00:00:00:00:00:00\"\n}\n",
	  "site:2: address is no address" },
	{ "button \"b\" {\n\twearer = \"w\"\n}\n",
	  "site:1: nothing tells this button from others" },
	{ "button \"b\" {\n\tkey = \"00112233445566778899aabbccddeeff\"\n"
	  "}\n", "site:1: nothing tells this button from others" },
	{ "button \"b\" {\n\taddress = \"54:48:E6:8F:80:A5\"\n\tkey = \""
	  KEY64 "\"\n}\n", "site:2: a sealed button changes its address" },
	{ "button \"b\" {\n\ttrigger = \"ibeacon:zz:1:2\"\n}\n",
	  "site:2: trigger is no rule of a beacon" },
	{ "button \"b\" {\n\ttrigger = \"" BEACON "\"\n"
	  "\tkey = kept\n}\n", "site:3: a beacon has no key" },
	{ "button \"b\" {\n\ttrigger = \"" BEACON "\"\n"
	  "\tformat = ela\n}\n", "site:3: trigger says what the beacon" },
	{ "button \"b\" {\n\taddress = \"54:48:E6:8F:80:A5\"\n"
	  "\tformat = itag\n\tkey = kept\n}\n",
	  "site:4: a button of this format has no key" },
	{ WEARER "button \"a\" {\n\twearer = w\n\tkey = \"" KEY64 "\"\n}\n"
	  "button \"b\" {\n\twearer = w\n\tkey = \"" KEY64 "\"\n}\n",
	  "site:14: key is that of button a" },
	{ WEARER "button \"a\" {\n\twearer = w\n\ttrigger = \"" BEACON "\"\n}\n"
	  "button \"b\" {\n\twearer = w\n\ttrigger = \"" BEACON
	  ",hold=10000\"\n}\n", "site:14: trigger is that of button a" },
	{ "button \"b\" {\n\taddress = \"54:48:E6:8F:80:A5\"\n"
	  "\twearer = \"w\"\n}\n", "site:3: no wearer w in this file" },
	{ "button \"b\" {\n\taddress = \"54:48:E6:8F:80:A5\"\n"
	  "\trule = {\"1:clap=p\"}\n}\n", "site:3: rule has an entry" },
};

static void a_bad_site_file_is_refused_with_its_line(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX], *said;
	const char *argv[] = { "--check-site", scratch_path(s, "site", path),
			       NULL };
	size_t i;

	for (i = 0; i < sizeof(bad_site) / sizeof(*bad_site); i++) {
		scratch_write(s, "site", bad_site[i].text);
		scratch_write(s, "err", "");
		assert_int_equal(alerted_run(s, argv), 65);
		said = scratch_read(s, "err");
		if (!strstr(said, bad_site[i].says))
			fail_msg("\"%s\" is not in: %s", bad_site[i].says,
				 said);
		free(said);
	}
}

static void an_address_of_a_server_has_several_forms(void **state)
{
	static const char *const good[] = {
		"https://x", "https://alerte.example/a/b", "https://x:8443/",
		"https://[2001:db8::1]:443/a", "https://127.0.0.1:9/%20a"
	};
	struct scratch *s = *state;
	char path[PATH_MAX], text[256];
	const char *argv[] = { "--check-site", scratch_path(s, "site", path),
			       NULL };
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(*good); i++) {
		snprintf(text, sizeof(text), "endpoint \"e\" {\n\turl = "
			 "\"%s\"\n}\n", good[i]);
		scratch_write(s, "site", text);
		assert_int_equal(alerted_run(s, argv), 0);
	}
}

static void a_refused_site_file_shows_no_secret(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX], *said;
	const char *argv[] = { "--check-site", scratch_path(s, "site", path),
			       NULL };

	scratch_write(s, "site", "wearer \"w\" {\n\tcancel_code \"s3cret\"\n}\n"
		      "button \"b\" {\n\tkey = \"s3cret\"\n}\n");
	assert_int_equal(alerted_run(s, argv), 65);
	scratch_write(s, "site", "wearer \"w\" {\n\tcancel_code = s3cret s3cret"
		      "\n}\nbutton \"b\" {\n\tkey = \"s3cret\"\n}\n");
	assert_int_equal(alerted_run(s, argv), 65);
	said = scratch_read(s, "err");
	assert_non_null(strstr(said, "site:2:"));
	assert_null(strstr(said, "s3cret"));
	free(said);
}

/* ------------------------------------------------------------- safety */

static void a_test_that_could_reach_beyond_its_folder_is_seen(void **state)
{
	struct scratch *s = *state;
	char conf[2 * PATH_MAX];

	snprintf(conf, sizeof(conf), "modem { spool = \"%s/spool\" }\n"
		 "relay { number = \"+33639980114\" }\n", s->dir);
	assert_true(scratch_is_safe(s, conf));
	assert_false(scratch_is_safe(s, "relay { number = \"114\" }\n"));
	assert_false(scratch_is_safe(s, ""));
	assert_false(scratch_is_safe(s, "modem { spool = \"/var/spool\" }\n"
				     "relay { number = \"+33639980114\" }\n"));

	setenv("DBUS_SYSTEM_BUS_ADDRESS",
	       "unix:path=/run/dbus/system_bus_socket", 1);
	assert_false(scratch_is_safe(s, conf));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, scratch_setup, \
						scratch_teardown)
	const struct CMUnitTest tests[] = {
		T(a_bad_setting_is_refused_with_its_line),
		T(good_settings_pass_in_silence),
		T(ways_that_take_no_answer_in_are_warned_of),
		T(a_missing_file_is_said_with_what_to_do),
		T(a_bad_site_file_is_refused_with_its_line),
		T(an_address_of_a_server_has_several_forms),
		T(a_refused_site_file_shows_no_secret),
		T(a_test_that_could_reach_beyond_its_folder_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The English texts, under the same rules as the French ones.  The numbers
 * remain those of France.
 */
#include "message/language.h"

#define NO_PRESS "FAULT, nobody pressed. The box[ at {site}] "
#define BACK "FAULT OVER. The box[ at {site}] "
#define ON_IT "[ If you are taking care of it, reply OK {ok}]"
#define MAY_TELL_YOU \
	" would like to be able to reach you by SMS if need be. Agreed? " \
	"Reply YES. To receive nothing, reply STOP."
#define DO_NOT_CALL "[, {area}]. [{also}. ]Do not call her."

static const char *const months[12] = {
	"Jan", "Feb", "Mar", "Apr", "May", "Jun",
	"Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
};

static const struct fault_words faults[] = {
	{ "radio",
	  NO_PRESS "has not heard the buttons since {since}.",
	  BACK "hears the buttons again {now_at}." },
	{ "modem",
	  NO_PRESS "has had no modem since {since}: no SMS.",
	  BACK "has its modem again {now_at}." },
	{ "modem-registration",
	  NO_PRESS "has had no mobile network since {since}: no SMS.",
	  BACK "has the mobile network again {now_at}." },
	{ "path",
	  NO_PRESS "has lost one of its ways for SMS since {since}. SMS leave "
		   "by another.",
	  BACK "has all its ways for SMS again {now_at}." },
	{ "sim",
	  NO_PRESS "has had no usable SIM card since {since}: no SMS.",
	  BACK "has its SIM card again {now_at}." },
	{ "modem-roaming",
	  NO_PRESS "has been on a foreign mobile network since {since}: the "
		   "114 may be out of reach.",
	  BACK "is on a network of its country again {now_at}." },
	{ "endpoint",
	  NO_PRESS "has not reached the server since {since}.",
	  BACK "reaches the server again {now_at}." },
	{ "mail",
	  NO_PRESS "has sent no e-mail since {since}.",
	  BACK "sends e-mail again {now_at}." },
	{ "clock",
	  NO_PRESS "has not been sure of the time since {since}.",
	  BACK "is sure of the time again {now_at}." },
	{ "store",
	  NO_PRESS "has been unable to write to its disk since {since}. It "
		   "goes on in memory: do not unplug it.",
	  BACK "writes to its disk again {now_at}." },
	{ "button-unreadable",
	  "FAULT, possible press. The box[ at {site}] received from a button "
	  "what it cannot read {at}.",
	  BACK "reads the button again {now_at}." },
	{ "beacon-lasting",
	  "FAULT, possible press. The box[ at {site}] saw a beacon {at} that "
	  "does not end: it would not see a new press.",
	  BACK "sees the beacon end {now_at}." },
	{ "probable-forgery",
	  "ATTENTION. The box[ at {site}] received presses {at} that may be "
	  "forged. For these contacts get at most one SMS in 10 minutes.",
	  BACK "receives no more forged presses {now_at}." },
	{ "wrong-codes",
	  "ATTENTION. The box[ at {site}] received several wrong codes {at}.",
	  BACK "receives no more wrong codes {now_at}." },
	{ "relay-arming",
	  NO_PRESS "has not been armed for the 114 since {since}.",
	  BACK "is armed for the 114 again {now_at}." },
	{ "mains",
	  NO_PRESS "has had no mains power since {since}: power cut, it runs "
		   "on its battery.",
	  BACK "has mains power again {now_at}." },
	{ "battery-low",
	  NO_PRESS "has 15 % of battery or less {at}.",
	  BACK "has no low battery any more {now_at}." },
	{ "battery-critical",
	  NO_PRESS "has 5 % of battery or less {at}: it may go off."
		   "[ {gps}.]",
	  BACK "has no nearly empty battery any more {now_at}." },
	{ "sms-selftest",
	  NO_PRESS "did not get its own test SMS back {at}: SMS may not get "
		   "through any more.",
	  BACK "got its own test SMS back {now_at}." },
	{ "sim-expiry",
	  NO_PRESS "has a SIM card that expires within 30 days, or has "
		   "expired.",
	  BACK "has no SIM card near its end any more {now_at}." },
	{ "certificate-expiry",
	  NO_PRESS "has a certificate that expires within 30 days, or has "
		   "expired.",
	  BACK "has no certificate near its end any more {now_at}." },
	{ "certificate-unreadable",
	  NO_PRESS "has been unable to read one of its certificates since "
		   "{since}.",
	  BACK "reads its certificates again {now_at}." },
	{ "button-silent",
	  NO_PRESS "has not heard button {quote} since {since}. It stopped "
		   "all at once: battery, or fault.",
	  BACK "hears button {quote} again {now_at}." },
	{ "button-away",
	  NO_PRESS "has not heard button {quote} since {since}. It had moved "
		   "away.",
	  BACK "hears button {quote} again {now_at}." },
	{ "buttons-silent",
	  NO_PRESS "does not hear several buttons. To see which: alerte "
		   "buttons",
	  BACK "hears almost all buttons again {now_at}." },
	{ "button-battery",
	  NO_PRESS "reports that the battery of button {quote} is running "
		   "out. To be changed within 30 days.",
	  BACK "reports a new battery of button {quote} {now_at}." },
	{ NULL,
	  NO_PRESS "has reported since {since}: {fault}.",
	  BACK "no longer reports {now_at}: {fault}." },
};

const struct language words_en = {
	.form = {
	[WORDS_RELAY_FIRST] =
		"EMERGENCY domestic violence<2, alarm button>"
		"<1 (automatic SMS)>. {place}. {hour}. Do not phone."
		"[ {roaming}.][ Sending {nth}]",
	[FORM_RELAY_FIRST_UNVERIFIED] =
		"EMERGENCY domestic violence,<2 signal> not verified"
		"<1 (automatic)>. {place}. {hour}. Do not phone."
		"[ {roaming}.][ Sending {nth}]",
	[FORM_RELAY_FIRST_TIMER] =
		"EMERGENCY domestic violence<2, timer ran out>"
		"<1 (automatic SMS)>. {place}. {hour}. Do not phone."
		"[ {roaming}.][ Sending {nth}]",
	[WORDS_RELAY_SECOND] =
		"Continued {hour}. {name}[, born {born}]. [{details}. ]"
		"[{gps}. ][{home}. ]She cannot write."
		"[ Answers from the association {association}.]",
	[WORDS_RELAY_CANNOT_WRITE] =
		"Continued {hour}. Automatic alert from a button: she cannot "
		"write. Do not phone.",
	[WORDS_RELAY_ANSWER] = "Answer from the association: \"{quote}\"",
	[WORDS_RELAY_CLEAR] =
		"Alert {code} ({opened}) cancelled {now_at} with the person's "
		"code. Current situation not verified.",
	[WORDS_RELAY_CLOSED] =
		"Alert {code} ({opened}) closed {now_at}[ by {who}]. Current "
		"situation not verified.",
	[WORDS_RELAY_POSITION] = "Continued {hour}. {gps}.",
	[WORDS_RELAY_QUESTION] =
		"The 114 asks ({code}): \"{quote}\". Reply: 114 {code} then "
		"your text",
	[WORDS_RELAY_SILENT] =
		"Alert {code} ({opened}): the 114 has not answered yet, call "
		"17 (police).",
	[WORDS_ALERT] =
		"ALERT. {short} pressed her button {at}" DO_NOT_CALL
		" Call 17 (police)." ON_IT,
	[FORM_ALERT_UNVERIFIED] =
		"ALERT, signal not verified. {of_short}'s button sent {at}"
		DO_NOT_CALL ON_IT,
	[FORM_ALERT_PLAIN] =
		"ALERT, signal not verified, not encrypted. {of_short}'s "
		"button {at}" DO_NOT_CALL ON_IT,
	[FORM_ALERT_REPEAT] =
		"ALERT, signal not verified, perhaps repeated. {of_short}'s "
		"button {at}" DO_NOT_CALL ON_IT,
	[FORM_ALERT_GROUPED] =
		"ALERT, several signals not verified. {of_short}'s button, the "
		"last {at}" DO_NOT_CALL ON_IT,
	[FORM_ALERT_TIMER] =
		"ALERT. {of_short}'s timer ran out {at}" DO_NOT_CALL
		" Call 17 (police)." ON_IT,
	[FORM_ALERT_FALL] =
		"ALERT. {of_short}'s button reports a fall {at}" DO_NOT_CALL
		" Call 17 (police)." ON_IT,
	[FORM_ALERT_INACTIVITY] =
		"ALERT. {of_short}'s button has stopped moving, reported {at}"
		DO_NOT_CALL " Call 17 (police)." ON_IT,
	[WORDS_NEW_PRESS] = "Alert {code}: new press {at}.[ {gps}.]",
	[FORM_NEW_SIGNAL] = "Alert {code}: new signal from the button {at}.[ {gps}.]",
	[FORM_NEW_UNVERIFIED] =
		"Alert {code}: new press {at}, signal not verified.[ {gps}.]",
	[FORM_NEW_PLAIN] =
		"Alert {code}: new press {at}, signal not verified, not "
		"encrypted.[ {gps}.]",
	[WORDS_BARE_OK] =
		"Thank you. To confirm that you are taking care of it, reply "
		"OK {code}. Otherwise other contacts will be told in 3 "
		"minutes.",
	[WORDS_ACK_THANKS] =
		"Thank you, noted for alert {code}. Once there, reply ARRIVED "
		"{code}. If you no longer can: NO {code}. Without news in 20 "
		"minutes the alert resumes.",
	[WORDS_ACK_STAY] =
		"Thank you, noted for alert {code}. If you no longer can: NO "
		"{code}. Without a new press the alert will be closed in 2 "
		"hours.",
	[FORM_ACK_STAY_DURESS] =
		"Thank you, noted for alert {code}. If you no longer can: NO "
		"{code}. Without news in 2 hours the alert resumes.",
	[WORDS_HOW_TO_ANSWER] =
		"This message confirms nothing. To confirm, reply only OK "
		"{code}. If you cannot: only NO {code}.",
	[WORDS_ACK_OTHERS] =
		"Alert {code}: {who} is taking care of it ({now}).",
	[WORDS_DECLINED] =
		"Thank you for saying so. Alert {code} stays open. "
		"If that changes, reply OK {code}",
	[WORDS_ALL_CLEAR] =
		"Alert {code} ({opened}) cancelled {now_at} with the person's "
		"code.",
	[WORDS_CLOSED] = "Alert {code} ({opened}) closed {now_at}[ by {who}].",
	[WORDS_FORWARD] = "[Alert {code}: ]{who} writes: \"{quote}\"",
	[WORDS_EXERCISE] =
		"EXERCISE, no emergency. Test of {of_short}'s button.[ To "
		"confirm that you received this, reply OK {ok}.] The 114 is "
		"not told.",
	[WORDS_EXERCISE_END] =
		"EXERCISE {code} ended {now_at}.[ Receipt confirmed by {who}.]"
		"[ Missing: {quote}.] The 114 was not tried.",
	[WORDS_DURESS] =
		"Alert {code}: cancelled under duress {now_at}."
		"[ {short}.][ {area}.] Do not call her. Call 17 (police)."
		ON_IT,
	[WORDS_RELAY_DURESS] =
		"Alert {code} ({opened}): cancelled under duress {now_at}, "
		"with the code made for that. The alert goes on. Do not "
		"phone.",
	[FORM_RELAY_FIRST_DURESS] =
		"EMERGENCY domestic violence<2, duress code>"
		"<1 (automatic SMS)>. {place}. {hour}. Do not phone."
		"[ Sending {nth}]",
	[FORM_NEW_TIMER] = "Alert {code}: her timer ran out {at}.",
	[WORDS_SELFTEST] = "Automatic test {who}. Nothing to do.",
	[WORDS_POSITION] = "Alert {code}. {gps}.",
	[WORDS_INVITE] = "{who}" MAY_TELL_YOU,
	[FORM_INVITE_UNNAMED] = "Somebody who knows you" MAY_TELL_YOU,
	[WORDS_INVITE_THANKS] =
		"Thank you, noted. If need be, an SMS will tell you what to "
		"do. To receive no more of them, reply STOP.",
	[WORDS_STOP_DONE] =
		"Noted: you will receive no more SMS from here. If this is a "
		"mistake, reply YES.",
	[WORDS_STOP_LATER] =
		"Noted. It will take effect as soon as what is going on is "
		"over.",
	[WORDS_STOP_LAST] =
		"Noted. Nobody else can be told: you may still be, until "
		"somebody takes your place. To stay, reply YES.",
	[WORDS_CONTACT_ACCEPTED] = "{who} replied YES and can be told.",
	[WORDS_CONTACT_LEAVING] =
		"{who} replied STOP and will not be told any more after the "
		"alert that is open.",
	[WORDS_CONTACT_LEFT] =
		"{who} replied STOP and is not told of alerts any more.",
	[WORDS_CONTACT_LAST] =
		"{who} replied STOP but is still told: without this contact "
		"an alert would reach nobody. To be replaced.",
	[WORDS_CLOSE_CONFIRM] =
		"Alert {code} ({opened}): the 114 has part in it. To close "
		"it, reply within 10 minutes: DONE {code} {who}",
	[FORM_RELAY_SAYS_SENT] =
		"The 114 writes ({code}): \"{quote}\". Is help on its way? If "
		"you are sure: HELP SENT {code}. To answer: 114 {code} then "
		"your text",
	[FORM_RELAY_SAYS_DONE] =
		"The 114 writes ({code}): \"{quote}\". Is it done? If you are "
		"sure: 114 DONE {code}. To answer: 114 {code} then your text",
	[WORDS_RELAY_ROAMING] =
		"Alert {code} ({opened}): the gateway is on a foreign network, "
		"the 114 may be out of reach. Call 17 (police).",
	[FORM_RELAY_ABROAD] =
		"Alert {code} ({opened}): the gateway is abroad, the 114 is "
		"not told. Call the emergency services.",
	[WORDS_RELAY_PRESS] =
		"EMERGENCY, more ({opened}): she pressed the button again {at}. "
		"{place}. Do not phone.",
	[FORM_RELAY_PRESS_UNVERIFIED] =
		"EMERGENCY, more ({opened}): pressed again {at}, signal not "
		"verified. {place}. Do not phone.",
	[WORDS_RELAY_NOT_SENT] =
		"NOT passed on to the 114 ({code}): it was not told from here, "
		"or cannot be any more. Call 17 (police).",
	[FORM_NOT_SENT_LONG] =
		"NOT passed on to the 114 ({code}): too long, 400 characters "
		"at most. Reply: 114 {code} then a shorter text",
	[FORM_NOT_SENT_MANY] =
		"NOT passed on to the 114 ({code}): too many answers within 10 "
		"minutes. Call 17 (police), or wait and reply: 114 {code} then "
		"your text",
	[FORM_NOT_MARKED] =
		"NOT noted ({code}): the 114 has not written yet and goes on "
		"being asked. Call 17 (police).",
	[FORM_CONFIRM_SENT] =
		"Alert {code} ({opened}): to note that help is on its way, "
		"reply within 10 minutes: HELP SENT {code} {who}",
	[FORM_CONFIRM_DONE] =
		"Alert {code} ({opened}): to note that the 114 is done, reply "
		"within 10 minutes: 114 DONE {code} {who}",
	[WORDS_RELAY_FLOOD] =
		"[Alert {code}: ]too many texts from the 114's number, perhaps "
		"forged. For 10 minutes the next ones are not sent to you by "
		"SMS. Call 17 (police).",
	[FORM_RELAY_ASKS_WHICH] =
		"The 114 writes, perhaps for one of these alerts: {code}. "
		"\"{quote}\". To answer: 114, the code, then your text",
	[FORM_RELAY_ASKS_NOBODY] =
		"The 114 writes ({code}): \"{quote}\". Nobody can answer it "
		"from here: call 17 (police).",
	[FORM_CLOSED_RAN_OUT] =
		"Alert {code} ({opened}) closed {now_at}: a contact said that "
		"he was there, no news for 2 hours[ ({who})].",
	[FORM_RELAY_CLOSED_RAN_OUT] =
		"Alert {code} ({opened}) closed {now_at}: a contact said that "
		"he was there, no news since. Present situation not verified.",
	},
	.faults = faults,
	.no_sending = "the sending of SMS",
	.no_answer = "a reply to this SMS",
	.hour_mark = ":",
	.at = "at ",
	.on = "on ",
	.since_on = "",
	.months = months,
	.unsure = "time not certain",
	.within = " within ",
	.metres = " m",
	.no_accuracy = ", precision not known",
	.wifi = "Wi-Fi",
	.cell = "Cell",
	.nowhere = "position not known",
	.home = "home: ",
	.somebody = "The person protected",
	.of_somebody = "the person protected",
	.someone = "a contact",
	.site = "site ",
	.of = "",
	.of_vowel = "",
	.roaming = "Roaming",
	.empty = "(empty)",
};

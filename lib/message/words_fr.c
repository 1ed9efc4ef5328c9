/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The French texts.  Literally true, short, and never "fausse alerte" or "tout
 * va bien": nobody knows that.  A contact's text names no violence.
 */
#include "message/language.h"

#define NO_PRESS "PANNE, personne n'a appuyé. Le boitier[ du {site}] "
#define BACK "FIN DE PANNE. Le boitier[ du {site}] "
#define ON_IT "[ Si vous vous en occupez, répondez OK {ok}]"
#define MAY_TELL_YOU \
	" aimerait pouvoir vous prévenir par SMS en cas de besoin. " \
	"D'accord ? Répondez OUI. Pour ne rien recevoir, répondez STOP."
#define DO_NOT_CALL "[, {area}]. [{also}. ]Ne l'appelez pas."

static const struct fault_words faults[] = {
	{ "radio",
	  NO_PRESS "n'entend plus les boutons depuis {since}.",
	  BACK "entend de nouveau les boutons {now_at}." },
	{ "modem",
	  NO_PRESS "n'a plus de modem depuis {since}: pas de SMS.",
	  BACK "a retrouvé son modem {now_at}." },
	{ "modem-registration",
	  NO_PRESS "n'a plus de réseau mobile depuis {since}: pas de SMS.",
	  BACK "a retrouvé le réseau mobile {now_at}." },
	{ "path",
	  NO_PRESS "a perdu une de ses voies SMS depuis {since}. Les SMS "
		   "partent par une autre.",
	  BACK "a retrouvé toutes ses voies SMS {now_at}." },
	{ "sim",
	  NO_PRESS "n'a plus de carte SIM utilisable depuis {since}: pas de "
		   "SMS.",
	  BACK "a retrouvé sa carte SIM {now_at}." },
	{ "modem-roaming",
	  NO_PRESS "est sur un réseau mobile étranger depuis {since}: le 114 "
		   "n'est peut-être pas joignable.",
	  BACK "est de nouveau sur un réseau du pays {now_at}." },
	{ "endpoint",
	  NO_PRESS "ne joint plus le serveur depuis {since}.",
	  BACK "joint de nouveau le serveur {now_at}." },
	{ "mail",
	  NO_PRESS "n'envoie plus de courriels depuis {since}.",
	  BACK "envoie de nouveau des courriels {now_at}." },
	{ "clock",
	  NO_PRESS "doute de l'heure depuis {since}.",
	  BACK "ne doute plus de l'heure {now_at}." },
	{ "store",
	  NO_PRESS "ne peut plus écrire sur son disque depuis {since}. Il "
		   "continue en mémoire: ne le débranchez pas.",
	  BACK "écrit de nouveau sur son disque {now_at}." },
	{ "button-unreadable",
	  "PANNE, appui possible. Le boitier[ du {site}] a reçu d'un bouton "
	  "ce qu'il ne peut pas lire {at}.",
	  BACK "lit de nouveau le bouton {now_at}." },
	{ "beacon-lasting",
	  "PANNE, appui possible. Le boitier[ du {site}] a revu {at} une "
	  "balise qui ne cesse pas: il ne verrait pas un nouvel appui.",
	  BACK "voit la fin de la balise {now_at}." },
	{ "probable-forgery",
	  "ATTENTION. Le boitier[ du {site}] a reçu {at} des appuis qui sont "
	  "peut-être imités. Les contacts reçoivent au plus un SMS par 10 "
	  "minutes pour eux.",
	  BACK "ne reçoit plus d'appuis imités {now_at}." },
	{ "wrong-codes",
	  "ATTENTION. Le boitier[ du {site}] a reçu plusieurs codes faux "
	  "{at}.",
	  BACK "ne reçoit plus de codes faux {now_at}." },
	{ "relay-arming",
	  NO_PRESS "n'est plus armé pour le 114 depuis {since}.",
	  BACK "est de nouveau armé pour le 114 {now_at}." },
	{ "mains",
	  NO_PRESS "n'a plus de courant depuis {since}: coupure de courant, "
		   "il est sur batterie.",
	  BACK "a de nouveau du courant {now_at}." },
	{ "battery-low",
	  NO_PRESS "n'a plus que 15 % de batterie {at}, ou moins.",
	  BACK "n'a plus de batterie faible {now_at}." },
	{ "battery-critical",
	  NO_PRESS "n'a plus que 5 % de batterie {at}, ou moins: il peut s'éteindre."
		   "[ {gps}.]",
	  BACK "n'a plus de batterie presque vide {now_at}." },
	{ "sms-selftest",
	  NO_PRESS "n'a pas reçu en retour son SMS d'essai {at}: les SMS ne "
		   "passent peut-être plus.",
	  BACK "a reçu en retour son SMS d'essai {now_at}." },
	{ "sim-expiry",
	  NO_PRESS "a une carte SIM qui expire dans 30 jours au plus, ou a "
		   "expiré.",
	  BACK "n'a plus de carte SIM près d'expirer {now_at}." },
	{ "certificate-expiry",
	  NO_PRESS "a un certificat qui expire dans 30 jours au plus, ou a "
		   "expiré.",
	  BACK "n'a plus de certificat près d'expirer {now_at}." },
	{ "certificate-unreadable",
	  NO_PRESS "ne peut pas lire un de ses certificats depuis {since}.",
	  BACK "lit de nouveau ses certificats {now_at}." },
	{ "button-silent",
	  NO_PRESS "n'entend plus le bouton {quote} depuis {since}. Il "
		   "s'est tu d'un coup: pile, ou panne.",
	  BACK "entend de nouveau le bouton {quote} {now_at}." },
	{ "button-away",
	  NO_PRESS "n'entend plus le bouton {quote} depuis {since}. Il "
		   "s'était éloigné.",
	  BACK "entend de nouveau le bouton {quote} {now_at}." },
	{ "buttons-silent",
	  NO_PRESS "n'entend plus plusieurs boutons. Voir lesquels: alerte "
		   "buttons",
	  BACK "entend de nouveau presque tous les boutons {now_at}." },
	{ "button-battery",
	  NO_PRESS "annonce que la pile du bouton {quote} s'épuise. À changer "
		   "dans les 30 jours.",
	  BACK "annonce une pile neuve du bouton {quote} {now_at}." },
	{ NULL,
	  NO_PRESS "signale depuis {since}: {fault}.",
	  BACK "ne signale plus {now_at}: {fault}." },
};

const struct language words_fr = {
	.form = {
	[WORDS_RELAY_FIRST] =
		"URGENCE violences conjugales<2, bouton d'alerte>"
		"<1 (SMS automatique)>. {place}. {hour}. Ne pas téléphoner."
		"[ {roaming}.][ {nth}e envoi]",
	[FORM_RELAY_FIRST_UNVERIFIED] =
		"URGENCE violences conjugales,<2 signal> non vérifié"
		"<1 (automatique)>. {place}. {hour}. Ne pas téléphoner."
		"[ {roaming}.][ {nth}e envoi]",
	[FORM_RELAY_FIRST_TIMER] =
		"URGENCE violences conjugales<2, minuterie écoulée>"
		"<1 (automatique)>. {place}. {hour}. Ne pas téléphoner."
		"[ {roaming}.][ {nth}e envoi]",
	[WORDS_RELAY_SECOND] =
		"Suite {hour}. {name}[, née le {born}]. [{details}. ][{gps}. ]"
		"[{home}. ]Elle ne peut pas écrire."
		"[ Réponses par l'association {association}.]",
	[WORDS_RELAY_CANNOT_WRITE] =
		"Suite {hour}. Alerte automatique d'un bouton: elle ne peut "
		"pas écrire. Ne pas téléphoner.",
	[WORDS_RELAY_ANSWER] = "Réponse de l'association: \"{quote}\"",
	[WORDS_RELAY_CLEAR] =
		"Alerte {code} ({opened}) annulée {now_at} avec le code de la "
		"personne. Situation actuelle non vérifiée.",
	[WORDS_RELAY_CLOSED] =
		"Alerte {code} ({opened}) close {now_at}[ par {who}]. "
		"Situation actuelle non vérifiée.",
	[WORDS_RELAY_POSITION] = "Suite {hour}. {gps}.",
	[WORDS_RELAY_QUESTION] =
		"Le 114 demande ({code}): \"{quote}\". Répondez: 114 {code} "
		"puis votre texte",
	[WORDS_RELAY_SILENT] =
		"Alerte {code} ({opened}): le 114 n'a pas encore répondu, "
		"appelez le 17.",
	[WORDS_ALERT] =
		"ALERTE. {short} a appuyé sur son bouton {at}" DO_NOT_CALL
		" Appelez le 17." ON_IT,
	[FORM_ALERT_UNVERIFIED] =
		"ALERTE, signal non vérifié. Le bouton {of_short} a émis {at}"
		DO_NOT_CALL ON_IT,
	[FORM_ALERT_PLAIN] =
		"ALERTE, signal non vérifié, non chiffré. Bouton {of_short} "
		"{at}" DO_NOT_CALL ON_IT,
	[FORM_ALERT_REPEAT] =
		"ALERTE, signal non vérifié, répétition possible. Bouton "
		"{of_short} {at}" DO_NOT_CALL ON_IT,
	[FORM_ALERT_GROUPED] =
		"ALERTE, signaux non vérifiés. Bouton {of_short}, le "
		"dernier {at}" DO_NOT_CALL ON_IT,
	[FORM_ALERT_TIMER] =
		"ALERTE. La minuterie {of_short} s'est écoulée {at}"
		DO_NOT_CALL " Appelez le 17." ON_IT,
	[FORM_ALERT_FALL] =
		"ALERTE. Le bouton {of_short} signale une chute {at}"
		DO_NOT_CALL " Appelez le 17." ON_IT,
	[FORM_ALERT_INACTIVITY] =
		"ALERTE. Le bouton {of_short} ne bouge plus, signalé {at}"
		DO_NOT_CALL " Appelez le 17." ON_IT,
	[WORDS_NEW_PRESS] = "Alerte {code}: nouvel appui {at}.[ {gps}.]",
	[FORM_NEW_SIGNAL] = "Alerte {code}: nouveau signal du bouton {at}.[ {gps}.]",
	[FORM_NEW_UNVERIFIED] =
		"Alerte {code}: nouvel appui {at}, signal non vérifié."
		"[ {gps}.]",
	[FORM_NEW_PLAIN] =
		"Alerte {code}: nouvel appui {at}, signal non vérifié, non "
		"chiffré.[ {gps}.]",
	[WORDS_BARE_OK] =
		"Merci. Pour confirmer que vous vous en occupez, répondez OK "
		"{code}. Sans cela, d'autres contacts seront prévenus dans 3 "
		"minutes.",
	[WORDS_ACK_THANKS] =
		"Merci, c'est noté pour l'alerte {code}. Sur place, répondez "
		"ARRIVÉ {code}. Si vous ne pouvez plus: NON {code}. Sans "
		"nouvelle dans 20 minutes, l'alerte reprend.",
	[WORDS_ACK_STAY] =
		"Merci, c'est noté pour l'alerte {code}. Si vous ne pouvez "
		"plus: NON {code}. Sans nouvel appui, l'alerte sera close "
		"dans 2 heures.",
	[FORM_ACK_STAY_DURESS] =
		"Merci, c'est noté pour l'alerte {code}. Si vous ne pouvez "
		"plus: NON {code}. Sans nouvelle dans 2 heures, l'alerte "
		"reprend.",
	[WORDS_HOW_TO_ANSWER] =
		"Ce message ne vaut pas confirmation. Pour confirmer, répondez "
		"seulement OK {code}. Si vous ne pouvez pas: seulement NON "
		"{code}.",
	[WORDS_ACK_OTHERS] = "Alerte {code}: {who} s'en occupe ({now}).",
	[WORDS_DECLINED] =
		"Merci de l'avoir dit. L'alerte {code} reste ouverte. Si cela "
		"change, répondez OK {code}",
	[WORDS_ALL_CLEAR] =
		"Alerte {code} ({opened}) annulée {now_at} avec le code de la "
		"personne.",
	[WORDS_CLOSED] = "Alerte {code} ({opened}) close {now_at}[ par {who}].",
	[WORDS_FORWARD] = "[Alerte {code}: ]{who} écrit: \"{quote}\"",
	[WORDS_EXERCISE] =
		"EXERCICE, aucune urgence. Essai du bouton {of_short}.[ Pour "
		"confirmer la réception, répondez OK {ok}.] Le 114 n'est pas "
		"prévenu.",
	[WORDS_EXERCISE_END] =
		"EXERCICE {code} terminé {now_at}.[ Réception confirmée par "
		"{who}.][ Il manque: {quote}.] Le 114 n'a pas été essayé.",
	[WORDS_DURESS] =
		"Alerte {code}: annulation sous la contrainte "
		"{now_at}.[ {short}.][ {area}.] Ne l'appelez pas. Appelez le "
		"17." ON_IT,
	[WORDS_RELAY_DURESS] =
		"Alerte {code} ({opened}): annulation sous la contrainte "
		"{now_at}, avec le code prévu pour cela. L'alerte continue. "
		"Ne pas téléphoner.",
	[FORM_RELAY_FIRST_DURESS] =
		"URGENCE violences conjugales<2, code de contrainte>"
		"<1 (automatique)>. {place}. {hour}. Ne pas téléphoner."
		"[ {nth}e envoi]",
	[FORM_NEW_TIMER] = "Alerte {code}: sa minuterie s'est écoulée {at}.",
	[WORDS_SELFTEST] = "Essai automatique {who}. Rien à faire.",
	[WORDS_POSITION] = "Alerte {code}. {gps}.",
	/* read by whoever holds that phone: neither what it is, nor where */
	[WORDS_INVITE] = "{who}" MAY_TELL_YOU,
	[FORM_INVITE_UNNAMED] = "Une personne qui vous connaît" MAY_TELL_YOU,
	[WORDS_INVITE_THANKS] =
		"Merci, c'est noté. En cas de besoin, un SMS vous dira quoi "
		"faire. Pour ne plus en recevoir, répondez STOP.",
	[WORDS_STOP_DONE] =
		"C'est noté: vous ne recevrez plus de SMS d'ici. Si c'est une "
		"erreur, répondez OUI.",
	[WORDS_STOP_LATER] =
		"C'est noté. Cela prendra effet dès que ce qui est en cours "
		"sera terminé.",
	[WORDS_STOP_LAST] =
		"C'est noté. Personne d'autre ne peut être prévenu: vous "
		"pourrez encore l'être tant que personne ne vous remplace. "
		"Pour rester, répondez OUI.",
	[WORDS_CONTACT_ACCEPTED] =
		"{who} a répondu OUI et pourra être prévenu(e).",
	[WORDS_CONTACT_LEAVING] =
		"{who} a répondu STOP et ne sera plus prévenu(e) après "
		"l'alerte en cours.",
	[WORDS_CONTACT_LEFT] =
		"{who} a répondu STOP et n'est plus prévenu(e) des alertes.",
	[WORDS_CONTACT_LAST] =
		"{who} a répondu STOP mais reste prévenu(e): sans ce contact, "
		"une alerte n'atteindrait plus personne. À remplacer.",
	[WORDS_CLOSE_CONFIRM] =
		"Alerte {code} ({opened}): le 114 est engagé. Pour la clore, "
		"répondez dans les 10 minutes: FINI {code} {who}",
	[FORM_RELAY_SAYS_SENT] =
		"Le 114 écrit ({code}): \"{quote}\". Secours en route? Si "
		"vous en êtes sûr: SECOURS ENVOYES {code}. Pour répondre: 114 "
		"{code} puis votre texte",
	[FORM_RELAY_SAYS_DONE] =
		"Le 114 écrit ({code}): \"{quote}\". A-t-il fini? Si vous en "
		"êtes sûr: 114 FINI {code}. Pour répondre: 114 {code} puis "
		"votre texte",
	[WORDS_RELAY_ROAMING] =
		"Alerte {code} ({opened}): le boitier est sur un réseau "
		"étranger, le 114 n'est peut-être pas joignable. Appelez le "
		"17.",
	[FORM_RELAY_ABROAD] =
		"Alerte {code} ({opened}): le boitier est à l'étranger, le 114 "
		"n'est pas prévenu. Appelez les secours.",
	[WORDS_RELAY_PRESS] =
		"URGENCE, suite ({opened}): nouvel appui sur le bouton {at}. "
		"{place}. Ne pas téléphoner.",
	[FORM_RELAY_PRESS_UNVERIFIED] =
		"URGENCE, suite ({opened}): nouvel appui {at}, signal non "
		"vérifié. {place}. Ne pas téléphoner.",
	[WORDS_RELAY_NOT_SENT] =
		"PAS transmis au 114 ({code}): il n'a pas été prévenu d'ici, "
		"ou ne peut plus l'être. Appelez le 17.",
	[FORM_NOT_SENT_LONG] =
		"PAS transmis au 114 ({code}): trop long, 400 signes au plus. "
		"Répondez: 114 {code} puis un texte plus court",
	[FORM_NOT_SENT_MANY] =
		"PAS transmis au 114 ({code}): trop de réponses en 10 "
		"minutes. Appelez le 17, ou attendez et répondez: 114 {code} "
		"puis votre texte",
	[FORM_NOT_MARKED] =
		"PAS noté ({code}): le 114 n'a encore rien écrit, les envois "
		"continuent. Appelez le 17.",
	[FORM_CONFIRM_SENT] =
		"Alerte {code} ({opened}): pour noter que les secours sont en "
		"route, répondez dans les 10 minutes: SECOURS ENVOYES {code} "
		"{who}",
	[FORM_CONFIRM_DONE] =
		"Alerte {code} ({opened}): pour noter que le 114 a fini, "
		"répondez dans les 10 minutes: 114 FINI {code} {who}",
	[WORDS_RELAY_FLOOD] =
		"[Alerte {code}: ]trop de textes du numéro du 114, peut-être "
		"imités. Pendant 10 minutes les suivants ne vous sont plus "
		"envoyés par SMS. Appelez le 17.",
	[FORM_RELAY_ASKS_WHICH] =
		"Le 114 écrit, peut-être pour l'une de ces alertes: {code}. "
		"\"{quote}\". Répondez: 114, le code, puis votre texte",
	[FORM_RELAY_ASKS_NOBODY] =
		"Le 114 écrit ({code}): \"{quote}\". D'ici personne ne peut "
		"lui répondre: appelez le 17.",
	[FORM_CLOSED_RAN_OUT] =
		"Alerte {code} ({opened}) close {now_at}: un contact s'est "
		"dit sur place, sans nouvelle depuis 2 heures[ ({who})].",
	[FORM_RELAY_CLOSED_RAN_OUT] =
		"Alerte {code} ({opened}) close {now_at}: un contact s'est "
		"dit sur place, sans nouvelle depuis. Situation actuelle non "
		"vérifiée.",
	},
	.faults = faults,
	.no_sending = "l'envoi des SMS",
	.no_answer = "une réponse à ce SMS",
	.hour_mark = "h",
	.at = "à ",
	.on = "le ",
	.since_on = "le ",
	.unsure = "heure non sûre",
	.within = " à ",
	.metres = " m près",
	.no_accuracy = ", précision inconnue",
	.wifi = "Wi-Fi",
	.cell = "Antenne",
	.nowhere = "position inconnue",
	.home = "domicile: ",
	.somebody = "La personne protégée",
	.of_somebody = "de la personne protégée",
	.someone = "un contact",
	.site = "lieu ",
	.of = "de ",
	.of_vowel = "d'",
	.roaming = "Itinérance",
	.empty = "(vide)",
};

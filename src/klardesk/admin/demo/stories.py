"""What the demo's customers write and what the desk answers. `{…}` are filled from `CHOICES`."""

# ruff: noqa: E501 - what people write does not break at a column

from __future__ import annotations

from dataclasses import dataclass

CHOICES = {
    "printer": ("HP LaserJet M404", "Brother HL-L6400", "Kyocera P3155", "Canon MF645"),
    "floor": ("1", "2", "3", "4"),
    "room": ("104", "212", "307", "Empfang", "215a", "Lager"),
    "app": ("Lexoffice", "DATEV", "Outlook", "Teams", "AutoCAD", "the booking tool"),
    "invoice": ("RE-2026-0418", "RE-2026-0733", "RE-2026-1102", "INV-88213", "INV-90417"),
    "amount": ("119,00 €", "1.249,50 €", "386,75 €", "2.990,00 €"),
    "sum": ("£240.00", "£1,180.50", "£75.99", "£3,420.00"),
    "count": ("3", "5", "12", "20"),
    "host": ("fs01", "vpn2", "mail", "intranet"),
    "error": ("0x80070035", "0x8004010F", "ERR_CONNECTION_RESET", "1603"),
}


@dataclass(frozen=True, slots=True)
class Turn:
    """One contribution: by the customer or an agent, by mail, phone or as an internal note; so many hours later."""

    who: str
    way: str
    hours: float
    text: str


@dataclass(frozen=True, slots=True)
class Story:
    """A matter from its first words on. `ends` is how it usually ends: closed, open, or pending."""

    language: str
    queue: str
    subject: str
    priority: int
    ends: str
    turns: tuple[Turn, ...]


def _mail(text: str, hours: float = 0) -> Turn:
    return Turn("customer", "email", hours, text)


def _call(text: str, hours: float = 0) -> Turn:
    return Turn("customer", "phone", hours, text)


def _answer(text: str, hours: float) -> Turn:
    return Turn("agent", "email", hours, text)


def _note(text: str, hours: float) -> Turn:
    return Turn("agent", "note", hours, text)


STORIES = (
    Story("de", "Support::Hardware", "Drucker {printer} zieht kein Papier ein", 3, "closed", (
        _mail("Guten Tag,\n\nunser {printer} im {floor}. Stock zieht seit heute Morgen kein Papier mehr ein. Im Display steht „Papierstau Fach 2“, es steckt aber nichts fest. Wir haben schon aus- und eingeschaltet.\n\nKönnen Sie bitte jemanden schicken?"),
        _answer("Guten Tag,\n\nvielen Dank für Ihre Meldung. Das klingt nach einer verschmutzten Einzugsrolle. Könnten Sie bitte Fach 2 ganz herausziehen und nachsehen, ob die graue Rolle glänzt? Dann bringen wir morgen Vormittag eine neue mit.", 2.5),
        _mail("Ja, die Rolle ist ganz glatt. Morgen ab 9 Uhr ist jemand da, bitte am Empfang melden.", 1.2),
        _note("Einzugsrollen-Satz für {printer} aus dem Lager genommen, Termin eingetragen.", 0.4),
        _answer("Wir waren heute vor Ort und haben Einzugs- und Trennrolle getauscht. Der Testdruck über 50 Seiten lief ohne Fehler. Ich schließe die Anfrage; antworten Sie einfach auf diese Mail, falls es wieder auftritt.", 20),
    )),
    Story("de", "Support::Network", "VPN bricht alle zehn Minuten ab", 4, "open", (
        _mail("Hallo,\n\nseit dem Wochenende bricht bei mir im Homeoffice das VPN etwa alle zehn Minuten ab. Im Protokoll steht {error}. Das Internet selbst läuft dabei weiter. Bei zwei Kolleginnen ist es genauso.\n\nIch kann so kaum arbeiten."),
        _note("Auf {host} sieht man Neuaushandlungen alle 600 s. Vermutlich seit dem Firmware-Stand von Freitag.", 0.8),
        _answer("Guten Tag,\n\nwir sehen die Abbrüche auch bei uns: Nach dem Update vom Freitag stimmt eine Zeitvorgabe nicht mehr. Als Umgehung können Sie in den Verbindungseinstellungen „IKEv1“ wählen. Wir arbeiten mit dem Hersteller an der Korrektur.", 1.5),
        _mail("Mit der Umgehung läuft es seit einer Stunde stabil, danke! Bitte melden Sie sich, wenn wir es zurückstellen sollen.", 3),
    )),
    Story("de", "Support::Software", "{app} startet nach dem Update nicht mehr", 4, "closed", (
        _mail("Sehr geehrte Damen und Herren,\n\nseit dem gestrigen Update startet {app} auf {count} Rechnern nicht mehr. Es erscheint kurz das Startbild und dann die Meldung {error}.\n\nMit freundlichen Grüßen"),
        _answer("Guten Tag,\n\ndanke für den Hinweis. Bitte starten Sie einen der Rechner einmal neu und schicken uns ein Bildschirmfoto der Meldung. Liegt auf den betroffenen Rechnern der alte Virenscanner noch parallel?", 1),
        _mail("Ja, der alte Scanner ist noch auf allen {count} Rechnern drauf. Ein Neustart hat nichts geändert.", 2),
        _answer("Dann ist das die Ursache. Wir haben die Deinstallation für alle {count} Rechner verteilt; nach dem nächsten Neustart sollte {app} wieder starten. Geben Sie uns bitte kurz Bescheid.", 1.5),
        _mail("Läuft wieder überall. Vielen Dank für die schnelle Hilfe!", 16),
    )),
    Story("de", "Billing", "Rechnung {invoice}: falscher Betrag", 3, "closed", (
        _mail("Guten Tag,\n\nauf der Rechnung {invoice} stehen {amount}, vereinbart war laut Angebot ein Nachlass von 10 %. Bitte prüfen Sie das und schicken uns eine korrigierte Rechnung.\n\nFreundliche Grüße"),
        _note("Angebot geprüft, der Nachlass fehlt wirklich. Gutschrift an die Buchhaltung gegeben.", 5),
        _answer("Guten Tag,\n\nSie haben recht, der Nachlass wurde nicht übernommen. Die Rechnung {invoice} wird storniert, die korrigierte geht Ihnen heute noch zu. Bitte entschuldigen Sie das Versehen.", 1),
    )),
    Story("de", "Sales", "Angebot für {count} Arbeitsplätze", 2, "pending", (
        _mail("Hallo zusammen,\n\nwir ziehen im nächsten Quartal um und brauchen {count} neue Arbeitsplätze (Notebook, Dockingstation, zwei Bildschirme). Könnten Sie uns ein Angebot machen, gern mit Miete als Variante?"),
        _answer("Guten Tag,\n\nsehr gern. Vorab zwei Fragen: Sollen die vorhandenen Lizenzen umziehen, und bis wann brauchen Sie das Angebot für Ihre Planung?", 4),
        _mail("Lizenzen ziehen um. Ein Angebot bis Monatsende reicht uns völlig.", 26),
        _note("Kalkulation Kauf und Miete vorbereiten, Wiedervorlage gesetzt.", 1),
    )),
    Story("de", "Human Resources", "Zugang für neue Kollegin zum Monatsersten", 3, "closed", (
        _mail("Guten Tag,\n\nzum Monatsersten beginnt eine neue Kollegin in der Disposition. Sie braucht ein Notebook, Zugang zu {app} und die Berechtigungen wie die Kollegen im Raum {room}.\n\nDanke und viele Grüße"),
        _answer("Guten Tag,\n\nist vorgemerkt. Bitte nennen Sie uns noch den Namen und die Kostenstelle, dann legen wir das Konto an.", 3),
        _call("Name und Kostenstelle telefonisch durchgegeben, Gerät soll am Vortag um 14 Uhr abgeholt werden.", 20),
        _answer("Konto und Gerät sind fertig. Das Erstkennwort setzt die Kollegin bei der ersten Anmeldung selbst über den Link, der an Sie geht.", 30),
    )),
    Story("de", "Facilities", "Heizung in Raum {room} bleibt kalt", 3, "open", (
        _call("Heizkörper in Raum {room} bleibt kalt, Thermostat steht auf 5. Nachbarräume sind warm."),
        _note("Hausmeister informiert; er prüft heute das Ventil.", 0.6),
    )),
    Story("de", "Support", "Passwort vergessen", 3, "closed", (
        _call("Kundin hat ihr Kennwort nach dem Urlaub vergessen, Identität über Rückruf bestätigt."),
        _note("Rücksetzlink verschickt, Anmeldung hat funktioniert.", 0.1),
    )),
    Story("de", "Support::Network", "Freigabe auf {host} nicht erreichbar", 5, "open", (
        _mail("Hallo,\n\nwir kommen seit 10:15 Uhr alle nicht mehr auf die Freigabe \\\\{host}\\daten. Windows meldet {error}. Es steht gerade das halbe Büro – bitte dringend!"),
        _note("{host} ist erreichbar, aber das Volume ist zu 100 % voll. Protokolle werden ausgelagert.", 0.2),
        _answer("Guten Tag,\n\nder Speicher auf {host} war vollgelaufen. Wir haben Platz geschaffen, die Freigabe ist wieder da. Die Ursache – ein Protokoll, das nicht gekürzt wurde – beheben wir heute noch.", 0.5),
    )),
    Story("en", "Support::Hardware", "Screen flickers on the docking station", 3, "closed", (
        _mail("Hi,\n\nthe left screen on my docking station has been flickering since Monday. It goes black for a second every few minutes. I have swapped the cable, no change.\n\nBest regards"),
        _answer("Hello,\n\nthanks for trying the cable first. Could you tell us the firmware version on the label below the dock? There is a known fault with the 1.0.4 release.", 2),
        _mail("It says 1.0.4. So I am the lucky owner of a known fault.", 1),
        _answer("You are! We have sent the update to your notebook; it installs at the next restart and takes about five minutes. Please leave the power connected meanwhile.", 1.5),
        _mail("Installed, and no flicker since. Thank you very much.", 22),
    )),
    Story("en", "Support::Software", "Cannot open shared calendar in {app}", 3, "closed", (
        _mail("Hello,\n\nsince this morning I can't open the shared project calendar in {app}. The message says {error}. My colleague next to me can open it.\n\nKind regards"),
        _note("Permission was lost when the group was renamed. Put back.", 1),
        _answer("Hello,\n\nthe access right had been lost when we renamed your project group yesterday. It is back now. Please restart {app} once.", 0.3),
    )),
    Story("en", "Billing", "Invoice {invoice} paid twice", 3, "pending", (
        _mail("Dear all,\n\nour bank tells us that we paid invoice {invoice} over {sum} twice, on the 3rd and on the 5th. Could you please check and refund one of the payments?\n\nMany thanks"),
        _answer("Hello,\n\nwe can see both payments. Shall we refund {sum}, or put it towards your next invoice?", 6),
        _mail("A refund please, to the account on file.", 3),
        _note("Refund released by accounts, arrives within five working days. Waiting for their confirmation.", 2),
    )),
    Story("en", "Sales", "Question about support hours", 2, "closed", (
        _mail("Hi there,\n\nwe are open on Saturdays from next month. Does our contract cover support on Saturdays, and if not, what would it cost?\n\nThanks"),
        _answer("Hello,\n\nyour contract covers Monday to Friday, 8 to 18. Saturday mornings can be added at any time; I attach nothing here but will send the price list separately today.", 5),
        _mail("Got it, we will take Saturday mornings. Please send the amendment.", 48),
        _answer("Wonderful. The amendment is on its way for signature.", 3),
    )),
    Story("en", "Support::Network", "Wi-Fi slow in meeting room {room}", 2, "open", (
        _mail("Hello,\n\nthe Wi-Fi in meeting room {room} on floor {floor} is painfully slow when more than {count} people are in there. Elsewhere it is fine.\n\nIs there anything you can do before the board meeting?"),
        _answer("Hello,\n\nyes: the access point there still uses a crowded channel. We will move it this evening after 19:00; a short interruption is possible.", 3),
    )),
    Story("en", "Human Resources", "Account of a leaver still active", 5, "closed", (
        _mail("Hello,\n\nI noticed that the account of a colleague who left two weeks ago still shows as active in {app}. Please disable it today.\n\nRegards"),
        _answer("Hello,\n\ndisabled, and all sessions ended. We checked the log: there was no sign-in since the last working day. Thank you for noticing.", 0.4),
    )),
    Story("en", "Facilities", "Badge does not open the side door", 2, "closed", (
        _call("Badge works at the main entrance, not at the side door. Needed for deliveries on floor {floor}."),
        _note("Right for the side door added, tested by the caller while on the phone.", 0.2),
    )),
    Story("en", "Support", "Suspicious mail with an attachment", 4, "closed", (
        _mail("Hi team,\n\nI got a mail that claims to be invoice {invoice} and wants me to open an attachment. The sender looks odd. I have NOT opened it. What should I do with it?\n\nCheers"),
        _note("Confirmed phishing, sender blocked, {count} other mailboxes cleaned.", 0.5),
        _answer("Hello,\n\nexactly right! It was a phishing mail. We have blocked the sender and removed the mail from all mailboxes. You can simply forget about it.", 0.2),
    )),
)  # fmt: skip

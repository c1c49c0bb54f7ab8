"""Writes labels.txt: one text a line, personal data marked as ⟦kind:value⟧. Python 3 standard library only; seed 5.

Check digits are computed here apart from the product's own code. '¦' inside a secret is taken out on reading, so that
scanners of repositories do not take the samples, all invented, for real keys.
"""
import random, string

rng = random.Random(5)
digits = lambda n: "".join(rng.choice("0123456789") for _ in range(n))
token = lambda n, signs=string.ascii_letters + string.digits: "".join(rng.choice(signs) for _ in range(n - 1)) + "7"

def luhn(head):
    total = 0
    for i, c in enumerate(reversed(head)):
        v = int(c) * (2 if i % 2 == 0 else 1)
        total += v - 9 if v > 9 else v
    return head + str(-total % 10)

def group(text, *sizes, sep=" "):
    parts, at = [], 0
    for size in sizes:
        parts.append(text[at:at + size]); at += size
    return sep.join(parts)

def iban(country, bban, spaced):
    number = "".join(str(int(c, 36)) for c in bban + country + "00")
    text = f"{country}{98 - int(number) % 97:02d}{bban}"
    return " ".join(text[i:i + 4] for i in range(0, len(text), 4)) if spaced else text

def german_tax():
    while True:
        order = list("0123456789"); rng.shuffle(order)
        ten = order[:9]; ten.insert(rng.randrange(1, 9), rng.choice(ten)); ten = "".join(ten)
        if ten[0] == "0": continue
        p = 10
        for c in ten:
            s = (int(c) + p) % 10 or 10
            p = s * 2 % 11
        return ten + str((11 - p) % 10)

def pesel():
    head = f"{rng.randrange(40, 99)}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}{digits(4)}"
    return head + str(-sum(int(c) * w for c, w in zip(head, [1, 3, 7, 9] * 3)) % 10)

def nir():
    head = f"{rng.choice('12')}{digits(2)}{rng.randrange(1, 13):02d}{rng.randrange(10, 95)}{digits(6)}"
    return head + f"{97 - int(head) % 97:02d}"

def bsn():
    while True:
        head = "1" + digits(7); r = sum(int(c) * w for c, w in zip(head, range(9, 1, -1))) % 11
        if r < 10: return head + str(r)

def ahv():
    head = "756" + digits(9)
    return head + str(-sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(head)) % 10)

def dni():
    n = digits(8); return n + "TRWAGMYFPDXBNJZSQVHLCKE"[int(n) % 23]

def nie():
    i, n = rng.randrange(3), digits(7); return "XYZ"[i] + n + "TRWAGMYFPDXBNJZSQVHLCKE"[int(str(i) + n) % 23]

def codice():
    odd = dict(zip(string.ascii_uppercase, [1,0,5,7,9,13,15,17,19,21,2,4,18,20,11,3,6,8,12,14,16,10,22,25,24,23]))
    head = f"{rng.choice(['RSSMRA', 'BNCLRA', 'VRDGPP'])}{digits(2)}{rng.choice('ABCDEHLMPRST')}{rng.randrange(10, 31)}{rng.choice('FHL')}{digits(3)}"
    value = lambda i, c: (odd[c if c.isalpha() else chr(65 + int(c))] if i % 2 == 0 else (ord(c) - 65 if c.isalpha() else int(c)))
    return head + chr(65 + sum(value(i, c) for i, c in enumerate(head)) % 26)

def personnummer():
    n = luhn(f"{rng.randrange(40, 99)}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}{digits(3)}"); return n[:6] + "-" + n[6:]

def cpf():
    head = digits(9)
    for first in (10, 11):
        r = sum(int(c) * w for c, w in zip(head, range(first, 1, -1))) % 11
        head += str(0 if r < 2 else 11 - r)
    return f"{head[:3]}.{head[3:6]}.{head[6:9]}-{head[9:]}"

frames = {
    "en": ["Please write to {} today.", "My details: {}.", "It was sent from {}, as far as I know", "({})", "Customer record\t{}\tactive"],
    "de": ["Bitte melden Sie sich unter {}.", "Meine Angabe lautet {}, danke.", "Der Kunde nannte {} im Gespräch."],
    "fr": ["Merci de noter {} dans le dossier.", "Voici mes coordonnées : {}"],
    "es": ["Apunte por favor {} en la ficha.", "Mis datos son {}, gracias."],
    "it": ["Ecco i miei dati: {}.", "Vi scrivo per {} come d'accordo."],
    "pl": ["Proszę zapisać {} w systemie."], "nl": ["Noteer alstublieft {} in het dossier."], "ja": ["連絡先は {} です。", "連絡先は{}です。"], "zh": ["我的联系方式是{}，谢谢。"],
}
every = [f for group_ in frames.values() for f in group_]
lines = []

def put(kind, make, count, only=None):
    for _ in range(count):
        lines.append(rng.choice(only or every).replace("{}", f"⟦{kind}:{make()}⟧"))

name = lambda: rng.choice(["anna", "j.meyer", "luis_ortega", "marie.o'neil", "k+news", "Pavel.Novak", "x1", "zoë", "李雷", "no-reply"])
put("Email", lambda: f"{name()}@{rng.choice(['firma.de', 'mail.example.co.uk', 'sub.uni-köln.de', 'acme.io', 'correo.es', 'x-y.museum'])}", 40)
put("Iban", lambda: iban("DE", digits(18), rng.random() < .5), 12)
put("Iban", lambda: iban("GB", "NWBK" + digits(14), rng.random() < .5), 8)
put("Iban", lambda: iban("FR", digits(10) + "X5" + digits(11), rng.random() < .5), 6)
put("Iban", lambda: iban("NL", "ABNA" + digits(10), rng.random() < .5), 6)
put("Iban", lambda: iban("CH", digits(17), rng.random() < .5), 6)
put("Card", lambda: luhn("4" + digits(14)), 14)
put("Card", lambda: group(luhn("5" + rng.choice("12345") + digits(13)), 4, 4, 4, 4, sep=rng.choice(" -")), 10)
put("Card", lambda: group(luhn("37" + digits(12)), 4, 6, 5), 8)
put("Card", lambda: luhn("6011" + digits(11)), 6)
put("Phone", lambda: f"+49 {rng.choice(['30', '89', '170'])} {digits(7)}", 10)
put("Phone", lambda: f"+44 20 7946 {digits(4)}", 8)
put("Phone", lambda: f"+1-415-555-{digits(4)}", 6)
put("Phone", lambda: f"({rng.randrange(201, 989)}) 555-{digits(4)}", 10)
put("Phone", lambda: f"{rng.randrange(201, 989)}-555-{digits(4)}", 8)
put("Phone", lambda: f"+33{rng.choice('67')}{digits(8)}", 6)
put("Phone", lambda: f"0{rng.choice('1234567')} " + group(digits(8), 2, 2, 2, 2), 8)
put("Phone", lambda: f"0{rng.choice(['30', '89', '221'])}/{rng.randrange(2, 9)}{digits(6)}", 8)
put("Phone", lambda: f"020 7946 {digits(4)}", 6)
put("Phone", lambda: f"6{digits(2)} {digits(3)} {digits(3)}", 8, ["Mi teléfono es {}.", "Proszę dzwonić: {}", "tel. {}"])
put("Phone", lambda: f"017{digits(9)}", 8, ["Handy: {}", "Sie erreichen mich mobil unter {}."])
put("Phone", lambda: f"0049 30 {rng.randrange(2, 9)}{digits(6)}", 6)
put("Ip", lambda: f"{rng.choice([8, 62, 93, 192, 203])}.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}", 20)
put("Ip", lambda: f"2001:db8:{rng.randrange(1, 65535):x}::{rng.randrange(1, 4095):x}1", 10)
put("Ip", lambda: "fe80:" + ":".join(f"{rng.randrange(4096, 65535):x}" for _ in range(7)), 6)
put("NationalId", lambda: f"{rng.randrange(100, 665)}-{rng.randrange(10, 99)}-{rng.randrange(1000, 9999)}", 10)
put("NationalId", lambda: rng.choice([lambda n: f"AB {n[:2]} {n[2:4]} {n[4:]} C", lambda n: f"JG{n}A"])(digits(6)), 10)
put("NationalId", german_tax, 8)
put("NationalId", lambda: group(german_tax(), 2, 3, 3, 3), 6)
put("NationalId", pesel, 8)
put("NationalId", nir, 6)
put("NationalId", lambda: group(nir(), 1, 2, 2, 2, 3, 3, 2), 6)
put("NationalId", dni, 8)
put("NationalId", nie, 6)
put("NationalId", codice, 8)
put("NationalId", bsn, 8, ["Mijn BSN is {}.", "burgerservicenummer: {}"])
put("NationalId", lambda: group(ahv(), 3, 4, 4, 2, sep="."), 8)
put("NationalId", personnummer, 6)
put("NationalId", cpf, 6)
put("Secret", lambda: "AKIA¦" + token(16, string.ascii_uppercase + "234567"), 6)
put("Secret", lambda: rng.choice(["ghp¦_", "gho¦_"]) + token(36), 6)
put("Secret", lambda: "glpat¦-" + token(20), 4)
put("Secret", lambda: f"xoxb¦-{digits(11)}-{digits(12)}-{token(24)}", 4)
put("Secret", lambda: rng.choice(["sk¦_live_", "rk¦_live_"]) + token(24), 6)
put("Secret", lambda: rng.choice(["sk¦-", "sk¦-proj-", "sk¦-ant-api03-"]) + token(48), 8)
put("Secret", lambda: "AIza¦" + token(35), 4)
put("Secret", lambda: f"eyJ¦hbGciOiJIUzI1NiJ9.eyJ¦{token(40)}.{token(43)}", 6)
put("Secret", lambda: "-----BEGIN ¦RSA PRIVATE KEY----- " + token(120) + " -----END RSA PRIVATE KEY-----", 4)
put("Secret", lambda: token(6) + rng.choice("!#%") + token(4), 14, ["password={}", "Das Passwort: {}", 'api_key = "{}"', "DB_PASSWORD: '{}'", "contraseña: {} (temporal)", "token={}&next=1"])
put("Secret", lambda: token(12), 6, ["postgres://app:{}@db.internal:5432/shop", "https://bot:{}@git.firm.example/repo"])
put("Secret", lambda: token(40), 4, ["Authorization: Bearer {}"])

# Hard negatives: they look alike and are not.
lines += """Icon file logo@2x.png is missing
npm install react@18.2.0 and lodash@4.17.21
git clone git@github.com:loramesh/core.git
Follow @marta_k and @dev on the forum
Price @ 12.50 per piece
The matrix A@B is symmetric
user@localhost cannot log in
Meet at 10:30 on 2026-03-14 or 14.03.2026
Das Treffen ist am 01.02.2026 um 09:15 Uhr
La cita es el 24/12/2025 a las 18:00
Order 4000123412341234 was shipped
Order number 4111 1111 1111 1112 does not exist
ISBN 978-3-16-148410-0 is out of print
EAN 4006381333931 on the shelf
Version 1.2.3.4 fixes the crash
v10.0.19.1 is the newest firmware
firmware 2.14.0.7 breaks the fan
See section 3.4.1.2 of the manual
The server listens on 127.0.0.1:8080 and 0.0.0.0
Netmask 255.255.255.0 is wrong
Address 300.12.1.999 is no address
std::vector<int> and Foo::Bar::Baz
MAC 00:1A:2B:3C:4D:5E was blocked
Elapsed 12:34:56 for 3:2:1 runs
The loop runs over ::1 and :: only
UUID 550e8400-e29b-41d4-a716-446655440000 was logged
sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
commit 0d955dbcf1a2
Ticket 000-12-3456 and 666-12-3456 and 912-34-5678
Invoice 123-00-4567 was void
Part number AB-123456-C is on stock
Model GB123456A is sold out
Codes BG123456A and TN123456B are test codes
DE89370400440532013001 is mistyped
GB82WEST12345698765433 is mistyped
DE12 3456 is too short to be an account
The key is under the mat
Your password must have eight characters
password: please choose a new one
Passwort: vergessen
password=$DB_PASSWORD
password: ${SECRET_FROM_VAULT}
api_key = "your_api_key_here1"
token=<your-token-1>
secret = os.environ["APP_SECRET1"]
password = ********
The token count is 1234 per batch
secret santa: 24 people take part
tokens: 4096
sk-learn is a library and sk-1 a street
ghp_short is no token
AKIA is a prefix
eyJ is how it begins
-----BEGIN PUBLIC KEY----- MIIBIjANBgkq -----END PUBLIC KEY-----
-----BEGIN CERTIFICATE----- MIIC -----END CERTIFICATE-----
https://example.org/a:b@c is an odd path
12345678A is no identity card
87654321Z neither
RSSMRA85T10A562A has a wrong check letter
44051401358 has a wrong check digit
86095742718 has a wrong check digit
756.1234.5678.90 has a wrong check digit
Serial 0012-3456-7890-1234 on the back
The total is 1,234,567.89 euros
Pi is 3.14159265358979323846
Coordinates 52.520008, 13.404954
Coordinates 48.858370 2.294481
Population 8 336 817 in 2022
Der Preis beträgt 1.234.567 Euro
Use 100 200 300 400 as test values
Rows 1 2 3 4 5 6 7 8 9 10 11 12
1-2-3-4-5-6-7-8-9
Score 3-2 after 90 minutes
Years 1999-2024 and 2001/2002
Opened 24/7 since 1987
Tracking 1Z999AA10123456784
IMEI 356938035643809
VIN WVWZZZ1JZXW000001
Add 250 g flour, 3 eggs and 125 ml milk
Timestamp 1732521600 was stored
20261125064500 is the backup
1234567890 is a bad number
ZIP 10115 Berlin, 75001 Paris, 28001 Madrid
PLZ 8001 Zürich, Postfach 1234
Article 12345-678 in size 42
HTTP 404 and 500 at 99.95 %
Route 66 to exit 12B, 17 km
Die Artikelnummer 4711-0815 fehlt
Le colis 3S00 1234 5678 est perdu
El pedido 2024-000123 no llega
Numer zamówienia 2024/11/000123
注文番号は 20241125-0042 です
Chapter 10.20.30.40 does not exist
A 16:9 screen with 3840x2160 pixels
if (a[10] == 0x7fffffff) return -1;
Zaragoza 3 - 1 Betis, 21:00
Stock AAPL closed at 189.95
Room 12-34-56 on level 3
fee 0.5 % of 12 000 000
9-digit 123456789 and 987654321""".split("\n")
rng.shuffle(lines)
with open("labels.txt", "w", encoding="utf-8", newline="\n") as out:
    out.write("\n".join(lines) + "\n")

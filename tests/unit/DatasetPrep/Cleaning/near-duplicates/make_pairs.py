"""Writes pairs.jsonl: two rows and whether a person would call them the same row twice. Python 3 standard library only; seed 11.

The base texts are written by hand; the edits imitate what happens when the same thing is dropped twice (reformatted,
retyped, lightly corrected) and what only looks like it (another number, another answer, another subject, a shared frame).
"""
import json, random

rng = random.Random(11)
BASES = [
    ("How do I reset the password of my account when I no longer have access to the e-mail address that I registered with?",
     "Open the sign-in page, choose the option for a lost password, and then pick the way by text message. If no number is stored, write to the help desk with a copy of your last invoice."),
    ("The coffee machine in the second floor kitchen shows a red light and makes a grinding noise whenever somebody asks for an espresso.",
     "The grinder is blocked. Switch it off, take out the bean container, remove what is stuck with a brush, and start it again without beans once."),
    ("Please summarise the minutes of yesterday's meeting for the colleagues who could not come.",
     "The team agreed to postpone the release, to repair the import first, and to ask two customers for a trial. Ms Novak keeps the list of open points."),
    ("What is the difference between a guarantee and a warranty under the conditions of sale?",
     "The warranty is what the law gives every buyer. The guarantee is a promise of the maker beyond it, whose length and limits the maker chooses freely."),
    ("Translate into German: The train to the coast leaves from the other platform today because of the building works.",
     "Der Zug an die Küste fährt heute wegen der Bauarbeiten vom anderen Bahnsteig ab."),
    ("Write a short and friendly reminder for an invoice that has been open for some weeks.",
     "Good morning, perhaps our invoice was lost on its way: it has been open for some weeks. Would you have a look at it, please? Many thanks in advance."),
    ("Warum läuft die Heizung im Dachgeschoss auch dann weiter, wenn der Thermostat längst auf die niedrigste Stufe gestellt ist?",
     "Das Ventil klemmt vermutlich. Nehmen Sie den Kopf ab und drücken Sie den Stift einige Male vorsichtig hinein, bis er sich frei bewegt."),
    ("Welche Unterlagen brauche ich, um ein Gewerbe anzumelden, und wie lange dauert die Bearbeitung gewöhnlich?",
     "Sie brauchen einen Ausweis, das ausgefüllte Formular und bei erlaubnispflichtigen Tätigkeiten den Nachweis. Meist liegt die Bestätigung noch am selben Tag vor."),
    ("Comment puis-je modifier l'adresse de livraison d'une commande qui est déjà en cours de préparation ?",
     "Tant que le colis n'est pas remis au transporteur, ouvrez la commande dans votre espace et choisissez une autre adresse. Ensuite, seul le transporteur peut la changer."),
    ("Quelle est la meilleure façon de conserver le pain frais pendant plusieurs jours sans le congeler ?",
     "Enveloppez-le dans un torchon propre et rangez-le dans une boîte en bois, à l'abri de la lumière. Le réfrigérateur le fait rassir plus vite."),
    ("¿Cómo puedo cancelar mi suscripción antes de que se renueve automáticamente el próximo mes?",
     "Entre en su cuenta, abra la sección de pagos y pulse cancelar. La suscripción seguirá activa hasta el final del periodo que ya ha pagado."),
    ("Dlaczego moja przesyłka od kilku dni ma ten sam status, chociaż miała dotrzeć już wczoraj rano?",
     "Paczka czeka w sortowni na ponowne skanowanie. Jeżeli status nie zmieni się do jutra, proszę zgłosić reklamację przez formularz na stronie."),
    ("Explain to a beginner why a database needs an index and what it costs to have too many of them.",
     "An index is like the register of a book: it finds a row without reading all pages. Every new row must also be written into each index, so too many of them slow down writing."),
    ("Our printer prints every second page upside down since the update of the driver that was installed last week.",
     "Open the settings of the driver, go to the layout, and set the binding edge to the long side. The update has put it to the short side."),
    ("Describe the smell of rain on dry ground to somebody who has never smelled it.",
     "It is as if the earth breathed out: a little dust, a little stone, something green that wakes up, and over all of it a coolness that you feel more than smell."),
    ("Which vegetables can be sown in early spring in a garden that still gets frost at night?",
     "Spinach, broad beans, peas and radishes bear light frost. Cover the rows with fleece during the coldest nights, and wait with beans and cucumbers."),
]

def typo(text):
    at = rng.randrange(len(text) // 3, len(text) - 4)
    return text[:at] + text[at + 1] + text[at] + text[at + 2:]

def word(text, new="really"):
    words = text.split(" "); words.insert(rng.randrange(2, len(words) - 1), new); return " ".join(words)

def drop_word(text):
    words = text.split(" "); words.pop(rng.randrange(2, len(words) - 2)); return " ".join(words)

row = lambda q, a, system=None: {"messages": ([{"role": "system", "content": system}] if system else []) + [{"role": "user", "content": q}, {"role": "assistant", "content": a}]}
pairs = []
def put(same, edit, a, b): pairs.append({"same": same, "edit": edit, "a": a, "b": b})

for q, a in BASES:
    put(True, "case", row(q, a), row(q.upper(), a))
    put(True, "punctuation", row(q, a), row(q.rstrip(".?!") + " !!", a.replace(",", "")))
    put(True, "spaces", row(q, a), row("  " + q.replace(" ", "  "), a.replace(". ", ".\n\n")))
    put(True, "quotes", row(q, a), row(f"\"{q}\"", f"**{a}**"))
    put(True, "typo in the question", row(q, a), row(typo(q), a))
    put(True, "typo in the answer", row(q, a), row(q, typo(a)))
    put(True, "one word more", row(q, a), row(word(q), a))
    put(True, "one word less in the answer", row(q, a), row(q, drop_word(a)))
    put(True, "greeting", row(q * 2, a), row("Hello, " + q * 2, a))
    put(True, "plain text retyped", {"text": q + " " + a}, {"text": typo(q) + " " + a})

for i, (q, a) in enumerate(BASES):
    other_q, other_a = BASES[(i + 5) % len(BASES)]
    number = rng.randrange(100, 900)
    put(False, "another number", row(f"{q} It is about order {number}.", a), row(f"{q} It is about order {number + 1}.", a))
    put(False, "another answer", row(q, a), row(q, other_a))
    put(False, "another question", row(q, a), row(other_q, a))
    put(False, "another subject", row(q, a), row(other_q, other_a))
    put(False, "another label", row(q, "urgent"), row(q, "not_urgent_at_all"))
    put(False, "another instruction", row(q, a, "Answer as a patient teacher."), row(q, a, "Answer in one sentence, as a pirate."))
    put(False, "one half new", row(q, a), row(q[:len(q) // 2] + other_q[len(other_q) // 2:], a))
    put(False, "shared long frame", row("You will get a message of a customer. Read it with care and answer in a friendly tone. The message: " + q, a),
        row("You will get a message of a customer. Read it with care and answer in a friendly tone. The message: " + other_q, other_a))
    put(False, "the opposite", row(f"I like this: {q}", "Positive sentiment."), row(f"I like this: {q}", "Negative sentiment."))
    put(False, "one word decides", row(f"Is it allowed? {q}", "It is allowed, yes."), row(f"Is it not forbidden? {q}", "It is forbidden, sadly."))

rng.shuffle(pairs)
with open("pairs.jsonl", "w", encoding="utf-8", newline="\n") as out:
    for pair in pairs:
        out.write(json.dumps(pair, ensure_ascii=False) + "\n")

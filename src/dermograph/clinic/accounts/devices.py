"""A device in plain words, from what its browser says of itself; not proof of anything."""

from __future__ import annotations

from dermograph.core.text import Text

# The first that is found counts: every browser also names those that it descends from.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("HeadlessChrome", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", Text("an iPhone", "un iPhone")),
    ("iPad", Text("an iPad", "un iPad")),
    ("Android", Text("an Android device", "un dispositivo Android")),
    ("Windows", Text("a Windows computer", "un ordenador Windows")),
    ("CrOS", Text("a Chromebook", "un Chromebook")),
    ("Macintosh", Text("a Mac", "un Mac")),
    ("Linux", Text("a Linux computer", "un ordenador Linux")),
)


def device_words(agent: str) -> Text:
    """Such as “Firefox on a Windows computer”.

    Args:
        agent: The header ``User-Agent``; whatever was sent.
    """
    browser = next((name for mark, name in BROWSERS if mark in agent), None)
    system = next((words for mark, words in SYSTEMS if mark in agent), None)
    if browser and system:
        return Text(f"{browser} on {system.en}", f"{browser} en {system.es}")
    if browser:
        return Text(browser, browser)
    if system:
        return Text(system.en[0].upper() + system.en[1:], system.es[0].upper() + system.es[1:])
    return Text("An unknown device", "Un dispositivo desconocido")

"""What the scripts of drawing and of the camera say, in both languages."""

from __future__ import annotations

from typing import Any

from dermograph.core.text import Language, Text

FAULTS = {
    "crosses": Text(
        "The outline crosses or touches itself near x = {x}, y = {y}. Move or delete a point there.",
        "El contorno se cruza o se toca cerca de x = {x}, y = {y}. Mueva o borre un punto ahí.",
    ),
    "outside": Text(
        "The point x = {x}, y = {y} lies outside the photograph. Move it inside.",
        "El punto x = {x}, y = {y} queda fuera de la fotografía. Muévalo hacia dentro.",
    ),
    "within": Text(
        "One part lies inside another. Holes cannot be given; draw the parts apart.",
        "Una parte queda dentro de otra. No se admiten huecos; dibuje las partes separadas.",
    ),
    "few": Text("A part needs at least three points.", "Una parte necesita al menos tres puntos."),
    "flat": Text("A part has no area. Draw it again.", "Una parte no tiene área. Dibújela otra vez."),
    "many": Text("There are more than {most} points. Draw with fewer.", "Hay más de {most} puntos. Dibuje con menos."),
}
OUTLINE = {
    "pane": Text("Photograph to draw on", "Fotografía sobre la que se dibuja"),
    "point": Text(
        "Part {part}, point {point} of {count}: x {x}, y {y}", "Parte {part}, punto {point} de {count}: x {x}, y {y}"
    ),
    "nothing": Text("Nothing is drawn yet.", "Todavía no hay nada dibujado."),
    "openLine": Text(
        "Points: {points}; not closed yet. Click the first point to close.",
        "Puntos: {points}; aún sin cerrar. Pulse el primer punto para cerrar.",
    ),
    "part": Text("Closed outline, {points} points.", "Contorno cerrado, {points} puntos."),
    "parts": Text("{parts} closed parts, {points} points.", "{parts} partes cerradas, {points} puntos."),
    "area": Text(
        "{area} ± {error} cm² in the plane of the card (error of the scale alone)",
        "{area} ± {error} cm² en el plano de la tarjeta (solo el error de la escala)",
    ),
    "noScale": Text(
        "Area not known: no card of known size was read in this photograph.",
        "Área desconocida: en esta fotografía no se leyó una tarjeta de tamaño conocido.",
    ),
    "notJudged": Text(
        "Area not known yet: the photograph is still being read.",
        "Área aún desconocida: la fotografía se está leyendo todavía.",
    ),
    "added": Text("Point {point} added.", "Punto {point} añadido."),
    "movedTo": Text("x {x}, y {y}", "x {x}, y {y}"),
    "cursor": Text("Crosshair at x {x}, y {y}", "Cruz en x {x}, y {y}"),
    "removed": Text("Point deleted.", "Punto borrado."),
    "partRemoved": Text("Part deleted.", "Parte borrada."),
    "closed": Text("The part is closed. Drag points to correct it.", "Cerrada. Arrastre los puntos para corregir."),
    "closeFirst": Text("Close the open line first, or delete it.", "Cierre antes la línea abierta, o bórrela."),
    "choosePoint": Text("Choose a point first.", "Elija antes un punto."),
    "pickTool": Text("Choose Points or Freehand to draw.", "Elija Puntos o A mano alzada para dibujar."),
    "strokeShort": Text(
        "Too short: keep the button or finger down and go once around the lesion.",
        "Demasiado corto: mantenga pulsado y rodee la lesión una vez.",
    ),
    "undo": Text("Undone.", "Deshecho."),
    "redo": Text("Done again.", "Rehecho."),
    "notRead": Text(
        "These coordinates cannot be read; the drawing stays as it is.",
        "Estas coordenadas no se pueden leer; el dibujo queda como está.",
    ),
    "refining": Text("Looking for the visible border…", "Buscando el borde visible…"),
    "taken": Text(
        "The refined outline is taken. Undo brings yours back.",
        "Se usa el contorno ajustado. Deshacer recupera el suyo.",
    ),
    "kept": Text("Your outline stays.", "Se mantiene su contorno."),
    "noAnswer": Text(
        "There was no answer. Your drawing is still here; try again.",
        "No hubo respuesta. Su dibujo sigue aquí; inténtelo de nuevo.",
    ),
}
LANDMARKS = {
    "before": Text("First photograph, landmarks", "Primera fotografía, puntos de referencia"),
    "after": Text("Follow-up, landmarks", "Seguimiento, puntos de referencia"),
    "sideBefore": Text("first photograph", "primera fotografía"),
    "sideAfter": Text("follow-up", "seguimiento"),
    "point": Text("Landmark {number} in the {side}: x {x}, y {y}", "Punto {number} en {side}: x {x}, y {y}"),
    "next": Text("Now click landmark {number} in the {side}.", "Marque ahora el punto {number} en {side}."),
    "start": Text(
        "Click a mole, freckle or scar end in either photograph, then the same place in the other.",
        "Marque un lunar, una peca o el extremo de una cicatriz en una fotografía y el mismo lugar en la otra.",
    ),
    "more": Text("Pairs: {count}; at least {least} are needed.", "Pares: {count}; se necesitan al menos {least}."),
    "enough": Text(
        "Pairs: {count}. More pairs around the lesion make the map surer.",
        "Pares: {count}. Más pares alrededor de la lesión hacen la alineación más segura.",
    ),
    "line": Text(
        "The pairs stand almost in a line. Add one to the side of it.",
        "Los pares están casi en línea. Añada uno a un lado.",
    ),
    "off": Text("{off} px", "{off} px"),
    "offSays": Text(
        "Pair {number} lies {off} px from where the others put it. Look at it again.",
        "El par {number} queda a {off} px de donde lo sitúan los demás. Revíselo.",
    ),
    "outside": Text("Place landmarks on the photograph.", "Coloque los puntos sobre la fotografía."),
    "twice": Text("This landmark is there already.", "Ese punto ya está."),
    "single": Text("Landmark {number} lacks its pair.", "Al punto {number} le falta su par."),
    "added": Text("Landmark {number} set in the {side}.", "Punto {number} puesto en {side}."),
    "removed": Text("Landmark {number} deleted; later ones move up.", "Punto {number} borrado; los demás suben."),
    "delete": Text("Delete pair {number}", "Borrar el par {number}"),
    "deleteShort": Text("Delete", "Borrar"),
    "missing": Text("not set", "sin marcar"),
    "cursor": Text("Crosshair at x {x}, y {y}", "Cruz en x {x}, y {y}"),
    "movedTo": Text("x {x}, y {y}", "x {x}, y {y}"),
    "undo": Text("Undone.", "Deshecho."),
    "redo": Text("Done again.", "Rehecho."),
}
CAMERA = {
    "insecure": Text(
        "Browsers give a camera only to pages on https or on this very computer. Upload a photograph instead.",
        "Los navegadores solo dan la cámara a páginas con https o de este mismo equipo. Suba una fotografía.",
    ),
    "denied": Text(
        "The browser may not use the camera. Allow it beside the address, then start again; or upload a photograph.",
        "El navegador no tiene permiso para usar la cámara. Permítalo junto a la dirección y empiece de nuevo; o suba"
        " una fotografía.",
    ),
    "none": Text(
        "This device has no camera. Upload a photograph instead.",
        "Este dispositivo no tiene cámara. Suba una fotografía.",
    ),
    "busy": Text(
        "Another program is using the camera. Close it, then start again; or upload a photograph.",
        "Otro programa está usando la cámara. Ciérrelo y empiece de nuevo; o suba una fotografía.",
    ),
    "late": Text(
        "The camera does not answer. Answer the browser if it asks for permission, close other programs that use the"
        " camera, then press “Start the camera” again; or upload a photograph.",
        "La cámara no responde. Responda al navegador si pide permiso, cierre otros programas que usen la cámara y"
        " pulse de nuevo «Encender la cámara»; o suba una fotografía.",
    ),
    "starting": Text("Starting the camera…", "Encendiendo la cámara…"),
    "stopped": Text("The camera is off.", "La cámara está apagada."),
    "running": Text("The camera is on: {width} × {height} px.", "Cámara encendida: {width} × {height} px."),
    "waiting": Text("Looking at the picture…", "Mirando la imagen…"),
    "silent": Text(
        "The check does not answer. You can still take the photograph; it is judged when it is kept.",
        "La comprobación no responde. Puede hacer la fotografía; se evaluará al guardarla.",
    ),
    "signedOut": Text(
        "You have been signed out. Sign in again in another tab, then go on here.",
        "Se ha cerrado su sesión. Entre de nuevo en otra pestaña y siga aquí.",
    ),
    "passed": Text("good", "bien"),
    "failed": Text("mend", "corregir"),
    "unknown": Text("not known", "no se sabe"),
    "taking": Text("Taking the photograph…", "Haciendo la fotografía…"),
    "notTaken": Text("The camera gave no picture. Take it again.", "La cámara no dio ninguna imagen. Repítala."),
    "taken": Text("{width} × {height} px. Keep it, or take it again.", "{width} × {height} px. Guárdela o repítala."),
    "keeping": Text("Storing the photograph…", "Guardando la fotografía…"),
    "notKept": Text(
        "The photograph was not stored. It is still here; try again.",
        "La fotografía no se guardó. Sigue aquí; inténtelo de nuevo.",
    ),
    "camera": Text("Camera {number}", "Cámara {number}"),
}


def in_language(words: dict[str, Text], language: Language) -> dict[str, Any]:
    """The words in one language, as a script takes them."""
    return {name: text.say(language) for name, text in words.items()}


def outline_words(language: Language) -> dict[str, Any]:
    """The words of the outline's page."""
    return {**in_language(OUTLINE, language), "faults": in_language(FAULTS, language)}

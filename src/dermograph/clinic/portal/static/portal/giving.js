// An error that was just made takes the focus, so that it is read first.

document.getElementById("error")?.focus();

"""Serving the clinic: one supervisor, which keeps a web server and the runner of the measurements alive."""

from dermograph.clinic.serve.options import Options, Say
from dermograph.clinic.serve.ready import prepare
from dermograph.clinic.serve.safety import check_address
from dermograph.clinic.serve.supervisor import serve, work

__all__ = ["Options", "Say", "check_address", "prepare", "serve", "work"]

"""One archive for all tests of a process."""

from collections.abc import Iterator

import pytest

from tests.exchange.dicom.judging import Orthanc, orthanc


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    """Orthanc on loopback."""
    with orthanc(tmp_path_factory.mktemp("orthanc")) as found:
        yield found

"""Synthetic photographs of skin with known truth, for tests, the benchmark and the demo. Never a real person.

Everything follows from its seeds: the same arguments give the same bytes. **Seeds below 10,000 are for tuning; seeds
from 10,000 on are held out**: only tests and benchmarks that decide use them, and nothing is ever tuned on them.

``scene`` makes a patch of skin with a lesion; ``shoot`` photographs it; ``pair`` photographs it twice. Every photograph
comes with its ``Truth``. Its name starts with "synthetic", and ``labelled`` writes that into a picture for people.
"""

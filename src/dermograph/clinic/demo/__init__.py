"""A made-up clinic: patients at every stage and treatment, with synthetic photographs that are really measured.

Everything is written by the services of the apps, each on its own day: the clock is set back, and every story goes on
where the day has come. Nobody in it exists. ``python -m dermograph.clinic.demo FOLDER`` makes it.
"""

"""The clinic: the Django site. Rows and pages only: ``care`` decides, ``photo`` measures.

The apps, from the lowest to the highest: ``vault`` (photographs at rest), ``people`` (clinics, staff, patients, areas,
courses), ``audit`` (who did what), ``look`` (how everything looks), ``ledger`` (lots, payments), ``intake`` (answers,
assessments, consents), ``agenda`` (appointments), ``gallery`` (photographs, outlines, comparisons), ``treatment``
(sessions, symptoms, reviews), ``overview`` (today, the course line, outcomes, settings). An app imports only those
before it; ``facts`` turns rows into what the engine takes.
"""

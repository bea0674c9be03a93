"""Records between this clinic and other systems: our rows as parts of a record, and what others sent us."""

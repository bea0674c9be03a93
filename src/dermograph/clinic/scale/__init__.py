"""More than one machine: workers that measure elsewhere, what several servers share, and measuring a cohort again."""

"""A Power BI project of both marts: semantic model (TMDL), reports in two languages (PBIR), and their checks."""

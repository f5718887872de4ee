"""Words of seven languages: charges, countries, months and statuses."""

"""The dashboard: pages on both marts and on the data's quality, as the database lets their reader see them."""

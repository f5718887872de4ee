"""Rights of persons, retention, rotation of the secret and breaches."""

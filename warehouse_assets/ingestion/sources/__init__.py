"""What a source declares: its settings, its canonical relations and the deliveries in its incoming directory."""

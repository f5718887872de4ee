"""What a person sees at the end of a run: figures and a picture."""

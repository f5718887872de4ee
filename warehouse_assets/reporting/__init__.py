"""The summary at the end of a run: figures and a picture."""

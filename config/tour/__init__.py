"""What to try in five minutes: the demonstration city's guided tour, and signing in to it with one click.

Nothing of this exists on a server that others can reach, nor over a city that is not the demonstration's.
"""

"""The demonstration city 江城市: three years of work, done through the services by its people, each at their time.

Everybody signs in with one password, which stands in the README. That is safe only where nobody else can
reach the server: the city is not built elsewhere, and `DemoPasswordGuard` lets nobody in with this password
once the server has a public name, whatever the database holds.

The words are in config/data/city/: offices, systems, applications of three years, a library of functions in four
hands. What happens when, and who decides what, is here. The same day gives the same city.
"""

from config.demo.accounts import PASSWORD, DemoPasswordGuard
from config.demo.city import build, found

__all__ = ["PASSWORD", "DemoPasswordGuard", "build", "found"]

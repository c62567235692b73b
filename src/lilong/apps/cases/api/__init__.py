"""Cases for programs: everything the pages do, as JSON. The steps are operations because the life-cycle has them."""

from lilong.apps.cases.api.operations import router

__all__ = ["router"]

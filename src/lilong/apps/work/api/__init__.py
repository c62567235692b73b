"""Work for programs: everything its pages do, as JSON."""

from ninja import Router

from lilong.apps.work.api import scenarios, tasks, undertakings

router = Router(tags=["work"])
router.add_router("", tasks.router)
router.add_router("/scenarios", scenarios.router)
router.add_router("/undertakings", undertakings.router)

__all__ = ["router"]

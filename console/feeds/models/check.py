"""What trying MLflow found: the answer to ``doctor``."""

from __future__ import annotations

from console.feeds.check import Cause, Finding
from console.feeds.http import SourceError
from console.feeds.models.access import SETTING, MlflowAccess, opened
from console.feeds.models.answers import Registered, model_versions, registered_models
from console.feeds.models.reading import API
from console.governance.modelnames import PRODUCTION_ALIASES

_NAME = "mlflow"


async def check(access: MlflowAccess, timeout_s: float = 5.0) -> list[Finding]:
    """Try an MLflow: reachable, permitted, models and versions readable, and whether aliases say what production is."""
    source = opened(access, timeout_s=timeout_s)
    try:
        models, following = registered_models(
            (await source.get(f"{API}/registered-models/search?max_results=100")).data
        )
        model_versions((await source.get(f"{API}/model-versions/search?max_results=1")).data)
    except SourceError as problem:
        causes: dict[str, Cause] = {"denied": "denied"}
        cause = causes.get(problem.state, "unreachable")
        return [Finding(_NAME, "bad", problem.why, problem.todo, cause)]
    except ValueError:
        what = f"{access.address} answers, but not as MLflow does"
        return [Finding(_NAME, "bad", what, f"check that {SETTING} is MLflow's", "unreachable")]
    finally:
        await source.close()
    count = f"{len(models)} or more" if following else str(len(models))
    found = [Finding(_NAME, "ok", f"MLflow at {access.address}: {count} registered models")]
    return [*found, *_aliases(models)]


def _aliases(models: list[Registered]) -> list[Finding]:
    without = [model.name for model in models if not _has_production(model)]
    if not without:
        return []
    what = f"no version is production of {', '.join(without[:5])}"
    what += " and others" if len(without) > 5 else ""
    return [Finding("aliases", "warn", what, "set the alias production on the version that is to run")]


def _has_production(model: Registered) -> bool:
    aliases = {alias.casefold() for alias in model.aliases}
    return bool(aliases & {*PRODUCTION_ALIASES}) or any(one.stage == "Production" for one in model.latest)

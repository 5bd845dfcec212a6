"The page *Ask* and all that it loads, as files of the static site."

from __future__ import annotations

from collections.abc import Iterator

from anedb.api.ask import Asker
from anedb.api.knowledge_files import knowledge_files
from anedb.catalog import layers, targets
from anedb.domain.site import Site
from anedb.export.ask import build
from anedb.export.site import shared
from anedb.export.site.paths import Paths

PAGE = "ask.html"


def ask_files(asker: Asker, site: Site) -> Iterator[tuple[str, str]]:
    "Path and text. Raises `TranslateError` where the judge says what the translator does not know."
    made = list(build.files(knowledge_files(asker)))
    yield from made
    paths = Paths(
        ((it.format, it.type) for it in site.layers), (it.id for it in site.chips), (it.id for it in site.sources)
    )
    engines = {each.id for each in site.engines}
    yield (
        PAGE,
        shared(site, paths, (PAGE,)).render(
            PAGE,
            PAGE,
            stamp=build.stamp(text for _, text in made),
            types=types(),
            others=[each.id for each in targets.chips() if each.engine not in engines],
            systems=systems(),
        ),
    )


def types() -> list[str]:
    "A name that both formats have stands for ML Program's; the other is named with its format."
    found: list[str] = []
    for name in layers.all_types():
        bare = name.split(":", 1)[1]
        found.append(name if bare in found else bare)
    return found


def systems() -> list[str]:
    "The newest first."
    return [f"{os} {version}" for each in reversed(targets.releases()) for os, version in each.versions.items()]

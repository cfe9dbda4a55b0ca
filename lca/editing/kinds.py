"""The kinds of documents, each with its model."""

from __future__ import annotations

from lca.inventory import characterisation, economics, frameworks, lots, schema
from lca.inventory.backgrounds import BackgroundLinks
from lca.inventory.published import PublishedFootprints

#: Beside the options of axes, whose models are `schema.AxisOption`. None of the first keys of an earlier kind may stand
#: in a document of a later one, so that the first that is found tells the kind.
MODELS: dict[str, type[schema.Model]] = {
    "workspace": schema.WorkspaceDocument,
    "study": schema.Study,
    "process": schema.Process,
    "allocation": economics.Allocation,
    "prices": economics.PriceList,
    "method": characterisation.Method,
    "background": BackgroundLinks,
    "framework": frameworks.Framework,
    "loop": schema.Loop,
    "biosphere": characterisation.Biosphere,
    "origins": economics.Origins,
    "published": PublishedFootprints,
    "lots": lots.Lots,
    "flows": schema.Flows,
    "sources": schema.Sources,
    "links": schema.Links,
}


def keys_of(model: type[schema.Model]) -> list[str]:
    """The keys of a model as people write them."""
    return [info.alias or name for name, info in model.model_fields.items()]

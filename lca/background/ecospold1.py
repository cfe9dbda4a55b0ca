"""ecoSpold 1 (Hedemann and Koenig 2003, "Technical documentation of the ecoinvent database"), read leniently: neither
the order of elements nor the length of texts is held against a file, only what its numbers need is asked for.

Groups of exchanges: inputs 1 to 3 and 5 come from other activities, 4 from nature; outputs are 0 the reference product,
1 avoided production, 2 a co-product, 3 a waste to be treated, 4 to nature. An uncertainty is given by type: 1 lognormal
(`meanValue` is taken as its median, `standardDeviation95` is the squared geometric standard deviation), 2 normal
(twice the standard deviation), 3 triangular, 4 uniform.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from lca.background.data_sets import DataExchange, DataSet, Kind, Noticed
from lca.background.source_files import UNREADABLE, SourceFile
from lca.background.uncertainty import Spread, lognormal, normal, triangular, uniform
from lca.background.xml_stream import Element, XMLError, elements, root_of
from lca.errors import Problems, Span

_INPUTS: dict[str, Kind] = {"1": "input", "2": "input", "3": "input", "4": "elementary", "5": "input"}
_OUTPUTS: dict[str, Kind] = {"1": "avoided", "2": "co-product", "3": "waste", "4": "elementary"}


def is_ecospold1(file: SourceFile) -> bool:
    """Whether a file is ecoSpold of the first version."""
    if file.suffix not in (".xml", ".spold"):
        return False
    try:
        with file.open() as stream:
            tag, space = root_of(stream)
    except (XMLError, *UNREADABLE):
        return False
    return tag == "ecoSpold" and "02" not in space.rpartition("/")[2]


def read_ecospold1(
    files: Iterable[SourceFile], problems: Problems, noticed: Noticed, progress: Callable[[str], None]
) -> list[DataSet]:
    """The data sets of all files; those that hold several products are shared out as they say themselves."""
    found: list[DataSet] = []
    for file in files:
        progress(file.name)
        try:
            with file.open() as stream:
                for element in elements(stream, "dataset"):
                    found += _data_sets(_Reading(element, file, problems, noticed))
        except XMLError as cause:
            problems.add("REE-B005", f"{file.name}: {cause}", Span(file.place, cause.line, cause.column))
        except UNREADABLE as cause:
            problems.add("REE-B002", f"{file.name} cannot be read: {cause}", Span(file.place, 1, 1))
    return found


class _Reading:
    """One data set while it is read."""

    def __init__(self, element: Element, file: SourceFile, problems: Problems, noticed: Noticed):
        self.element, self.file, self.problems, self.noticed = element, file, problems, noticed
        information = element.first("metaInformation", "processInformation")
        empty = Element("", {}, element.line)
        self.function = (information and information.first("referenceFunction")) or empty
        self.geography = (information and information.first("geography")) or empty
        self.technology = (information and information.first("technology")) or empty
        self.code = element.get("number") or self.file.name

    def span(self, element: Element) -> Span:
        return Span(self.file.place, element.line, 1)

    def number(self, element: Element, attribute: str) -> float:
        """A number; NaN, and a problem, where it is none. Reading goes on, to find the others."""
        text = element.get(attribute)
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            message = f"{self.called} {element.get('name')}: {attribute} {text!r} is no number"
            self.problems.add("REE-B011", message, self.span(element), expected="a number")
        return value

    @property
    def called(self) -> str:
        return f"data set {self.code} ({self.tidy(self.function.get('name')) or 'without a name'}):"

    def tidy(self, name: str) -> str:
        """A name without spaces that cannot be seen."""
        short = " ".join(name.split())
        if short != name:
            self.noticed.conversion("Spaces at the ends of names, and doubled ones, were taken away")
        return short


def _data_sets(reading: _Reading) -> list[DataSet]:
    flow_data = reading.element.first("flowData")
    lines = flow_data.all("exchange") if flow_data else []
    products: list[Element] = []
    others: list[tuple[Kind, Element]] = []
    for line in lines:
        if _is_product(line):
            products.append(line)
        elif (kind := _kind(line)) is not None:
            others.append((kind, line))
        else:
            message = f"{reading.called} {line.get('name')} is neither input nor output"
            reading.problems.add("REE-B011", message, reading.span(line), expected="an inputGroup or an outputGroup")
    allocations = flow_data.all("allocation") if flow_data else []
    if allocations:
        outputs = products + [line for kind, line in others if kind == "co-product"]
        kept = [pair for pair in others if pair[0] != "co-product"]
        return _shared_out(reading, outputs, kept, allocations)
    reference, rest = _reference(reading, products)
    others += [("co-product", line) for line in rest]
    return [_data_set(reading, reading.code, reference, others)]


def _is_product(line: Element) -> bool:
    group = line.first("outputGroup")
    return group is not None and group.text.strip() == "0"


def _kind(line: Element) -> Kind | None:
    given, taken = line.first("outputGroup"), line.first("inputGroup")
    if given is not None:
        return _OUTPUTS.get(given.text.strip())
    return _INPUTS.get(taken.text.strip()) if taken is not None else None


def _reference(reading: _Reading, products: list[Element]) -> tuple[Element, list[Element]]:
    """The reference product, and others that the data set makes beside it."""
    if not products:
        # the reference function has the same attributes, but for the amount
        made = Element("exchange", dict(reading.function.attributes), reading.function.line)
        made.attributes["meanValue"] = reading.function.get("amount")
        reading.noticed.note("Data sets without a reference product among their exchanges: taken from their heads")
        return made, []
    name = reading.function.get("name")
    best = next((line for line in products if line.get("number") == reading.code), None)
    best = best or next((line for line in products if line.get("name") == name), products[0])
    return best, [line for line in products if line is not best]


def _data_set(
    reading: _Reading,
    code: str,
    product: Element,
    others: Iterable[tuple[Kind, Element]],
    shares: dict[str, float] | None = None,
) -> DataSet:
    """One data set; with `shares` by number of exchange, what is not shared belongs to other products."""
    name = reading.tidy(product.get("name") or reading.function.get("name"))
    exchanges = []
    for kind, line in others:
        share = 1.0 if shares is None else shares.get(line.get("number"), 0.0)
        if share:
            exchanges.append(_exchange(reading, kind, line, share))
    return DataSet(
        code,
        name,
        reading.geography.get("location") or product.get("location"),
        name,
        product.get("number"),
        product.get("unit") or reading.function.get("unit"),
        reading.number(product, "meanValue"),
        tuple(exchanges),
        reading.span(reading.element),
        _spread(reading, product, 1.0),
        _details(reading),
    )


def _details(reading: _Reading) -> tuple[str, ...]:
    """Region, region with time, technology, comment."""
    region = reading.geography.get("text")
    begins = reading.element.first("metaInformation", "processInformation", "timePeriod", "startDate")
    texts = (
        region,
        f"{region} {begins.text.strip()[:10] if begins else ''}",
        reading.technology.get("text"),
        reading.function.get("generalComment"),
    )
    return tuple(" ".join(text.split()) for text in texts)


def _exchange(reading: _Reading, kind: Kind, line: Element, share: float) -> DataExchange:
    categories = (line.get("category"), line.get("subCategory")) if kind == "elementary" else ()
    return DataExchange(
        kind,
        line.get("number"),
        reading.tidy(line.attributes.get("name", "")),
        line.get("unit"),
        reading.number(line, "meanValue") * share,
        line.get("location"),
        tuple(filter(None, categories)),
        "",
        _spread(reading, line, share),
        line.first("inputGroup") is not None,
    )


def _spread(reading: _Reading, line: Element, share: float) -> Spread | None:
    kind = line.get("uncertaintyType")

    def value(attribute: str) -> float:
        try:
            return float(line.get(attribute))
        except ValueError:
            return math.nan

    mean, wide = value("meanValue"), value("standardDeviation95")
    low, high, mode = value("minValue"), value("maxValue"), value("mostLikelyValue")
    found = None
    if kind in ("", "0") or (kind == "1" and wide == 1):  # a width of 1 says that there is none
        return None
    if kind == "1" and wide > 1:
        found = lognormal(mean * share, math.log(wide) / 2)
    elif kind == "2":
        found = normal(mean * share, wide / 2 * share)
    elif kind == "3":
        likely = mode if math.isfinite(mode) else 3 * mean - low - high
        found = triangular(low * share, likely * share, high * share)
    elif kind == "4":
        found = uniform(low * share, high * share)
    if found is None:
        reading.noticed.note("Uncertainties that are no distribution (width zero, limits out of order): left out")
    return found


def _shared_out(
    reading: _Reading, outputs: list[Element], others: list[tuple[Kind, Element]], allocations: list[Element]
) -> list[DataSet]:
    """One data set for each product, with the shares (percent) that the file gives it of every exchange."""
    shares: dict[str, dict[str, float]] = {}
    for allocation in allocations:
        fraction = reading.number(allocation, "fraction") / 100
        of_product = shares.setdefault(allocation.get("referenceToCoProduct"), {})
        for reference in allocation.all("referenceToInputOutput"):
            number = reference.text.strip()
            of_product[number] = of_product.get(number, 0.0) + fraction
    by_number = {line.get("number"): line for line in outputs}
    for number in sorted(shares.keys() - by_number.keys()):
        message = f"{reading.called} allocates to {number}, which is none of its products"
        reading.problems.add("REE-B011", message, reading.span(allocations[0]), expected="the number of a product")
    for _, line in others:
        total = sum(of_product.get(line.get("number"), 0.0) for of_product in shares.values())
        if abs(total - 1) > 1e-3:
            reading.noticed.note("Exchanges of data sets with several products whose shares do not add up to 100 %")
    reading.noticed.note("Data sets with several products, shared out by the fractions that they give")
    made = []
    for number, line in by_number.items():
        if number in shares:
            code = reading.code if len(by_number) == 1 or number == reading.code else f"{reading.code}-{number}"
            made.append(_data_set(reading, code, line, others, shares[number]))
    return made
